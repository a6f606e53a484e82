"""Files by which the kernel is told what to do: settings, magic keys, programs to run as root.

They are opened for writing, and nothing is written.
"""

import glob
import os

import attack

PATTERNS = {
    "sysrq-trigger": "/proc/sysrq-trigger",
    "core_pattern": "/proc/sys/kernel/core_pattern",
    "modprobe": "/proc/sys/kernel/modprobe",
    "binfmt_misc": "/proc/sys/fs/binfmt_misc/register",
    "drop_caches": "/proc/sys/vm/drop_caches",
    "ip_forward": "/proc/sys/net/ipv4/ip_forward",
    "hostname": "/proc/sys/kernel/hostname",
    "release_agent": "/sys/fs/cgroup/*/release_agent",
    "cgroup limits": "/sys/fs/cgroup/*/*max*",
    "uevent_helper": "/sys/kernel/uevent_helper",
    "power": "/sys/power/state",
    "pressure": "/proc/pressure/*",
    "acpi": "/proc/acpi/*",
    "mtrr": "/proc/mtrr",
    "memory": "/dev/mem",
}


def opened(paths: list[str]) -> str:
    if not paths:
        raise attack.Absent("there is none")
    denials = set()
    for path in paths:
        try:
            os.close(os.open(path, os.O_WRONLY))
            return f"{path} is open"
        except OSError as error:
            denials.add(attack.describe(error.errno))
    raise attack.Denied(" ".join(sorted(denials)))


def settings() -> list[str]:
    return [
        os.path.join(directory, name)
        for directory, _, names in os.walk("/proc/sys")
        for name in names
    ]


for title, pattern in PATTERNS.items():
    attack.attempt(title, lambda: opened(glob.glob(pattern)))
attack.attempt("all settings", lambda: opened(settings()))
