variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "logs_key_arn" {
  description = "By which logs are encrypted."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}
