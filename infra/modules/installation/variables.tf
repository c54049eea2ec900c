variable "environment" {
  description = "staging or prod: part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,11}$", var.environment))
    error_message = "environment is 2 to 12 small letters, digits and hyphens: the names of load balancers end at 32."
  }
}

variable "account_id" {
  description = "The AWS account. One environment an account and region: the service's metrics do not say which environment they are of."
  type        = string
}

variable "region" {
  description = "Where everything lies."
  type        = string
}

variable "image" {
  description = "What runs, by its digest: <repository>@sha256:…"
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image must end with @sha256: and 64 hexadecimal digits: a tag may come to mean another image than the one that was tested."
  }
}

variable "repository_arn" {
  description = "The repository of ECR that the image is pulled from."
  type        = string
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64, as the image was built."
  type        = string
  default     = "X86_64"
}

variable "public_url" {
  description = "The address that callers use, which the certificate names and DNS leads to the load balancer."
  type        = string

  validation {
    condition     = startswith(var.public_url, "https://")
    error_message = "public_url must begin with https://."
  }
}

variable "certificate_arn" {
  description = "Of ACM, in this region, for the host of public_url."
  type        = string
}

variable "is_internal" {
  description = "Reached from the network, and what is peered or connected by VPN with it, not from the internet."
  type        = bool
  default     = true

  validation {
    condition     = var.is_internal || var.access.auth != "none"
    error_message = "A load balancer on the internet needs access.auth: bearer, oidc, or both between a comma."
  }
}

variable "client_cidrs" {
  description = "From where callers reach the load balancer."
  type        = list(string)

  validation {
    condition     = !contains(var.client_cidrs, "0.0.0.0/0") || !var.is_internal
    error_message = "An internal load balancer is not for 0.0.0.0/0: name your networks."
  }
}

variable "access" {
  description = "Who callers are: BIO_MCP_AUTH and what belongs to it (docs/security.md)."
  type = object({
    auth             = string
    oidc_issuer      = optional(string, "")
    oidc_audience    = optional(string, "")
    oidc_client_id   = optional(string, "")
    oidc_scope_claim = optional(string, "scope")
    oidc_scope_map   = optional(string, "")
  })

  validation {
    condition     = contains(["none", "bearer", "oidc", "bearer,oidc"], var.access.auth)
    error_message = "access.auth is none, bearer, oidc, or bearer,oidc."
  }
}

variable "network" {
  description = "The addresses and zones of the network, and whether each zone has its own way out."
  type = object({
    cidr                 = string
    availability_zones   = list(string)
    nat_gateway_per_zone = bool
  })
}

variable "archive" {
  description = "What keys begin with, and when raw records of 128 KB or more move to GLACIER_IR (60 to 90 days)."
  type = object({
    prefix              = optional(string, "pubmed")
    raw_transition_days = number
  })
}

variable "database" {
  description = "PostgreSQL: docs/scale.md says how large for how many records. pool_size: connections that a task opens for its work."
  type = object({
    engine_version        = optional(string, "17")
    instance_class        = string
    storage_gb            = number
    multi_az              = bool
    backup_retention_days = number
    pool_size             = optional(number, 8)
  })
}

variable "index" {
  description = "Weaviate: its URL where it runs elsewhere, or the machine that is made for it here. grpc_cidr opens port 50051 to there."
  type = object({
    url        = optional(string, "")
    grpc_url   = optional(string, "")
    grpc_cidr  = optional(string)
    collection = optional(string, "BioMcpChunks")
    machine = optional(object({
      instance_type = string
      disk_gb       = number
      image         = string
    }))
  })

  validation {
    condition     = (var.index.url == "") != (var.index.machine == null)
    error_message = "index needs either url, where Weaviate runs elsewhere, or machine, to make one here."
  }
}

variable "api" {
  description = "Size and number of the API's tasks; canary_percent of the traffic goes to a new release first, for bake_minutes, then all of it, watched as long again."
  type = object({
    cpu            = number
    memory_mb      = number
    min_tasks      = number
    max_tasks      = number
    canary_percent = number
    bake_minutes   = number
  })

  validation {
    condition     = var.api.bake_minutes >= 10
    error_message = "api.bake_minutes must be 10 at least: an alarm needs six minutes to see that a release is bad."
  }
}

variable "worker" {
  description = "Size and number of the workers; base_tasks are never on Spot; jobs_per_task run at once in each."
  type = object({
    cpu           = number
    memory_mb     = number
    min_tasks     = number
    max_tasks     = number
    base_tasks    = number
    jobs_per_task = number
  })
}

variable "topics" {
  description = "What is kept fresh: by a short name the query, and when, once a day at least (EventBridge's cron or rate, in UTC)."
  type        = map(object({ term = string, schedule = string }))
}

variable "secret_settings" {
  description = "Settings whose value a person puts into Secrets Manager, before the tasks start."
  type        = set(string)

  validation {
    condition     = var.index.machine == null || contains(var.secret_settings, "BIO_MCP_WEAVIATE_API_KEY")
    error_message = "A Weaviate that is made here asks for BIO_MCP_WEAVIATE_API_KEY: name it in secret_settings."
  }
}

variable "load_buckets" {
  description = "Buckets that pubmed.load may read, as BIO_MCP_LOAD_BUCKETS."
  type        = set(string)
  default     = []
}

variable "pubmed_email" {
  description = "The address that NCBI writes to before it blocks a caller."
  type        = string
}

variable "mail_addresses" {
  description = "Whom alarms write to: critical, warning. Others subscribe to the topics."
  type        = map(string)
}

variable "settings" {
  description = "Any further setting of docs/configuration.md, such as limits of tools."
  type        = map(string)
  default     = {}
}

variable "log_level" {
  description = "The least important lines to log."
  type        = string
  default     = "info"
}

variable "log_retention_days" {
  description = "How long logs are kept; CloudWatch takes 30, 60, 90, 365 and others."
  type        = number
}

variable "is_disposable" {
  description = "true: a destroy removes everything at once, what is archived included. For tries only."
  type        = bool
  default     = false
}
