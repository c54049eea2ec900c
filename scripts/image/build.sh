#!/bin/sh
# Builds the image from Dockerfile and tags it (default bio-mcp:development): with Docker where an engine answers, else with Debian's
# buildah on a stand-in of the base image (make-base.sh; root, on Debian or Ubuntu).
set -eu
STORAGE_DRIVER=${STORAGE_DRIVER:-overlay} # vfs where the kernel mounts no overlay: slower
export STORAGE_DRIVER
cd "$(dirname "$0")/../.."
tag=${1:-bio-mcp:development}
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
set -- --build-arg "VERSION=$version" --build-arg "REVISION=$revision" -t "$tag" .
if docker info >/dev/null 2>&1; then exec docker build "$@"; fi
# A proxy's certificate is mounted, so that the image does not hold it.
certificates=${NODE_EXTRA_CA_CERTS:-}
if [ -n "$certificates" ]; then
  set -- --volume "$(readlink -f "$certificates"):/extra-ca.crt:ro" --build-arg NODE_EXTRA_CA_CERTS=/extra-ca.crt "$@"
fi
base=docker.io/library/node:24-bookworm-slim
buildah inspect --type image "$base" >/dev/null 2>&1 || scripts/image/make-base.sh "$base"
exec buildah bud --layers --isolation chroot --pull-never --format docker "$@"
