#!/usr/bin/env bash
# Claim: in runc a seccomp rule that forbids one call, as the default already does, changes the errno of other calls
#
# One would guess that a rule whose answer is the profile's default answer changes nothing: everything that is not
# allowed is refused with EPERM anyway. But runc puts a stub before the filter that answers ENOSYS for each number
# above the largest one that the profile names, whatever its rule says, so that libraries fall back to older calls.
# Forbidding landlock_restrict_self (446) by name raises that bound: openat2 (437) and faccessat2 (439), which no rule
# mentions, turn from ENOSYS into EPERM, and for EPERM libraries do not fall back. A profile should allow or name what
# it knows, and give an errno of its own to a call whose absence a library is to notice.
#
# Version: runc 1.1.5 of Debian 12
# Source: https://github.com/opencontainers/runc/blob/v1.1.5/libcontainer/seccomp/patchbpf/enosys_linux.go
#   (findLastSyscalls looks at names, not at actions); the reasons: https://github.com/opencontainers/runc/pull/2750
# Seen:
#   allow list up to close_range: openat2 ENOSYS, faccessat2 ENOSYS
#   the same and landlock_restrict_self forbidden: openat2 EPERM, faccessat2 EPERM

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs_root
debian bookworm "$work/tools" runc=1.1.5+ds1-1+deb12u1
debian bookworm "$work/root" perl-base libc6 libcrypt1
mkdir -p "$work/root/proc" "$work/root/dev"

# config [RULE]: a container that makes the two calls, with an allow list that ends at close_range (436).
config() {
  local allowed script
  allowed=$(printf '"%s",' access arch_prctl brk capget capset chdir clone clone3 close close_range dup dup2 dup3 \
    epoll_create1 epoll_ctl epoll_pwait execve exit exit_group faccessat fchdir fcntl fstat fstatfs futex getcwd \
    getdents64 getegid geteuid getgid getpid getppid getrandom gettid getuid ioctl lseek lstat mmap mount mprotect \
    munmap nanosleep newfstatat open openat pipe2 poll prctl pread64 prlimit64 read readlink rseq rt_sigaction \
    rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield set_robust_list set_tid_address setgid setgroups setuid \
    sigaltstack stat statfs statx tgkill umount2 uname wait4 write)
  script='use Errno; my @r; for ([openat2 => 437], [faccessat2 => 439]) { $! = 0; syscall($$_[1], -1, 0, 0, 0, 0);'
  script+=' push @r, "$$_[0] " . ($!{ENOSYS} ? "ENOSYS" : $!{EPERM} ? "EPERM" : $! + 0) } print join(", ", @r), "\\n"'
  cat >"$work/config.json" <<JSON
{"ociVersion": "1.0.2", "root": {"path": "root", "readonly": true},
 "process": {"user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ["/usr/bin/perl", "-e", "${script//\"/\\\"}"],
   "env": ["LC_ALL=C"]},
 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
 "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}, {"type": "network"}],
   "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
     "syscalls": [{"names": [${allowed%,}], "action": "SCMP_ACT_ALLOW"}${1:+, $1}]}}}
JSON
}

container() {
  "$work/tools/usr/sbin/runc" --root "$work/state" run --bundle "$work" "iso-finding-$$" </dev/null
}

{
  config
  printf 'allow list up to close_range: '
  container
  config '{"names": ["landlock_restrict_self"], "action": "SCMP_ACT_ERRNO"}'
  printf 'the same and landlock_restrict_self forbidden: '
  container
} >"$work/now"
compare
