#!/usr/bin/env bash
# Runs a command, by default ./check, on a copy of this checkout in a Debian 12 that has nothing but what README names:
# a JDK 17, Maven and Python. That shows what the scripts take for granted on the machine of their author.
set -uo pipefail

usage() {
  cat <<'USAGE'
usage: build/fresh-root.sh [--archive FILE] [--maven-repository DIR] [--jdk DIR] [COMMAND...]

Needs root, and installs git, mmdebstrap and slirp4netns where they are missing. Everything it starts and mounts is
gone when it ends, also by an interrupt.

  --archive FILE          keeps the new Debian in this tar file, and uses the file when it is there: bootstrapping takes
                          a minute or more
  --maven-repository DIR  copies this local Maven repository (such as ~/.m2/repository) instead of downloading everything
  --jdk DIR               mounts one more JDK read-only at the same path, such as a newer one under /usr/lib/jvm
  COMMAND                 runs in the copy, which is /root/iso-runtime there; "bash" gives a shell

environment:
  TMPDIR                  where the Debian and its engine's data go, about 4 GB; no memory-backed file system
USAGE
}

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
source "$project/build/engine.sh" # for apt_install

stop() {
  echo "fresh-root: $*" >&2
  exit 1
}

wrong() {
  echo "fresh-root: $*" >&2
  usage >&2
  exit 2
}

archive='' repository='' jdk=''
while (($#)); do
  case $1 in
    --archive | --maven-repository | --jdk)
      [[ -n ${2:-} ]] || wrong "$1 needs a value"
      case $1 in
        --archive) archive=$(realpath -m -- "$2") ;;
        --maven-repository) repository=$2 ;;
        --jdk) jdk=$(realpath -- "$2") || exit 2 ;;
      esac
      shift 2
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) wrong "unknown option $1" ;;
    *) break ;;
  esac
done
(($#)) || set -- ./check
[[ -z $repository || -d $repository ]] || wrong "there is no directory $repository"
[[ -z $jdk || -x $jdk/bin/javac ]] || wrong "$jdk is not a JDK"
[[ $(id -u) -eq 0 ]] || stop "only root can make another root directory and its namespaces."

packages=()
for command in git mmdebstrap slirp4netns; do
  command -v "$command" >/dev/null || packages+=("$command")
done
((${#packages[@]} == 0)) || apt_install "${packages[@]}" || exit 1

# ---- cleaning up ---------------------------------------------------------------------------------------------------

work=$(mktemp -d "${TMPDIR:-/tmp}/iso-fresh-root.XXXXXX") || exit 1
root=$work/root
name=${work##*/}
inside='' network=''

# The first process inside dies with the unshare command that started it, every other one with the first, and the mounts
# with the last of them.
clean_up() {
  trap '' INT TERM HUP
  if [[ -n $network ]]; then kill "$network" 2>/dev/null && wait "$network"; fi
  if [[ -n $inside ]]; then kill -KILL "$inside" 2>/dev/null && wait "$inside"; fi
  wait_for 30 remove_cgroups || echo "fresh-root: processes are left in the cgroups $name" >&2
  rm -rf --one-file-system "$work"
} 2>/dev/null

cgroup_mounts() { awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/self/mounts; }

# A cgroup is busy until the last process in it is gone.
remove_cgroups() {
  local mount status=0
  while IFS= read -r mount; do
    [[ ! -d $mount/$name ]] || find "$mount/$name" -depth -type d -exec rmdir {} + 2>/dev/null || status=1
  done < <(cgroup_mounts)
  return $status
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# ---- making it -----------------------------------------------------------------------------------------------------

bootstrap() { mmdebstrap --dpkgopt=force-unsafe-io --variant=minbase --include=openjdk-17-jdk-headless,maven,python3 bookworm "$1"; }

unpack() { mkdir "$root" && tar -x --numeric-owner -C "$root" -f "$1"; }

copy_checkout() {
  local copy=$root/root/iso-runtime
  mkdir "$copy" && cd "$project" &&
    git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2>/dev/null | tar -c -f - -T - | tar -x -C "$copy" -f -
}

# A copy of its own, not links: Maven writes into files of its repository.
copy_repository() { mkdir "$root/root/.m2" && cp -R --reflink=auto "$repository" "$root/root/.m2/repository"; }

# What a machine has from whoever set up its network, beyond any package.
configure() {
  local certificates=/usr/local/share/ca-certificates
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io" # a root that is thrown away needs no fsync per file
  echo "nameserver 10.0.2.3" >"$root/etc/resolv.conf" # that of slirp4netns
  echo fresh >"$root/etc/hostname"
  printf '127.0.0.1 localhost fresh\n::1 localhost\n' >"$root/etc/hosts"
  if [[ -d $certificates ]]; then
    mkdir -p "$root$certificates" && cp -R "$certificates/." "$root$certificates"
  fi
}

made=${archive:-$work/debian.tar}
if [[ ! -f $made ]]; then
  with_progress "bootstrapping a Debian 12 with JDK 17, Maven and Python" bootstrap "$made.new" && mv "$made.new" "$made" ||
    stop "see whether Debian's mirrors can be reached."
fi
with_progress "unpacking it" unpack "$made" || exit 1
[[ -n $archive ]] || rm "$made"
copy_checkout && configure || stop "the checkout could not be copied."
[[ -z $repository ]] || with_progress "copying $repository" copy_repository || exit 1

# ---- running the command in it -------------------------------------------------------------------------------------

# Its own network as well: the engine inside makes a bridge and rules, and must not meet those of another engine.
mkfifo "$work/connected" || exit 1
unshare --mount --uts --ipc --net --pid --fork --kill-child -- \
  "$project/build/fresh-root-enter.sh" "$root" "$name" "$work/connected" "$jdk" "$@" <&0 &
inside=$!

has_network() {
  first=$(<"/proc/$inside/task/$inside/children") && first=${first%% *} && [[ -n $first ]] &&
    [[ $(readlink "/proc/$first/ns/net") != "$(readlink /proc/self/ns/net)" ]]
} 2>/dev/null

wait_for 30 has_network || stop "the namespaces could not be made."
slirp4netns --configure --mtu=65520 --disable-host-loopback --ready-fd=3 "$first" tap0 3>"$work/connected" \
  >"$work/network.log" 2>&1 </dev/null &
network=$!
wait "$inside"
status=$?
inside=''
exit $status
