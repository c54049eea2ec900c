variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Whose services take the role."
  type        = string
}

variable "cluster_arn" {
  description = "Where it runs."
  type        = string
}

variable "cluster_name" {
  description = "The same, by name."
  type        = string
}

variable "task_definition_arn" {
  description = "The revision to run."
  type        = string
}

variable "port" {
  description = "Where the container listens."
  type        = number
}

variable "subnet_ids" {
  description = "Private ones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Whom it may ask."
  type        = string
}

variable "target_group_arns" {
  description = "blue and green."
  type        = map(string)
}

variable "production_rule_arn" {
  description = "What a deployment shifts."
  type        = string
}

variable "rollback_alarm_names" {
  description = "Any of these that goes off during a deployment undoes it."
  type        = list(string)
}

variable "min_tasks" {
  description = "Two at least, that one may fail."
  type        = number
}

variable "max_tasks" {
  description = "Times the connections that each opens, below what the database takes."
  type        = number
}

variable "canary_percent" {
  description = "Of the traffic, for the new release at first."
  type        = number
}

variable "bake_minutes" {
  description = "How long the first part, and then the whole, is watched; above the time that an alarm needs."
  type        = number
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
