#!/usr/bin/env bash
# Claim: Docker's NetworkDisabled lays an empty /etc/hosts over the image's own; network mode "none" does not
#
# One would guess that NetworkDisabled in a container's configuration and the network mode "none" are two ways to say
# one thing: both leave the container with a loopback alone. But with NetworkDisabled the engine never writes the
# hosts file that it mounts, so "localhost" does not resolve there. Neither a hosts file in the image nor ExtraHosts
# helps: the empty file lies over the first, and the second would be written to the file that is not written.
#
# Version: docker.io 20.10.24 of Debian 12
# Source: https://github.com/docker/docker-py/issues/701 (the two "are two different things"), met again in
#   https://github.com/odoo/runbot/pull/1162; in today's source initializeNetworking of
#   https://github.com/moby/moby/blob/master/daemon/container_operations.go still returns at once where it is set
# Seen:
#   NetworkDisabled: 0 names of 127.0.0.1 in /etc/hosts
#   NetworkDisabled and ExtraHosts: 0 names of 127.0.0.1 in /etc/hosts
#   network mode none: 1 names of 127.0.0.1 in /etc/hosts

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs_root
needs curl
debian bookworm "$work/tools" docker.io=20.10.24+dfsg1-1+deb12u1+b6 containerd runc busybox-static
export PATH=$work/tools/usr/bin:$work/tools/usr/sbin:$PATH DOCKER_HOST=unix://$work/docker.sock

# An engine of its own, without networks, beside one that may run already.
dockerd --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
  --bridge none --iptables=false --ip6tables=false >"$work/log" 2>&1 &
engine=$!
trap 'kill "$engine" 2>/dev/null || true; wait "$engine" || true; rm -rf -- "$work"' EXIT
until docker version >/dev/null 2>&1; do
  kill -0 "$engine" 2>/dev/null || could_not_run "dockerd ended: $(tail -n 1 "$work/log")"
  sleep 0.1
done

mkdir -p "$work"/image/{bin,etc}
cp "$work/tools/bin/busybox" "$work/image/bin/cat"
echo '127.0.0.1 localhost' >"$work/image/etc/hosts"
tar -C "$work/image" -c . | docker import - finding >"$work/id"

# hosts NAME CONFIGURATION: how many names of 127.0.0.1 a container knows.
hosts() {
  local id
  id=$(curl -s --unix-socket "$work/docker.sock" http://engine/containers/create \
    -H 'Content-Type: application/json' \
    -d "{\"Image\": \"finding\", \"Cmd\": [\"/bin/cat\", \"/etc/hosts\"], $2}" |
    sed 's/.*"Id":"\([0-9a-f]*\)".*/\1/')
  docker start -a "$id" >"$work/hosts"
  echo "$1: $(grep -c '^127.0.0.1' "$work/hosts" || true) names of 127.0.0.1 in /etc/hosts"
  docker rm "$id" >"$work/id"
}

{
  hosts NetworkDisabled '"NetworkDisabled": true'
  hosts 'NetworkDisabled and ExtraHosts' \
    '"NetworkDisabled": true, "HostConfig": {"ExtraHosts": ["localhost:127.0.0.1"]}'
  hosts 'network mode none' '"HostConfig": {"NetworkMode": "none"}'
} >"$work/now"
compare
