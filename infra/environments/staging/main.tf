# The values of staging; everything else is infra/modules/installation. `make check` holds both environments to the same form.

module "bio_mcp" {
  source = "../../modules/installation"

  environment    = "staging"
  account_id     = local.account_id
  region         = local.region
  image          = var.image
  repository_arn = "arn:aws:ecr:${local.region}:${local.account_id}:repository/bio-mcp"

  public_url      = "https://bio-mcp.staging.example.org"
  certificate_arn = "arn:aws:acm:eu-west-1:111111111111:certificate/00000000-0000-0000-0000-000000000000"
  is_internal     = true
  client_cidrs    = ["10.0.0.0/8"]
  access          = { auth = "bearer" }
  is_disposable   = true

  network = {
    cidr                 = "10.60.0.0/16"
    availability_zones   = ["eu-west-1a", "eu-west-1b"]
    nat_gateway_per_zone = false
  }

  archive = {
    prefix              = "pubmed"
    raw_transition_days = 60
  }

  database = {
    instance_class        = "db.t4g.medium"
    storage_gb            = 50
    multi_az              = false
    backup_retention_days = 7
    pool_size             = 8
  }

  index = {
    collection = "BioMcpChunks"
    machine = {
      instance_type = "r7i.large"
      disk_gb       = 100
      image         = "cr.weaviate.io/semitechnologies/weaviate:1.35.2"
    }
  }

  api = {
    cpu            = 1024
    memory_mb      = 4096
    min_tasks      = 2
    max_tasks      = 4
    canary_percent = 10
    bake_minutes   = 10
  }

  worker = {
    cpu           = 2048
    memory_mb     = 8192
    min_tasks     = 0
    max_tasks     = 4
    base_tasks    = 1
    jobs_per_task = 2
  }

  topics = {
    car-t-solid-tumours = {
      term     = "car-t[tiab] AND \"solid tumours\"[tiab]"
      schedule = "cron(0 4 * * ? *)"
    }
  }

  secret_settings    = ["BIO_MCP_PUBMED_API_KEY", "BIO_MCP_SESSION_KEY", "BIO_MCP_WEAVIATE_API_KEY"]
  pubmed_email       = "bio-mcp@example.org"
  mail_addresses     = { critical = "on-call@example.org", warning = "bio-mcp@example.org" }
  log_retention_days = 90
}
