#!/bin/sh
# Plans or applies an environment of infra/. It needs Terraform 1.11, the network (registry.terraform.io for the provider of AWS), the
# credentials of the environment's account as every AWS program finds them, the bucket of its state (infra/README.md), and, to plan,
# TF_VAR_image, the image by its digest. A plan is kept beside the environment. An apply does what that plan shows and nothing else, once;
# it migrates before it deploys. Terraform refuses a plan that something else has overtaken.
# Usage: scripts/infra/terraform.sh plan|apply staging|prod
set -eu
cd "$(dirname "$0")/../.."
what=$1
environment=${2-}
plan=release.tfplan
say() { printf 'infra-%s: %s\n' "$what" "$1" >&2; }
problems=0
need() { say "$1"; problems=1; }
folder=infra/environments/$environment
case $environment in
  '') need 'say which environment: ENVIRONMENT=staging or ENVIRONMENT=prod' ;;
  *[!a-z]*) need "$environment is no environment" ;;
  *) [ -d "$folder" ] || need "there is no $folder" ;;
esac
command -v terraform >/dev/null || need 'Terraform 1.11 is not installed: https://developer.hashicorp.com/terraform/install'
case $what:${TF_VAR_image-} in
  apply: | *:*@sha256:*) ;;
  *) need 'say the image by its digest: TF_VAR_image=ACCOUNT.dkr.ecr.REGION.amazonaws.com/bio-mcp@sha256:…' ;;
esac
if [ -z "${AWS_ACCESS_KEY_ID-}${AWS_PROFILE-}${AWS_WEB_IDENTITY_TOKEN_FILE-}${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI-}" ] && [ ! -e "$HOME/.aws" ]; then
  need 'there are no credentials of AWS: sign in (aws sso login), or set AWS_PROFILE'
fi
if [ "$what" = apply ] && [ ! -f "$folder/$plan" ]; then
  need "there is no plan of it: make infra-plan ENVIRONMENT=${environment:-…} shows what would change, and only what was shown is applied"
fi
[ "$problems" -eq 0 ] || exit 2
terraform -chdir="$folder" init -input=false >/dev/null || {
  say 'Terraform could not start (see above): it needs registry.terraform.io and the bucket of the state'
  exit 1
}
if [ "$what" = plan ]; then
  rm -f "$folder/$plan"
  exec terraform -chdir="$folder" plan -input=false -lock-timeout=5m -out="$plan"
fi
if [ -n "${TF_VAR_image-}" ] && ! terraform -chdir="$folder" show -json "$plan" | grep -qF "\"image\":{\"value\":\"$TF_VAR_image\"}"; then
  say 'the plan is of another image than TF_VAR_image: plan again'
  exit 2
fi
# Whether it succeeds or not, it was a plan for what there was before.
trap 'rm -f "$folder/$plan"' EXIT
terraform -chdir="$folder" apply -input=false -lock-timeout=5m "$plan"
