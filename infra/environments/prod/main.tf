# The values of prod; everything else is infra/modules/installation. `make check` holds both environments to the same form.

module "bio_mcp" {
  source = "../../modules/installation"

  environment    = "prod"
  account_id     = local.account_id
  region         = local.region
  image          = var.image
  repository_arn = "arn:aws:ecr:${local.region}:${local.account_id}:repository/bio-mcp"

  public_url      = "https://bio-mcp.prod.example.org"
  certificate_arn = "arn:aws:acm:eu-west-1:222222222222:certificate/00000000-0000-0000-0000-000000000000"
  is_internal     = true
  client_cidrs    = ["10.0.0.0/8"]
  access          = { auth = "bearer" }
  is_disposable   = false

  network = {
    cidr                 = "10.61.0.0/16"
    availability_zones   = ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    nat_gateway_per_zone = true
  }

  archive = {
    prefix              = "pubmed"
    raw_transition_days = 90
  }

  database = {
    instance_class        = "db.m7g.large"
    storage_gb            = 200
    multi_az              = true
    backup_retention_days = 35
    pool_size             = 8
  }

  index = {
    collection = "BioMcpChunks"
    machine = {
      instance_type = "r7i.2xlarge"
      disk_gb       = 500
      image         = "cr.weaviate.io/semitechnologies/weaviate:1.35.2"
    }
  }

  api = {
    cpu            = 2048
    memory_mb      = 8192
    min_tasks      = 2
    max_tasks      = 10
    canary_percent = 10
    bake_minutes   = 15
  }

  worker = {
    cpu           = 2048
    memory_mb     = 8192
    min_tasks     = 1
    max_tasks     = 16
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
  log_retention_days = 365
}
