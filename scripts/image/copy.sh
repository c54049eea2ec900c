#!/bin/sh
# Copies an image from one registry into another, as it is: its digest stays. One that has its tag there already is not copied again. Signs
# in at both, as push.sh does.
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
# The tag keeps the image from a registry that removes what has none, so it is made where another one leads to the image already. A tag that
# never moves is refused a second time, for the same image too, as where a deployment is run again.
found=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$name" 2>/dev/null || true)
case $found in
  "$digest") ;;
  '')
    docker buildx imagetools create --prefer-index=false --tag "$name" "$from" >&2
    docker buildx imagetools inspect "$image" >/dev/null
    ;;
  *) echo "image-copy: $name names another image ($found): say a tag that is free" >&2; exit 1 ;;
esac
echo "$image"
[ -z "${GITHUB_OUTPUT-}" ] || echo "image=$image" >>"$GITHUB_OUTPUT"
