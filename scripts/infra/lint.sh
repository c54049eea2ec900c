#!/bin/sh
# Holds infra/ against the core rules of tflint: names, types, what is unused or deprecated. It is taken from the PATH, else built
# by Go into the cache, which takes minutes once. Ends with 77 and a sentence where there is neither.
set -eu
cd "$(dirname "$0")/../../infra"
version=v0.64.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/tflint-$version
if command -v tflint >/dev/null; then
  program=tflint
else
  program=$folder/tflint
  if [ ! -x "$program" ]; then
    if ! command -v go >/dev/null; then
      echo 'check-infra-lint: neither tflint nor Go is installed here: https://github.com/terraform-linters/tflint' >&2
      exit 77
    fi
    GOBIN=$folder go install "github.com/terraform-linters/tflint@$version"
  fi
fi
exec "$program" --recursive --config "$PWD/.tflint.hcl" --format compact
