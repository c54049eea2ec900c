variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Whose alarms publish."
  type        = string
}

variable "region" {
  description = "Of the metrics on the dashboard."
  type        = string
}

variable "notices_key_arn" {
  description = "By which notices are encrypted."
  type        = string
}

variable "mail_addresses" {
  description = "Whom to write to: critical, warning."
  type        = map(string)

  validation {
    condition     = length(setsubtract(keys(var.mail_addresses), ["critical", "warning"])) == 0
    error_message = "mail_addresses knows critical and warning."
  }
}

variable "log_groups" {
  description = "api and worker: whose lines tell what no metric has as a dimension."
  type        = map(string)
}

variable "topics" {
  description = "What has to be fresh; each is due once a day at least."
  type        = map(object({ term = string, schedule = string }))
}

variable "load_balancer_arn_suffix" {
  description = "As its metrics name it."
  type        = string
}

variable "queue_name" {
  description = "Of jobs."
  type        = string
}

variable "dead_letters_name" {
  description = "Of jobs."
  type        = string
}

variable "schedule_dead_letters_name" {
  description = "Of the schedules."
  type        = string
}

variable "database_identifier" {
  description = "As its metrics name it."
  type        = string
}

variable "most_connections" {
  description = "What all tasks together may open."
  type        = number
}

variable "cluster_name" {
  description = "Where the services run."
  type        = string
}
