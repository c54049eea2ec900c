variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "The account that owns the keys."
  type        = string
}

variable "region" {
  description = "Where the keys lie."
  type        = string
}
