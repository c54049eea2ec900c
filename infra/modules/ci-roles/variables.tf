variable "environment" {
  description = "staging or prod."
  type        = string
}

variable "account_id" {
  description = "The account of the environment."
  type        = string
}

variable "region" {
  description = "Where the environment lies."
  type        = string
}

variable "repository" {
  description = "At GitHub, as owner/name."
  type        = string
}

variable "oidc_provider_arn" {
  description = "GitHub, as this account knows it."
  type        = string
}

variable "state_bucket" {
  description = "Where the state of the environment lies."
  type        = string
}
