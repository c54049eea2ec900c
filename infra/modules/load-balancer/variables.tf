variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "is_internal" {
  description = "Reached from the network and what is peered with it, not from the internet."
  type        = bool
}

variable "vpc_id" {
  description = "The network."
  type        = string
}

variable "subnet_ids" {
  description = "Private ones where it is internal, else public ones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Who may call."
  type        = string
}

variable "certificate_arn" {
  description = "Of ACM, for the name in the public URL."
  type        = string
}

variable "api_port" {
  description = "Where tasks listen."
  type        = number
}

variable "access_log_bucket" {
  description = "Who called."
  type        = string
}

variable "is_disposable" {
  description = "Whether a destroy may remove it."
  type        = bool
}
