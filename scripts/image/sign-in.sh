#!/bin/sh
# Signs Docker in at a registry: at ECR with the credentials of AWS, elsewhere by REGISTRY_USER and REGISTRY_TOKEN where they are set.
set -eu
registry=$1
case $registry in
  *.dkr.ecr.*.amazonaws.com)
    region=${registry#*.dkr.ecr.}
    aws ecr get-login-password --region "${region%.amazonaws.com}" |
      docker login --username AWS --password-stdin "$registry" >&2
    ;;
  *)
    [ -z "${REGISTRY_TOKEN-}" ] ||
      printf '%s' "$REGISTRY_TOKEN" | docker login --username "$REGISTRY_USER" --password-stdin "$registry" >&2
    ;;
esac
