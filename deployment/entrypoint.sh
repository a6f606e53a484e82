#!/bin/sh
# Starts the service as the user "service": it may use the engine's socket, and is not root. The socket's group has
# another number on each host, so it can't be part of the image.
set -eu

workspaces=/exec-workspace

refuse() {
  printf '%s\n' "$@" | sed '1s/^/entrypoint: /' >&2
  exit 78 # EX_CONFIG (sysexits.h)
}

[ $# -gt 0 ] || refuse "there is nothing to start. Give a command, such as java -jar /opt/service/service.jar."

# A remote engine has no socket here.
case ${DOCKER_HOST:-unix:///var/run/docker.sock} in
  unix://*)
    socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    socket=${socket#unix://}
    # For a socket that the host lacks, the engine makes and mounts a directory.
    [ -S "$socket" ] || refuse "there is no engine socket at $socket." \
      "Start the engine on the host and mount its socket: -v /var/run/docker.sock:$socket." \
      "For a remote engine set DOCKER_HOST to tcp://host:2376, with DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH."
    group=$(stat -c %g "$socket")
    ;;
  *) socket='' group='' ;;
esac

if [ "$(id -u)" -ne 0 ]; then
  [ -z "$socket" ] || [ -w "$socket" ] ||
    refuse "user id $(id -u) may not use the engine's socket $socket, whose group is $group." \
      "Start the container as root, which is given up here, or with --group-add $group."
  exec "$@"
fi

# The group by its number: it needs no name here. Nothing that is started has a capability or can regain one.
as_service="setpriv --reuid service --regid service --groups ${group:-$(id -g service)} --inh-caps=-all --no-new-privs --"

if [ -n "$socket" ]; then
  $as_service test -w "$socket" ||
    refuse "the group $group of the engine's socket $socket may not write to it, or a security module forbids it." \
      "On the host: chmod g+w the socket, and give it a group of its own (dockerd --group docker)."
fi

if [ -d "$workspaces" ]; then
  # A directory that the engine made for the mount is root's.
  [ "$(stat -c %u "$workspaces")" -ne 0 ] || chown service:service "$workspaces"
  $as_service test -w "$workspaces" ||
    refuse "the service may not write to $workspaces, which user id $(stat -c %u "$workspaces") owns." \
      "On the host: chown $(id -u service) the directory that is mounted there."
fi

export HOME=/home/service USER=service
exec $as_service "$@"
