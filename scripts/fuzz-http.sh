#!/bin/sh
# Sends what nobody would think of to every operation of /openapi.json and holds each answer to the page: no 5xx that is
# not an outage, no undocumented status, nothing that breaks its own schema; scripts/fuzz-http.toml tells what is left out.
# Usage: scripts/fuzz-http.sh [EXAMPLES AN OPERATION]
# Needs Python 3.10 or later with venv, and once the network; ends with 77 and a sentence where it has them not.
set -eu
cd "$(dirname "$0")/.."
examples=${1:-500}
version=4.32.5
python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
  if "$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo 'fuzz-http: Python 3.10 or later with venv is not installed here.' >&2
  exit 77
fi
venv=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/schemathesis-$version
if [ ! -x "$venv/bin/schemathesis" ]; then
  if ! "$python" -m venv "$venv" >&2 ||
    ! "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" >&2; then
    echo "fuzz-http: Schemathesis $version cannot be installed here; see above." >&2
    exit 77
  fi
fi

work=$(mktemp -d)
node tests/support/http/fuzz-server.ts >"$work/url" 2>"$work/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
waited=0
until [ -s "$work/url" ]; do
  if [ "$waited" -ge 60 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$work/log" >&2
    echo 'fuzz-http: the server did not start' >&2
    exit 1
  fi
  sleep 1
  waited=$((waited + 1))
done

cp scripts/fuzz-http.toml "$work"
cd "$work"
"$venv/bin/schemathesis" --config-file fuzz-http.toml run "$(cat url)/openapi.json" \
  --max-examples "$examples" --seed 1 --no-color || {
  code=$?
  tail -n 20 log >&2
  exit "$code"
}
