# One installation of bio-mcp: every module, and what leads from one to the other. environments/ call this with their values.

locals {
  name     = "bio-mcp-${var.environment}"
  api_port = 8080

  # infra/account makes it; the role that applies makes no role without it.
  boundary_arn = "arn:aws:iam::${var.account_id}:policy/${local.name}-boundary"
}

module "keys" {
  source = "../keys"

  name       = local.name
  account_id = var.account_id
  region     = var.region
}

module "network" {
  source = "../network"

  name                 = local.name
  account_id           = var.account_id
  boundary_arn         = local.boundary_arn
  region               = var.region
  cidr                 = var.network.cidr
  availability_zones   = var.network.availability_zones
  nat_gateway_per_zone = var.network.nat_gateway_per_zone
  client_cidrs         = var.client_cidrs
  api_port             = local.api_port
  weaviate_grpc_cidr   = var.index.grpc_cidr
  logs_key_arn         = module.keys.arns["logs"]
  log_retention_days   = var.log_retention_days
}

module "access_logs" {
  source = "../access-logs"

  name               = local.name
  account_id         = var.account_id
  region             = var.region
  log_retention_days = var.log_retention_days
  is_disposable      = var.is_disposable
}

module "archive" {
  source = "../archive"

  name                = local.name
  account_id          = var.account_id
  prefix              = var.archive.prefix
  raw_transition_days = var.archive.raw_transition_days
  key_arn             = module.keys.arns["archive"]
  access_log_bucket   = module.access_logs.bucket
  is_disposable       = var.is_disposable
}

module "queue" {
  source = "../queue"

  name    = local.name
  key_arn = module.keys.arns["queue"]
}

module "database" {
  source = "../database"

  name                  = local.name
  account_id            = var.account_id
  boundary_arn          = local.boundary_arn
  subnet_ids            = module.network.private_subnet_ids
  security_group_id     = module.network.security_group_ids["database"]
  engine_version        = var.database.engine_version
  instance_class        = var.database.instance_class
  storage_gb            = var.database.storage_gb
  multi_az              = var.database.multi_az
  backup_retention_days = var.database.backup_retention_days
  is_disposable         = var.is_disposable
  key_arn               = module.keys.arns["database"]
  secrets_key_arn       = module.keys.arns["secrets"]
  logs_key_arn          = module.keys.arns["logs"]
  log_retention_days    = var.log_retention_days
}

module "secrets" {
  source = "../secrets"

  name          = local.name
  settings      = var.secret_settings
  key_arn       = module.keys.arns["secrets"]
  is_disposable = var.is_disposable
}

module "weaviate" {
  source = "../weaviate"
  count  = var.index.machine == null ? 0 : 1

  name              = local.name
  region            = var.region
  boundary_arn      = local.boundary_arn
  vpc_id            = module.network.vpc_id
  subnet_id         = module.network.private_subnet_ids[0]
  availability_zone = var.network.availability_zones[0]
  security_group_id = module.network.security_group_ids["weaviate"]
  instance_type     = var.index.machine.instance_type
  disk_gb           = var.index.machine.disk_gb
  image             = var.index.machine.image
  api_key_arn       = module.secrets.arns["BIO_MCP_WEAVIATE_API_KEY"]
  key_arn           = module.keys.arns["database"]
  secrets_key_arn   = module.keys.arns["secrets"]
}

module "cluster" {
  source = "../cluster"

  name               = local.name
  logs_key_arn       = module.keys.arns["logs"]
  log_retention_days = var.log_retention_days
}

module "roles" {
  source = "../roles"

  name                  = local.name
  account_id            = var.account_id
  boundary_arn          = local.boundary_arn
  region                = var.region
  archive_arn           = module.archive.arn
  archive_prefix        = var.archive.prefix
  archive_key_arn       = module.keys.arns["archive"]
  jobs_arn              = module.queue.jobs_arn
  dead_letters_arn      = module.queue.dead_letters_arn
  queue_key_arn         = module.keys.arns["queue"]
  database_secret_arn   = module.database.secret_arn
  secrets_key_arn       = module.keys.arns["secrets"]
  container_secret_arns = values(module.secrets.arns)
  repository_arn        = var.repository_arn
  log_group_arns        = values(module.cluster.log_group_arns)
  load_buckets          = var.load_buckets
}

module "load_balancer" {
  source = "../load-balancer"

  name              = local.name
  is_internal       = var.is_internal
  vpc_id            = module.network.vpc_id
  subnet_ids        = var.is_internal ? module.network.private_subnet_ids : module.network.public_subnet_ids
  security_group_id = module.network.security_group_ids["load-balancer"]
  certificate_arn   = var.certificate_arn
  api_port          = local.api_port
  access_log_bucket = module.access_logs.bucket
  is_disposable     = var.is_disposable
}

module "schedule" {
  source = "../schedule"

  name         = local.name
  account_id   = var.account_id
  boundary_arn = local.boundary_arn
  jobs_arn     = module.queue.jobs_arn
  key_arn      = module.keys.arns["queue"]
  topics       = var.topics
}

module "observability" {
  source = "../observability"

  name                       = local.name
  account_id                 = var.account_id
  region                     = var.region
  notices_key_arn            = module.keys.arns["notices"]
  mail_addresses             = var.mail_addresses
  log_groups                 = module.cluster.log_groups
  topics                     = var.topics
  load_balancer_arn_suffix   = module.load_balancer.arn_suffix
  queue_name                 = module.queue.jobs_name
  dead_letters_name          = module.queue.dead_letters_name
  schedule_dead_letters_name = module.schedule.dead_letters_name
  database_identifier        = module.database.identifier
  cluster_name               = module.cluster.name

  # A deployment runs the tasks of both releases. Seven connections of each are for notices, the publish lock and a reindex.
  most_connections = 2 * (var.api.max_tasks + var.worker.max_tasks) * (var.database.pool_size + 7)
}
