#!/bin/sh
# Sends what nobody would think of to every operation of /openapi.json and holds each answer to the page: no 5xx, no
# undocumented status, nothing that breaks its own schema. Usage: scripts/fuzz-http.sh [EXAMPLES AN OPERATION]
# Needs Python 3.10 or later with venv; without it there is nothing to do but say so.
set -eu
cd "$(dirname "$0")/.."
examples=${1:-200}
version=4.32.5
python=$(command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo 'fuzz-http: skipped, since Python 3.10 or later with venv is not installed here.'
  exit 0
fi
venv=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/schemathesis-$version
if [ ! -x "$venv/bin/schemathesis" ]; then
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi

work=$(mktemp -d)
node tests/support/fuzz-server.ts >"$work/url" 2>"$work/log" &
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

# Left out: unsupported_method asks for status 405, which the error table does not have (such a call is NOT_FOUND with an
# Allow header); positive_data_acceptance takes every 400 for a fault, while a JSON Schema cannot say all that a tool
# asks of its parameters (that a cursor was given out, that the words of a query are balanced); use_after_free and
# ensure_resource_availability, since a cancelled job stays readable and a failed one may have left no result.
cd "$work"
"$venv/bin/schemathesis" run "$(cat url)/openapi.json" --checks all \
  --exclude-checks unsupported_method,positive_data_acceptance,use_after_free,ensure_resource_availability \
  --max-examples "$examples" --seed 1 --request-timeout 30 --no-color || {
  code=$?
  tail -n 20 log >&2
  exit "$code"
}
