variable "image" {
  description = "What is deployed, by its digest: <repository>@sha256:…"
  type        = string
}
