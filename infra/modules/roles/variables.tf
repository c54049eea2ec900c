variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "Whose tasks take the roles."
  type        = string
}

variable "region" {
  description = "Where everything lies."
  type        = string
}

variable "archive_arn" {
  description = "The bucket."
  type        = string
}

variable "archive_prefix" {
  description = "What every key begins with, as BIO_MCP_ARCHIVE_PREFIX."
  type        = string
}

variable "archive_key_arn" {
  description = "By which objects are encrypted."
  type        = string
}

variable "jobs_arn" {
  description = "The queue of jobs."
  type        = string
}

variable "dead_letters_arn" {
  description = "Its dead-letter queue."
  type        = string
}

variable "queue_key_arn" {
  description = "By which messages are encrypted."
  type        = string
}

variable "database_secret_arn" {
  description = "The login that RDS keeps."
  type        = string
}

variable "secrets_key_arn" {
  description = "By which secrets are encrypted."
  type        = string
}

variable "container_secret_arns" {
  description = "What ECS gives to containers."
  type        = list(string)
}

variable "repository_arn" {
  description = "Where the image lies."
  type        = string
}

variable "log_group_arns" {
  description = "Where lines go."
  type        = list(string)
}

variable "load_buckets" {
  description = "Buckets that pubmed.load may read, as BIO_MCP_LOAD_BUCKETS."
  type        = set(string)
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
