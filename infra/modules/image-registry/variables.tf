variable "name" {
  description = "Of the repository."
  type        = string
}

variable "key_arn" {
  description = "By which layers are encrypted."
  type        = string
}

variable "kept_images" {
  description = "Images that stay."
  type        = number
}
