#!/usr/bin/env bash
# A real S3 server for the store tests: Ceph's gateway over a cluster of one node that lives in memory.
#   radosgw.sh start FOLDER S3_PORT MONITOR_PORT    about 15 s; the server answers when this returns
#   radosgw.sh stop FOLDER
# Wants Debian's packages radosgw ceph-mon ceph-osd ceph-mgr ceph-common, and curl.
set -euo pipefail

action=$1
home=$2

stop() {
  local file
  for file in "$home"/*.pid; do
    [[ -e $file ]] || continue
    kill "$(<"$file")" 2>/dev/null || true
    rm -f "$file"
  done
}

if [[ $action == stop ]]; then
  stop
  exit
fi

s3_port=$3
monitor_port=$4
monitor="v2:127.0.0.1:$monitor_port"
cluster=$(</proc/sys/kernel/random/uuid)
disk=$(</proc/sys/kernel/random/uuid)

for program in radosgw ceph-mon ceph-osd ceph-mgr ceph radosgw-admin; do
  command -v "$program" >/dev/null || {
    echo "$program is missing: apt-get install radosgw ceph-mon ceph-osd ceph-mgr ceph-common" >&2
    exit 1
  }
done

mkdir -p "$home"/{mon,mgr,osd,log,run}
settings=$home/ceph.conf
keys=$home/keyring
cat >"$settings" <<END
[global]
fsid = $cluster
mon host = [$monitor]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = $keys
mon data = $home/mon
mgr data = $home/mgr
osd data = $home/osd
run dir = $home/run
admin socket = $home/run/\$name.sock
log file = $home/log/\$name.log
osd objectstore = memstore
memstore device bytes = 1073741824
osd max object name len = 460
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
mon allow pool size one = true
rgw frontends = beast endpoint=127.0.0.1:$s3_port
END

in_background() { # NAME COMMAND…
  local name=$1
  shift
  "$@" --conf "$settings" >"$home/log/$name.out" 2>&1 &
  echo $! >"$home/$name.pid"
}

until_works() { # COMMAND…: tries for a minute
  local attempt
  for attempt in $(seq 200); do
    timeout 5 "$@" >"$home/log/wait.out" 2>&1 && return
    sleep 0.3
  done
  echo "gave up waiting for: $*" >&2
  cat "$home/log/wait.out" >&2
  return 1
}

ceph-authtool --create-keyring "$keys" --gen-key --name mon. --cap mon 'allow *' >/dev/null
for name in client.admin client.gateway mgr.one osd.0; do
  ceph-authtool "$keys" --gen-key --name "$name" --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *' >/dev/null
done
monmaptool --create --fsid "$cluster" --addv one "[$monitor]" "$home/monmap" >/dev/null
ceph-mon --conf "$settings" --mkfs --id one --monmap "$home/monmap" --keyring "$keys" >"$home/log/mkfs.out" 2>&1

in_background mon ceph-mon --id one --foreground
until_works ceph --conf "$settings" --connect-timeout 3 status
in_background mgr ceph-mgr --id one --foreground
ceph --conf "$settings" osd new "$disk" 0 >/dev/null 2>&1
ceph --conf "$settings" osd crush add osd.0 1 root=default host=here >/dev/null 2>&1
ceph-osd --conf "$settings" --id 0 --mkfs --osd-uuid "$disk" >>"$home/log/mkfs.out" 2>&1
in_background osd ceph-osd --id 0 --foreground
in_background gateway radosgw --name client.gateway --foreground
until_works curl --silent --output /dev/null "http://127.0.0.1:$s3_port/"
radosgw-admin --conf "$settings" user create --uid lake --display-name lake \
  --access-key lake-key --secret-key lake-secret >"$home/log/user.out" 2>&1
