#!/bin/sh
# Pushes an image to a registry and prints its name there by its digest, the one that nobody can move. Within a workflow of GitHub it
# is also the outputs `image`, `name` and `digest` of the step. Usage: scripts/image/push.sh IMAGE NAME
# Signs in first, as sign-in.sh tells.
set -eu
image=$1
name=$(printf '%s' "$2" | tr '[:upper:]' '[:lower:]')
[ -n "$name" ] || { echo 'image-push: say where to, as NAME=registry/owner/bio-mcp:tag' >&2; exit 2; }
"$(dirname "$0")/sign-in.sh" "${name%%/*}"
docker tag "$image" "$name"
docker push --quiet "$name" >&2
base=${name%:*}
digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$name" | sed -n "s|^$base@||p" | head -n 1)
[ -n "$digest" ] || { echo "image-push: the registry told no digest of $name" >&2; exit 1; }
echo "$base@$digest"
[ -z "${GITHUB_OUTPUT-}" ] || printf 'image=%s@%s\nname=%s\ndigest=%s\n' "$base" "$digest" "$base" "$digest" >>"$GITHUB_OUTPUT"
