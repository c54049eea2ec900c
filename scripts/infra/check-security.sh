#!/bin/sh
# Holds infra/ against the rules of checkov, without a network once it is installed. checkov comes from PyPI into the cache.
# What is left out says why beside it: `#checkov:skip=ID:reason`. Ends with 77 and a sentence where Python is missing.
set -eu
cd "$(dirname "$0")/../.."
version=3.3.30
if ! python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo 'check-infra-security: Python 3.10 or later with venv is not installed here.' >&2
  exit 77
fi
folder=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/checkov-$version
if [ ! -x "$folder/bin/checkov" ]; then
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "checkov==$version"
fi
exec "$folder/bin/checkov" --directory infra --framework terraform --skip-download --quiet --compact
