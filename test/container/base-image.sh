#!/usr/bin/env bash
# Makes the base image of streamer/Dockerfile without a registry of images: a shell and libraries from Debian, Node from npm's
# package of it, npm, and the user of the official image. It stands in for that image in tests, and for nothing else.
# Needs root, buildah and mmdebstrap. Where the image is there already, it is left as it is.
#
#   base-image.sh NAME FOLDER_OF_NODE BUILDAH…
set -euo pipefail
name=$1 node=$2
shift 2
buildah=("$@")
npm_version=11.19.1

"${buildah[@]}" inspect --type image "$name" >/dev/null 2>&1 && exit 0
work=$(mktemp -d)
container=$("${buildah[@]}" from scratch)
trap '"${buildah[@]}" rm "$container" >/dev/null; rm -rf "$work"' EXIT
root=$("${buildah[@]}" mount "$container")

# Unpacked and not configured: that takes a third of the time. Node and DuckDB need the C++ library.
mmdebstrap --quiet --mode=root --variant=extract --dpkgopt=force-unsafe-io \
  --include=base-files,base-passwd,coreutils,dash,findutils,grep,libstdc++6 bookworm "$root"
cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
echo 'node:x:1000:1000::/home/node:/bin/sh' >>"$root/etc/passwd"
echo 'node:x:1000:' >>"$root/etc/group"
install --directory --owner=1000 --group=1000 "$root/home/node"

npm pack --silent --pack-destination "$work" "npm@$npm_version" >/dev/null
install --directory "$root/usr/local/bin" "$root/usr/local/lib/node_modules/npm"
cp "$node/bin/node" "$root/usr/local/bin/node"
tar --extract --file "$work/npm-$npm_version.tgz" --directory "$root/usr/local/lib/node_modules/npm" --strip-components 1
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"

"${buildah[@]}" umount "$container" >/dev/null
"${buildah[@]}" config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd node "$container"
"${buildah[@]}" commit --quiet "$container" "$name" >/dev/null
