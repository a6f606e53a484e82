#!/usr/bin/env bash
# The part of fresh-root.sh that runs as the first process of the new namespaces: it turns a directory into the root of
# a machine, and runs a command there.
#
#   fresh-root-enter.sh ROOT CGROUP CONNECTED JDK COMMAND...
#
#   ROOT       the directory
#   CGROUP     the name of the cgroup, in every hierarchy, that holds all that runs
#   CONNECTED  a named pipe that says when there is a network
#   JDK        a directory to mount read-only at the same path, or nothing
set -euo pipefail

# Lists the cgroup hierarchies: mount point, type, and the options that select one.
hierarchies() {
  awk '$3 == "cgroup" || $3 == "cgroup2" {
    options = ""
    count = split($4, words, ",")
    for (i = 1; i <= count; i++) if (words[i] !~ /^(rw|ro|no.*|relatime|memory_recursiveprot|favordynmods)$/)
      options = options (options == "" ? "" : ",") words[i]
    print $2, $3, options
  }' /proc/self/mounts
}

# Joins a cgroup of its own, which the next cgroup namespace takes for the root of each hierarchy.
join_cgroups() {
  local mount file
  while read -r mount _; do
    mkdir "$mount/$1"
    for file in cpuset.cpus cpuset.mems; do # a new one has neither processors nor memory
      [[ ! -s $mount/$file && ! -e $mount/$file ]] || cat "$mount/$file" >"$mount/$1/$file"
    done
    echo 0 >"$mount/$1/cgroup.procs"
  done < <(hierarchies)
}

if [[ $1 != --joined ]]; then
  join_cgroups "$2"
  exec unshare --cgroup -- "$0" --joined "$@"
fi
root=$2 connected=$4 jdk=$5
shift 5

# A cgroup of version 2 that has processes cannot have controllers for its children.
share_controllers() {
  local controller
  [[ -s $1/cgroup.controllers ]] || return 0 # those are in hierarchies of version 1
  mkdir "$1/init" && echo 0 >"$1/init/cgroup.procs"
  for controller in $(<"$1/cgroup.controllers"); do echo "+$controller" >"$1/cgroup.subtree_control"; done
}

mount_cgroups() {
  local mount type options
  [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]] || mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  while read -r mount type options; do
    [[ $mount == /sys/fs/cgroup || $mount == /sys/fs/cgroup/* ]] || continue
    mkdir -p "$root$mount"
    case $options in name=*) options=none,$options ;; esac
    mount -t "$type" ${options:+-o "$options"} "$type" "$root$mount"
    [[ $type != cgroup2 ]] || share_controllers "$root$mount"
  done < <(hierarchies)
}

# Not the devices of the machine: inside, too, there is a root who may change them.
make_devices() {
  local device major minor
  mount -t tmpfs -o mode=755 dev "$root/dev"
  mkdir "$root"/dev/{pts,shm,net}
  for device in null zero full random urandom tty fuse net/tun; do
    [[ -c /dev/$device ]] || continue
    read -r major minor < <(stat -c '%Hr %Lr' "/dev/$device")
    mknod -m 666 "$root/dev/$device" c "$major" "$minor"
  done
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s /proc/self/fd/0 "$root/dev/stdin"
  ln -s /proc/self/fd/1 "$root/dev/stdout"
  ln -s /proc/self/fd/2 "$root/dev/stderr"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts "$root/dev/pts"
  mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
}

mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount_cgroups
make_devices
if [[ -n $jdk ]]; then
  mkdir -p "$root$jdk"
  mount --bind "$jdk" "$root$jdk"
  mount -o remount,bind,ro "$root$jdk"
fi
hostname fresh
read -r -n 1 <"$connected" || true

# Not chroot alone: in a changed root directory the kernel refuses user namespaces, which sandboxes are made of.
cd "$root"
mkdir .host
pivot_root . .host
environment=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}")
for proxy in http_proxy https_proxy no_proxy; do
  [[ -z ${!proxy:-} ]] || environment+=("$proxy=${!proxy}")
done
# Not by exec: the shell stays the first process, and collects those that lose their parent.
exec chroot . env -i "${environment[@]}" bash -c '
  umount -l /.host && rmdir /.host
  ! ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1 || update-ca-certificates >/dev/null 2>&1
  cd /root/iso-runtime
  "$@"
  exit $?' fresh-root "$@"
