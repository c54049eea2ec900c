variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Part of the name of the bucket, which must be unique in the world."
  type        = string
}

variable "prefix" {
  description = "What every key begins with, as BIO_MCP_ARCHIVE_PREFIX."
  type        = string
}

variable "key_arn" {
  description = "By which every object is encrypted."
  type        = string
}

variable "access_log_bucket" {
  description = "Where S3 writes who read what."
  type        = string
}

variable "is_disposable" {
  description = "Whether a destroy removes the bucket with what is in it."
  type        = bool
}

variable "raw_transition_days" {
  description = "Days after which a raw record of 128 KB or more moves to GLACIER_IR."
  type        = number

  validation {
    condition     = var.raw_transition_days >= 60 && var.raw_transition_days <= 90
    error_message = "raw_transition_days must be 60 to 90."
  }
}
