terraform {
  required_version = "~> 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.25"
    }
  }

  # S3 itself locks the state, by a file beside it: no table is needed.
  backend "s3" {
    bucket       = "bio-mcp-terraform-111111111111"
    key          = "staging/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}
