variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "region" {
  description = "Where the machine is."
  type        = string
}

variable "vpc_id" {
  description = "Where its name is known."
  type        = string
}

variable "subnet_id" {
  description = "A private one."
  type        = string
}

variable "availability_zone" {
  description = "Of that subnet: where the disk is, whatever becomes of the machine."
  type        = string
}

variable "security_group_id" {
  description = "Who may ask."
  type        = string
}

variable "instance_type" {
  description = "By memory: docs/scale.md says how much for how many passages."
  type        = string
}

variable "disk_gb" {
  description = "For vectors, words and their indexes."
  type        = number
}

variable "image" {
  description = "With its version; bio-mcp needs 1.32 or later."
  type        = string
}

variable "api_key_arn" {
  description = "The secret of BIO_MCP_WEAVIATE_API_KEY."
  type        = string
}

variable "key_arn" {
  description = "By which the disks are encrypted."
  type        = string
}

variable "secrets_key_arn" {
  description = "By which the secret is encrypted."
  type        = string
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
