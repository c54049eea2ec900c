#!/bin/sh
# Installs by apt what the tests ask of the system and it lacks: strace for power cuts, maven for a model, venv for Python's programs,
# and what the runbooks call.
set -eu
missing=
need() { "$@" >/dev/null 2>&1 || missing="$missing $package"; }
package=strace need command -v strace
package=maven need command -v mvn
package=curl need command -v curl
package=jq need command -v jq
package=postgresql-client need command -v psql
package=python3-venv need python3 -c 'import ensurepip, venv'
[ -n "$missing" ] || { echo 'nothing is missing'; exit 0; }
sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -qq
# shellcheck disable=SC2086 # a list
$sudo apt-get install -qq -y --no-install-recommends $missing
