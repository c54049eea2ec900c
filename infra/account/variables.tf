variable "account_id" {
  description = "The AWS account."
  type        = string
}

variable "region" {
  description = "Where images lie, and the environment."
  type        = string
}

variable "environment" {
  description = "The environment of this account: staging or prod."
  type        = string
}

variable "repository" {
  description = "At GitHub, as owner/name: whose workflows may take the roles."
  type        = string
}
