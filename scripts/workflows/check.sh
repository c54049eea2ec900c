#!/bin/sh
# Holds .github/ against actionlint (what GitHub would refuse) and zizmor (what an attacker would use). Both come into the cache,
# once: actionlint is built with Go, zizmor comes from PyPI. No network is asked after that.
set -eu
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp
actionlint=1.7.12
zizmor=1.32.0

if [ ! -x "$cache/actionlint-$actionlint/actionlint" ]; then
  PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || { echo 'check-workflows: actionlint is built with Go 1.25 or later: https://go.dev/dl' >&2; exit 1; }
  making=$(mktemp -d)
  GOBIN=$making go install "github.com/rhysd/actionlint/cmd/actionlint@v$actionlint"
  rm -rf "$cache/actionlint-$actionlint"
  mkdir -p "$cache/actionlint-$actionlint"
  mv "$making/actionlint" "$cache/actionlint-$actionlint/"
  rmdir "$making"
fi
if [ ! -x "$cache/zizmor-$zizmor/bin/zizmor" ]; then
  rm -rf "$cache/zizmor-$zizmor"
  python3 -m venv "$cache/zizmor-$zizmor"
  "$cache/zizmor-$zizmor/bin/pip" install --quiet --disable-pip-version-check "zizmor==$zizmor"
fi

"$cache/actionlint-$actionlint/actionlint" -shellcheck= -pyflakes=
"$cache/zizmor-$zizmor/bin/zizmor" --offline --quiet --no-progress .github
echo 'the workflows hold against actionlint and zizmor'
