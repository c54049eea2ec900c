#!/bin/sh
# Runs the .tftest.hcl of infra/ on a provider that answers nothing: AWS is not asked, the registry of providers is.
set -eu
cd "$(dirname "$0")/../../infra/modules/installation"
fail() { echo "infra-test: $1" >&2; exit 1; }
command -v terraform >/dev/null || fail 'Terraform 1.11 is not installed: https://developer.hashicorp.com/terraform/install'
CHECKPOINT_DISABLE=1
export CHECKPOINT_DISABLE
terraform init -backend=false -input=false >/dev/null ||
  fail 'Terraform could not start (see above): it needs registry.terraform.io, where the provider of AWS is.'
exec terraform test
