variable "region" {
  description = "Where the cluster is."
  type        = string
}

variable "cluster_name" {
  description = "Where the task runs."
  type        = string
}

variable "task_definition_arn" {
  description = "The revision to run."
  type        = string
}

variable "subnet_ids" {
  description = "Private ones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Whom it may ask."
  type        = string
}

variable "log_group" {
  description = "Where its lines are read when it fails."
  type        = string
}

variable "released_arns" {
  description = "The task definitions that need the migration, by process."
  type        = map(string)
}
