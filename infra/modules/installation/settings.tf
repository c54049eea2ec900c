# What the processes are told. An empty value counts as not set. tests/infra/settings.test.ts holds every name to src/config/.

locals {
  settings_of_all = {
    AWS_REGION = var.region

    # The login by the ARN of the secret that RDS keeps, not by `valueFrom`: RDS rotates it every week, and the process reads it
    # again where PostgreSQL refuses it. What that secret does not say stands beside it.
    BIO_MCP_DATABASE_URL       = module.database.secret_arn
    BIO_MCP_DATABASE_POOL_SIZE = tostring(var.database.pool_size)
    PGHOST                     = module.database.host
    PGPORT                     = tostring(module.database.port)
    PGDATABASE                 = module.database.database

    BIO_MCP_ARCHIVE_BUCKET = module.archive.bucket
    BIO_MCP_ARCHIVE_PREFIX = var.archive.prefix
    BIO_MCP_S3_KMS_KEY_ID  = module.keys.arns["archive"]

    BIO_MCP_JOBS_QUEUE_URL = module.queue.jobs_url
    BIO_MCP_JOBS_DLQ_URL   = module.queue.dead_letters_url

    BIO_MCP_WEAVIATE_URL        = var.index.machine == null ? var.index.url : module.weaviate[0].url
    BIO_MCP_WEAVIATE_GRPC_URL   = var.index.grpc_url
    BIO_MCP_WEAVIATE_COLLECTION = var.index.collection

    BIO_MCP_PUBMED_EMAIL = var.pubmed_email
    BIO_MCP_LOAD_BUCKETS = join(",", var.load_buckets)

    BIO_MCP_LOG_LEVEL   = var.log_level
    BIO_MCP_METRICS_EMF = "true"
  }

  settings_of_api = {
    BIO_MCP_HTTP_HOST       = "0.0.0.0"
    BIO_MCP_HTTP_PORT       = tostring(local.api_port)
    BIO_MCP_HTTP_PUBLIC_URL = var.public_url

    # Whose X-Forwarded-For is believed: the subnets of the load balancer.
    BIO_MCP_HTTP_TRUST_PROXY = join(",", var.is_internal ? module.network.private_subnet_cidrs : module.network.public_subnet_cidrs)

    BIO_MCP_AUTH                 = var.access.auth
    BIO_MCP_HTTP_PRIVATE_NETWORK = tostring(var.access.auth == "none")
    BIO_MCP_OIDC_ISSUER          = var.access.oidc_issuer
    BIO_MCP_OIDC_AUDIENCE        = var.access.oidc_audience
    BIO_MCP_OIDC_CLIENT_ID       = var.access.oidc_client_id
    BIO_MCP_OIDC_SCOPE_CLAIM     = var.access.oidc_scope_claim
    BIO_MCP_OIDC_SCOPE_MAP       = var.access.oidc_scope_map

    BIO_MCP_SHUTDOWN_SECONDS = "25"
  }

  # Who signs people in is the API alone.
  secrets_of_api = ["BIO_MCP_OIDC_CLIENT_SECRET", "BIO_MCP_SESSION_KEY"]
  secrets_of_all = { for setting, arn in module.secrets.arns : setting => arn if !contains(local.secrets_of_api, setting) }

  # A worker answers its own health check alone, so that nobody else has to be kept away from it.
  settings_of_worker = {
    BIO_MCP_HTTP_HOST        = "127.0.0.1"
    BIO_MCP_METRICS_PORT     = "9464"
    BIO_MCP_MAX_CONCURRENCY  = tostring(var.worker.jobs_per_task)
    BIO_MCP_SHUTDOWN_SECONDS = "100"
  }
}
