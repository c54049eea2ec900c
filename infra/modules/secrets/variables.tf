variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "key_arn" {
  description = "By which the values are encrypted."
  type        = string
}

variable "is_disposable" {
  description = "Whether a destroy removes them at once, instead of after 30 days."
  type        = bool
}

variable "settings" {
  description = "The settings that are secrets, by the names of their variables."
  type        = set(string)

  validation {
    condition = length(setsubtract(var.settings, [
      "BIO_MCP_OIDC_CLIENT_SECRET",
      "BIO_MCP_OPENAI_API_KEY",
      "BIO_MCP_PUBMED_API_KEY",
      "BIO_MCP_SESSION_KEY",
      "BIO_MCP_WEAVIATE_API_KEY",
    ])) == 0
    error_message = "secret_settings takes the settings that docs/security.md calls secrets; the database's login is not among them, since RDS makes it."
  }
}
