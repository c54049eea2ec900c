#!/bin/sh
# Asks OSV.dev which known vulnerabilities the packages of the image have, Debian's and npm's, and fails where one is high or critical,
# mended elsewhere, and not allowed by osv-scanner.toml with a reason and an end. Usage: scripts/image/scan.sh IMAGE
# The scanner is built with Go into the cache, once. It needs the network: api.osv.dev.
set -eu
cd "$(dirname "$0")/../.."
version=2.3.5
folder=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/osv-scanner-$version
if [ ! -x "$folder/osv-scanner" ]; then
  PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || { echo 'image-scan: the scanner is built with Go 1.26 or later: https://go.dev/dl' >&2; exit 1; }
  making=$(mktemp -d)
  GOBIN=$making go install "github.com/google/osv-scanner/v2/cmd/osv-scanner@v$version"
  mkdir -p "$folder"
  mv "$making/osv-scanner" "$folder/"
  rmdir "$making"
fi
archive=$(mktemp -d)
trap 'rm -rf "$archive"' EXIT
if docker info >/dev/null 2>&1; then
  docker save --output "$archive/image.tar" "$1"
else
  STORAGE_DRIVER=${STORAGE_DRIVER:-overlay} buildah push --quiet "$1" "docker-archive:$archive/image.tar"
fi
code=0
"$folder/osv-scanner" scan image --config scripts/image/osv-scanner.toml --format json --output-file "$archive/scan.json" \
  --archive "$archive/image.tar" || code=$?
# 0: nothing was found, 1: something was. Everything else is a scan that did not come about.
[ "$code" -le 1 ] || exit "$code"
PATH=$PWD/.node/node_modules/.bin:$PATH node scripts/image/judge-scan.ts "$archive/scan.json"
