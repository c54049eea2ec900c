#!/bin/sh
# Asks a running server the three questions that tell whether it serves, with the token in BIO_MCP_TOKEN where it is guarded.
# Usage: scripts/smoke-http.sh URL
set -eu
url=$1

# By its stdin: what stands in a command's words can be read by everybody on the machine.
token() { if [ -n "${BIO_MCP_TOKEN-}" ]; then printf 'oauth2-bearer = "%s"\n' "$BIO_MCP_TOKEN"; fi; }

ask() {
  body=$(token | curl --config - --silent --show-error --fail-with-body --max-time 10 "$url$1") || {
    code=$?
    printf '%s\n' "${body-}"
    printf 'smoke-http: GET %s%s failed' "$url" "$1" >&2
    [ "$code" -ne 7 ] || printf ': nothing listens there; start it with make run-http' >&2
    printf '\n' >&2
    exit 1
  }
  case $body in
    *"$2"*) printf 'ok  %-14s %.160s\n' "$1" "$body" ;;
    *)
      printf 'smoke-http: GET %s%s answered without %s: %s\n' "$url" "$1" "$2" "$body" >&2
      exit 1
      ;;
  esac
}

ask /healthz '"status":"ok"'
ask /readyz '"status":"ready"'
ask /v1/mcp/tools '"name":"ping"'
