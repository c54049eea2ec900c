variable "name" {
  description = "What every name of the installation begins with."
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

variable "subnet_ids" {
  description = "Private ones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Whom it may ask."
  type        = string
}

variable "queue_name" {
  description = "The queue of jobs."
  type        = string
}

variable "rollback_alarm_names" {
  description = "Any of these that goes off during a deployment undoes it."
  type        = list(string)
}

variable "min_tasks" {
  description = "0: none where there are no jobs."
  type        = number
}

variable "max_tasks" {
  description = "Times the connections that each opens, below what the database takes."
  type        = number
}

variable "base_tasks" {
  description = "How many are never on Spot."
  type        = number
}

variable "jobs_per_task" {
  description = "Jobs that a worker runs at once, as BIO_MCP_MAX_CONCURRENCY."
  type        = number
}
