"""Runs a command without something that sandboxes are made of: `seccomp` filters, or `namespaces`.

It is taken away by a filter of system calls, which a process keeps for good and hands on to what it starts.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

import attack

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
ALLOW, DENY = 0x7FFF0000, 0x00050000
LOAD, EQUALS, HAS_BITS, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER, FIRST_ARGUMENT = 0, 16
NAMESPACES = 0x7E020080

arm = platform.machine() == "aarch64"
seccomp, prctl, unshare, clone, clone3 = (
    (277, 167, 97, 220, 435) if arm else (317, 157, 272, 56, 435)
)

# Each line: code, how many lines to skip if true, if false, operand (struct sock_filter, linux/filter.h).
FILTERS = {
    "nothing": [(RETURN, 0, 0, ALLOW)],
    "seccomp": [
        (LOAD, 0, 0, NUMBER),
        (EQUALS, 4, 0, seccomp),
        (EQUALS, 0, 2, prctl),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUALS, 1, 0, PR_SET_SECCOMP),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, DENY | errno.EINVAL),
    ],
    "namespaces": [
        (LOAD, 0, 0, NUMBER),
        (EQUALS, 5, 0, unshare),
        (EQUALS, 5, 0, clone3),
        (EQUALS, 0, 2, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (HAS_BITS, 1, 0, NAMESPACES),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, DENY | errno.EPERM),
        (RETURN, 0, 0, DENY | errno.ENOSYS),
    ],
}

lines = FILTERS[attack.PARAMETERS["without"]]
code = b"".join(struct.pack("=HBBI", *line) for line in lines)
buffer = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxP", len(lines), ctypes.addressof(buffer))
libc = ctypes.CDLL(None, use_errno=True)
if (
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
    or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) != 0
):
    raise SystemExit("no filter: " + attack.describe(ctypes.get_errno()))
os.execv(sys.argv[1], sys.argv[1:])
