#!/bin/sh
# Calls one tool of a running server and prints its answer, an error envelope too; fails only where no answer came.
# With the token in BIO_MCP_TOKEN where the server is guarded. Usage: scripts/invoke.sh URL TOOL PARAMS
set -eu
# By its stdin: what stands in a command's words can be read by everybody on the machine.
token() { if [ -n "${BIO_MCP_TOKEN-}" ]; then printf 'oauth2-bearer = "%s"\n' "$BIO_MCP_TOKEN"; fi; }
answer=$(token | curl --config - --silent --show-error --max-time 60 -X POST "$1/v1/mcp/invoke" \
  -H 'content-type: application/json' -d "{\"tool\":\"$2\",\"params\":$3}") || {
  echo "invoke: no answer from $1; start the server with make run-http" >&2
  exit 1
}
printf '%s' "$answer" | node -e '
  const text = require("node:fs").readFileSync(0, "utf8");
  try { console.log(JSON.stringify(JSON.parse(text), null, 2)); }
  catch { console.log(text); process.exitCode = 1; }'
