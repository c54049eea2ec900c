#!/bin/sh
# Makes a stand-in of the base image, docker.io/library/node:24-bookworm-slim, where no image registry answers: Debian's minimal
# system by debootstrap, Node from npm. `make image` calls it where no Docker engine is. Needs root on Debian or Ubuntu, and
# the packages buildah, debootstrap and runc, which it installs. About a minute the first time; the tree is kept in the cache.
set -eu
STORAGE_DRIVER=${STORAGE_DRIVER:-overlay} # vfs where the kernel mounts no overlay: slower
export STORAGE_DRIVER
tag=${1:-docker.io/library/node:24-bookworm-slim}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/bio-mcp/image-base
node_version=$(cat "$(dirname "$0")/../../.node-version")
root=$cache/root-$node_version

if ! command -v buildah >/dev/null || ! command -v debootstrap >/dev/null || ! command -v runc >/dev/null; then
  echo 'image: installing buildah, debootstrap and runc' >&2
  export DEBIAN_FRONTEND=noninteractive
  install='apt-get install -y -qq --no-install-recommends buildah debootstrap runc'
  $install >/dev/null 2>&1 || { apt-get update -qq >/dev/null; $install >/dev/null; }
fi

if [ ! -x "$root/usr/local/bin/node" ]; then
  echo 'image: making the base image, once' >&2
  mkdir -p "$cache"
  rm -rf "$root"
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror" >"$cache/debootstrap.log" 2>&1 ||
    { tail -n 5 "$cache/debootstrap.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  chroot "$root" groupadd --gid 1000 node
  chroot "$root" useradd --uid 1000 --gid node --create-home node
  npm install --silent --no-audit --no-fund --prefix "$cache/node" "node@$node_version"
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  cp -r "$npm" "$root/usr/local/lib/npm"
  ln -sf ../lib/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  # Last: its presence says that the tree is whole.
  install -m 755 "$(find "$cache/node/node_modules" -path '*/bin/node' -type f -size +10M | head -n 1)" "$root/usr/local/bin/node"
fi

printf 'FROM scratch\nCOPY root-%s/ /\nCMD ["node"]\n' "$node_version" >"$cache/Dockerfile"
buildah bud --isolation chroot -q -f "$cache/Dockerfile" -t "$tag" "$cache"
