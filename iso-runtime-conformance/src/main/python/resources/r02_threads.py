"""More threads than the sandbox may have. Python's own error hides the reason, so that the C library is asked."""

import ctypes

import attack

WANTED = 100_000 if attack.PROTECTED else 200
libc = ctypes.CDLL(None)


def start_many() -> str:
    thread = ctypes.c_ulong()
    for _ in range(WANTED):
        failure = libc.pthread_create(ctypes.byref(thread), None, libc.pause, None)
        if failure:
            raise OSError(failure, "pthread_create")
    return f"{WANTED} threads"


attack.attempt("threads", start_many)
attack.height()
