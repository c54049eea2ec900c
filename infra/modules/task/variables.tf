variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "region" {
  description = "Where lines go."
  type        = string
}

variable "process" {
  description = "What the container is called: api, worker, migrate."
  type        = string
}

variable "command" {
  description = "What the image runs."
  type        = list(string)
}

variable "image" {
  description = "With its digest."
  type        = string
}

variable "cpu" {
  description = "Units of 1/1024 of a core; Fargate names what it takes."
  type        = number
}

variable "memory_mb" {
  description = "For the whole task."
  type        = number
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64, as the image was built."
  type        = string
}

variable "ephemeral_storage_gb" {
  description = "Of /data and /tmp together; Fargate takes 21 to 200."
  type        = number
}

variable "stop_timeout_seconds" {
  description = "From SIGTERM to SIGKILL; above BIO_MCP_SHUTDOWN_SECONDS, and 120 at most."
  type        = number
}

variable "environment" {
  description = "Settings by name."
  type        = map(string)
}

variable "secrets" {
  description = "Settings whose value ECS reads from Secrets Manager at the start, by name: the ARN."
  type        = map(string)
}

variable "task_role_arn" {
  description = "What the process may do."
  type        = string
}

variable "execution_role_arn" {
  description = "By which ECS starts it."
  type        = string
}

variable "log_group" {
  description = "Where its lines go."
  type        = string
}

variable "port" {
  description = "Where it answers others; null: nowhere."
  type        = number
  default     = null
}
