variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "The account of the monitoring role."
  type        = string
}

variable "subnet_ids" {
  description = "Private ones, in two zones at least."
  type        = list(string)
}

variable "security_group_id" {
  description = "Who may connect."
  type        = string
}

variable "instance_class" {
  description = "Such as db.m7g.large; docs/scale.md says which for how many records."
  type        = string
}

variable "storage_gb" {
  description = "At first; it grows by itself to four times that."
  type        = number
}

variable "multi_az" {
  description = "A standby in another zone."
  type        = bool
}

variable "backup_retention_days" {
  description = "Days that one can go back to any second of."
  type        = number
}

variable "is_disposable" {
  description = "Whether a destroy may remove the database without a last snapshot."
  type        = bool
}

variable "key_arn" {
  description = "By which the storage is encrypted."
  type        = string
}

variable "secrets_key_arn" {
  description = "By which the password is encrypted."
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

variable "engine_version" {
  description = "Of PostgreSQL, the major one; RDS takes the newest minor of it."
  type        = string

  validation {
    condition     = tonumber(var.engine_version) >= 15
    error_message = "bio-mcp needs PostgreSQL 15 or later."
  }
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
