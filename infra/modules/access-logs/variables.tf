variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Part of the name of the bucket, which must be unique in the world."
  type        = string
}

variable "region" {
  description = "Where the load balancer is."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "is_disposable" {
  description = "Whether a destroy removes the bucket with what is in it."
  type        = bool
}
