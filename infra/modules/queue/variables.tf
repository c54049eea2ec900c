variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "key_arn" {
  description = "By which every message is encrypted."
  type        = string
}
