# What the checks without a provider cannot see: how the modules' values meet. `make infra-test` runs it; nothing of AWS is asked.

mock_provider "aws" {
  # A policy document is read as JSON by what it is given to.
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_resource "aws_db_instance" {
    defaults = {
      address            = "db.example.eu-west-1.rds.amazonaws.com"
      port               = 5432
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:rds!db-1", kms_key_id = "k", secret_status = "active" }]
    }
  }

  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111111111111:role/bio-mcp-test" }
  }

  mock_resource "aws_sqs_queue" {
    defaults = {
      arn = "arn:aws:sqs:eu-west-1:111111111111:bio-mcp-test-jobs"
      url = "https://sqs.eu-west-1.amazonaws.com/111111111111/bio-mcp-test-jobs"
    }
  }
}

# The migration runs a task by the AWS command line; a test runs none.
override_module {
  target = module.migration
  outputs = {
    task_definition_arns = {
      api    = "arn:aws:ecs:eu-west-1:111111111111:task-definition/bio-mcp-test-api:1"
      worker = "arn:aws:ecs:eu-west-1:111111111111:task-definition/bio-mcp-test-worker:1"
    }
  }
}

variables {
  environment        = "test"
  account_id         = "111111111111"
  region             = "eu-west-1"
  image              = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/bio-mcp@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  repository_arn     = "arn:aws:ecr:eu-west-1:111111111111:repository/bio-mcp"
  public_url         = "https://bio-mcp.example.org"
  certificate_arn    = "arn:aws:acm:eu-west-1:111111111111:certificate/0"
  client_cidrs       = ["10.0.0.0/8"]
  access             = { auth = "bearer" }
  network            = { cidr = "10.60.0.0/16", availability_zones = ["eu-west-1a", "eu-west-1b"], nat_gateway_per_zone = false }
  archive            = { raw_transition_days = 60 }
  database           = { instance_class = "db.t4g.medium", storage_gb = 50, multi_az = false, backup_retention_days = 7 }
  index              = { url = "https://weaviate.example.org" }
  api                = { cpu = 1024, memory_mb = 4096, min_tasks = 2, max_tasks = 4, canary_percent = 10, bake_minutes = 10 }
  worker             = { cpu = 2048, memory_mb = 8192, min_tasks = 0, max_tasks = 4, base_tasks = 1, jobs_per_task = 2 }
  topics             = { gliomas = { term = "glioma <adult>", schedule = "cron(0 4 * * ? *)" } }
  secret_settings    = ["BIO_MCP_PUBMED_API_KEY"]
  pubmed_email       = "bio-mcp@example.org"
  mail_addresses     = {}
  log_retention_days = 90
}

run "all_of_it_can_be_planned" {
  command = plan

  assert {
    condition     = module.schedule.dead_letters_name == "bio-mcp-test-schedule-dead-letters"
    error_message = "The names do not begin with the installation."
  }
}

run "a_public_load_balancer_asks_who_calls" {
  command = plan

  variables {
    is_internal = false
    access      = { auth = "none" }
  }

  expect_failures = [var.is_internal]
}

run "an_image_is_named_by_its_digest" {
  command = plan

  variables {
    image = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/bio-mcp:latest"
  }

  expect_failures = [var.image]
}

run "an_index_is_one_or_the_other" {
  command = plan

  variables {
    index = { url = "" }
  }

  expect_failures = [var.index]
}
