"""The executor's syscall policy: what user code may ask of the kernel. Data, by name.

An allow-list. What is denied on purpose answers ENOANO, which the kernel gives for none of it, so that a probe can prove who
denied; what is unknown, or newer than the table, answers ENOSYS, and libc falls back as it does on an old kernel.
"""

from __future__ import annotations

from iso_init.bpf import ALL, ALLOW, Test, errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from iso_init.bpf import Rule

DENIED_ERRNO, ABSENT_ERRNO = 55, 38
DENY, ABSENT, DONE = errno(DENIED_ERRNO), errno(ABSENT_ERRNO), errno(0)

ALLOWED = """
read write open close stat fstat lstat newfstatat statx access faccessat faccessat2 openat openat2 creat close_range
pread64 pwrite64 readv writev preadv pwritev preadv2 pwritev2 lseek sendfile copy_file_range splice tee vmsplice
fsync fdatasync sync_file_range readahead fadvise64 fallocate truncate ftruncate
getdents getdents64 getcwd chdir fchdir rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat
symlink symlinkat readlink readlinkat chmod fchmod fchmodat chown fchown lchown fchownat umask
utime utimes utimensat futimesat statfs fstatfs
getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr flistxattr
removexattr lremovexattr fremovexattr
dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
epoll_pwait2 eventfd eventfd2 signalfd signalfd4
timerfd_create timerfd_settime timerfd_gettime
munmap mprotect mremap madvise brk msync mincore mlock mlock2 munlock mlockall munlockall remap_file_pages
pkey_mprotect pkey_alloc pkey_free membarrier get_mempolicy
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause
kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo restart_syscall
nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times alarm getitimer setitimer
timer_create timer_settime timer_gettime timer_getoverrun timer_delete
fork vfork execve execveat exit exit_group wait4 waitid pidfd_open set_tid_address
futex futex_waitv set_robust_list get_robust_list rseq arch_prctl
getpid getppid gettid getpgid getpgrp setpgid getsid setsid getuid geteuid getgid getegid getresuid getresgid getgroups
setuid setgid setreuid setregid setresuid setresgid setgroups setfsuid setfsgid capget capset
getrlimit getrusage getpriority ioprio_get ioprio_set
sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_setparam sched_getscheduler sched_setscheduler
sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_getattr sched_setattr
bind connect listen accept accept4 shutdown getsockname getpeername getsockopt
sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg
uname sysinfo getrandom getcpu
""".split()

DENIED = """
ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_getfd pidfd_send_signal
keyctl add_key request_key bpf perf_event_open userfaultfd memfd_secret lookup_dcookie
mount umount2 fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr pivot_root chroot setns unshare
io_uring_setup io_uring_enter io_uring_register
io_setup io_submit io_cancel io_getevents io_pgetevents io_destroy
kexec_load kexec_file_load init_module finit_module delete_module create_module query_module get_kernel_syms
reboot swapon swapoff acct quotactl quotactl_fd syslog vhangup nfsservctl
sethostname setdomainname clock_settime clock_adjtime adjtimex settimeofday
name_to_handle_at open_by_handle_at fanotify_init fanotify_mark
iopl ioperm modify_ldt seccomp uselib
mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
msgget msgsnd msgrcv msgctl semget semop semtimedop semctl shmget shmat shmdt shmctl
migrate_pages move_pages mbind set_mempolicy set_mempolicy_home_node
inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
flock
""".split()
# inotify would watch the host at work in the files that it shows, and its instances count for the host's own user.
# flock needs no right to write: on a file that is shown to others as well, it would lock them out (fcntl's exclusive
# locks do need it, and serve SQLite and others within the sandbox).

# A filter cannot follow clone3's pointer to its flags: absent, it makes libc use clone, whose flags it can read.
ABSENT_ON_PURPOSE = ["clone3"]

NAMESPACE_FLAGS = 0x7E020000
NEGATIVE = 0x80000000
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_TYPE_MASK = 1, 2, 0xF
IPPROTO_DEFAULT, IPPROTO_TCP, IPPROTO_UDP = 0, 6, 17
TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
PER_LINUX, PER_LINUX32, UNAME26, QUERY = 0x0, 0x8, 0x20000, ALL
PR_SET_SECCOMP, PR_SET_MM, PR_SCHED_CORE = 22, 35, 62
SOL_SOCKET, SO_LINGER = 1, 13
SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF = 26, 50, 51, 52
TCP_ULP = 31
F_SETLEASE, F_NOTIFY, F_SETDELEG = 1024, 1026, 1040
RLIMIT_CORE = 4
MFD_HUGETLB, MAP_HUGETLB = 0x4, 0x40000
S_IFMT, S_IFIFO, S_IFREG, S_IFSOCK = 0xF000, 0x1000, 0x8000, 0xC000

_INTERNET = Test(
    1,
    SOCK_TYPE_MASK,
    (SOCK_STREAM, SOCK_DGRAM),
    Test(2, ALL, (IPPROTO_DEFAULT, IPPROTO_TCP, IPPROTO_UDP), ALLOW, DENY),
    DENY,
)

# A lingering socket in flight on another one is freed by a kernel worker, which waits as long as the program said. The
# others load programs into the kernel, which bpf() may not either. TCP_ULP starts the kernel's TLS (CVE-2023-0461,
# CVE-2024-26582), on the loopback as well.
_SOCKET_OPTIONS = (
    SO_LINGER,
    SO_ATTACH_FILTER,
    SO_ATTACH_BPF,
    SO_ATTACH_REUSEPORT_CBPF,
    SO_ATTACH_REUSEPORT_EBPF,
)

# The new limit is a null pointer.
_ONLY_READS = Test(2, ALL, (0,), Test(2, ALL, (0,), ALLOW, DENY, high=True), DENY)

# No devices: gVisor asks for no capability, and Linux for none for the device 0, 0 (CAP_MKNOD in capabilities(7)). A
# regular file may also be asked for by 0 (mknod(2)).
_NO_DEVICE = (0, S_IFIFO, S_IFREG, S_IFSOCK)

ONLY_UNIX: Rule = Test(0, ALL, (AF_UNIX,), ALLOW, DENY)

RULES: dict[str, Rule] = {
    **{name: ALLOW for name in ALLOWED},
    **{name: DENY for name in DENIED},
    **{name: ABSENT for name in ABSENT_ON_PURPOSE},
    "mknod": Test(1, S_IFMT, _NO_DEVICE, ALLOW, DENY),
    "mknodat": Test(2, S_IFMT, _NO_DEVICE, ALLOW, DENY),
    # gVisor lets anyone have a better priority.
    "setpriority": Test(2, NEGATIVE, (0,), ALLOW, DENY),
    "clone": Test(0, NAMESPACE_FLAGS, (0,), ALLOW, DENY),
    "socket": Test(0, ALL, (AF_UNIX,), ALLOW, Test(0, ALL, (AF_INET, AF_INET6), _INTERNET, DENY)),
    "socketpair": Test(0, ALL, (AF_UNIX,), ALLOW, DENY),
    # TIOCSTI types into a terminal (CVE-2017-5226), TIOCLINUX pastes into a console (CVE-2023-28100); the other two
    # aim a signal at a process of the caller's choice.
    "ioctl": Test(1, ALL, (TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP), DENY, ALLOW),
    "personality": Test(
        0, ALL, (PER_LINUX, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32, QUERY), ALLOW, DENY
    ),
    "prctl": Test(0, ALL, (PR_SET_SECCOMP, PR_SET_MM, PR_SCHED_CORE), DENY, ALLOW),
    # Of files that are shown to others: a lease or a delegation delays them, a notification watches them.
    "fcntl": Test(1, ALL, (F_SETLEASE, F_NOTIFY, F_SETDELEG), DENY, ALLOW),
    "setsockopt": Test(
        1,
        ALL,
        (SOL_SOCKET,),
        Test(2, ALL, _SOCKET_OPTIONS, DENY, ALLOW),
        Test(1, ALL, (IPPROTO_TCP,), Test(2, ALL, (TCP_ULP,), DENY, ALLOW), ALLOW),
    ),
    # Soft limit 0 would let a piped core_pattern run its helper; ours is 1, which doesn't (core(5)).
    "setrlimit": Test(0, ALL, (RLIMIT_CORE,), DENY, ALLOW),
    "prlimit64": Test(1, ALL, (RLIMIT_CORE,), _ONLY_READS, ALLOW),
    # Huge pages are not charged to the memory limit.
    "memfd_create": Test(1, MFD_HUGETLB, (0,), ALLOW, DENY),
    "mmap": Test(3, MAP_HUGETLB, (0,), ALLOW, DENY),
    # Done, since all that the program can write is memory; never the host's disks.
    "sync": DONE,
    "syncfs": DONE,
}


def rules(internet: bool) -> dict[str, Rule]:
    """``internet``: whether sockets of these families may be made, for the loopback. Not where nothing limits the kernel's
    buffers for them: cgroup version 1 counts those apart from memory, and an engine offers no way to limit them. They
    would fill the whole host's share (tcp_mem, tcp(7))."""
    return RULES if internet else {**RULES, "socket": ONLY_UNIX}
