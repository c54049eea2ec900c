variable "name" {
  description = "What every name of the installation begins with."
  type        = string
}

variable "account_id" {
  description = "The account whose roles may use the endpoints."
  type        = string
}

variable "region" {
  description = "Where the network lies."
  type        = string
}

variable "cidr" {
  description = "The addresses of the network, a /16 to /20 that overlaps none that is to be peered with it."
  type        = string
}

variable "availability_zones" {
  description = "Two or three, by name."
  type        = list(string)

  validation {
    condition     = length(var.availability_zones) >= 2 && length(var.availability_zones) <= 8
    error_message = "availability_zones needs two at least: a load balancer and a database of two zones do not fit into one."
  }
}

variable "nat_gateway_per_zone" {
  description = "A NAT gateway in each zone, instead of one for all."
  type        = bool
}

variable "client_cidrs" {
  description = "From where callers reach the load balancer."
  type        = list(string)
}

variable "api_port" {
  description = "Where the API's tasks listen."
  type        = number
}

variable "weaviate_grpc_cidr" {
  description = "The addresses of a Weaviate elsewhere whose gRPC answers on port 50051; null: gRPC goes by 443, or inside this network."
  type        = string
}

variable "logs_key_arn" {
  description = "By which logs are encrypted."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "boundary_arn" {
  description = "The most that roles may do: the policy that the account has for them."
  type        = string
}
