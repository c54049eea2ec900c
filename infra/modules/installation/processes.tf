# The three processes of the image: their task definitions, the migration before each release, and the two services.

module "task_api" {
  source = "../task"

  name                 = local.name
  region               = var.region
  process              = "api"
  command              = ["http"]
  image                = var.image
  port                 = local.api_port
  cpu                  = var.api.cpu
  memory_mb            = var.api.memory_mb
  cpu_architecture     = var.cpu_architecture
  ephemeral_storage_gb = 21
  stop_timeout_seconds = 40
  environment          = merge(local.settings_of_all, local.settings_of_api, var.settings)
  secrets              = module.secrets.arns
  task_role_arn        = module.roles.task_role_arns["api"]
  execution_role_arn   = module.roles.execution_role_arn
  log_group            = module.cluster.log_groups["api"]
}

module "task_worker" {
  source = "../task"

  name                 = local.name
  region               = var.region
  process              = "worker"
  command              = ["worker"]
  image                = var.image
  cpu                  = var.worker.cpu
  memory_mb            = var.worker.memory_mb
  cpu_architecture     = var.cpu_architecture
  ephemeral_storage_gb = 40  # A file of NLM is fetched whole before it is read.
  stop_timeout_seconds = 120 # What Spot gives, and the most that Fargate does.
  environment          = merge(local.settings_of_all, local.settings_of_worker, var.settings)
  secrets              = local.secrets_of_all
  task_role_arn        = module.roles.task_role_arns["worker"]
  execution_role_arn   = module.roles.execution_role_arn
  log_group            = module.cluster.log_groups["worker"]
}

module "task_migrate" {
  source = "../task"

  name                 = local.name
  region               = var.region
  process              = "migrate"
  command              = ["migrate"]
  image                = var.image
  cpu                  = 512
  memory_mb            = 2048
  cpu_architecture     = var.cpu_architecture
  ephemeral_storage_gb = 21
  stop_timeout_seconds = 120
  environment          = merge(local.settings_of_all, var.settings)
  secrets              = local.secrets_of_all
  task_role_arn        = module.roles.task_role_arns["migrate"]
  execution_role_arn   = module.roles.execution_role_arn
  log_group            = module.cluster.log_groups["migrate"]
}

module "migration" {
  source = "../migration"

  region              = var.region
  cluster_name        = module.cluster.name
  task_definition_arn = module.task_migrate.arn
  subnet_ids          = module.network.private_subnet_ids
  security_group_id   = module.network.security_group_ids["worker"]
  log_group           = module.cluster.log_groups["migrate"]

  released_arns = { api = module.task_api.arn, worker = module.task_worker.arn }

  # What the task needs beside what it names: its way out, and an index.
  depends_on = [module.network, module.archive, module.weaviate]
}

module "service_api" {
  source = "../service-api"

  name                 = local.name
  account_id           = var.account_id
  boundary_arn         = local.boundary_arn
  cluster_arn          = module.cluster.arn
  cluster_name         = module.cluster.name
  task_definition_arn  = module.migration.task_definition_arns["api"]
  port                 = local.api_port
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = module.network.security_group_ids["api"]
  target_group_arns    = module.load_balancer.target_group_arns
  production_rule_arn  = module.load_balancer.production_rule_arn
  rollback_alarm_names = module.observability.rollback_alarm_names.api
  min_tasks            = var.api.min_tasks
  max_tasks            = var.api.max_tasks
  canary_percent       = var.api.canary_percent
  bake_minutes         = var.api.bake_minutes
}

module "service_worker" {
  source = "../service-worker"

  name                 = local.name
  cluster_arn          = module.cluster.arn
  cluster_name         = module.cluster.name
  task_definition_arn  = module.migration.task_definition_arns["worker"]
  subnet_ids           = module.network.private_subnet_ids
  security_group_id    = module.network.security_group_ids["worker"]
  queue_name           = module.queue.jobs_name
  rollback_alarm_names = module.observability.rollback_alarm_names.worker
  min_tasks            = var.worker.min_tasks
  max_tasks            = var.worker.max_tasks
  base_tasks           = var.worker.base_tasks
  jobs_per_task        = var.worker.jobs_per_task
}
