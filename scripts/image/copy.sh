#!/bin/sh
# Copies an image from one registry into another, as it is: its digest stays. One that is there already is not copied again. Signs in at
# both, as push.sh does.
# Usage: scripts/image/copy.sh REGISTRY/IMAGE@sha256:… NAME
set -eu
cd "$(dirname "$0")"
from=$1
name=$2
digest=${from##*@}
case $from in *@sha256:*) ;; *) echo 'image-copy: say the image by its digest: FROM=…@sha256:…' >&2; exit 2 ;; esac
[ -n "$name" ] || { echo 'image-copy: say where to, as NAME=registry/bio-mcp:tag' >&2; exit 2; }
./sign-in.sh "${from%%/*}"
./sign-in.sh "${name%%/*}"
image=${name%:*}@$digest
# A registry whose tags never move refuses the same tag again, of the same image too: as where a deployment is run again.
if ! docker buildx imagetools inspect "$image" >/dev/null 2>&1; then
  docker buildx imagetools create --prefer-index=false --tag "$name" "$from" >&2
  docker buildx imagetools inspect "$image" >/dev/null
fi
echo "$image"
[ -z "${GITHUB_OUTPUT-}" ] || echo "image=$image" >>"$GITHUB_OUTPUT"
