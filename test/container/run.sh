#!/usr/bin/env bash
# Runs a command of an image as an engine does: as process 1 of its own, without privileges, on a root file system that can't be
# written to. Called as process 1 of new namespaces (`unshare --mount --pid --fork`), as root, with the environment of the command.
#
#   run.sh ROOT UID:GID [FROM:TO]… -- COMMAND…
#
# FROM is a folder or file of this machine, TO its place in the image.
set -euo pipefail
root=$1 user=$2
shift 2

mount --bind "$root" "$root"
while [[ $1 != -- ]]; do
  mount --bind "${1%%:*}" "$root${1#*:}"
  shift
done
shift
mount --bind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -o remount,bind,ro "$root"
# Where it has a network of its own, there is nothing but this.
ip link set lo up
exec setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid \
  chroot --userspec="$user" --groups="" "$root" "$@"
