locals {
  account_id = "222222222222"
  region     = "eu-west-1"
}

provider "aws" {
  region = local.region

  # Whoever is signed in to another account is refused before anything is read.
  allowed_account_ids = [local.account_id]

  default_tags {
    tags = {
      Project     = "bio-mcp"
      Environment = "prod"
      ManagedBy   = "terraform"
    }
  }
}
