"""The descriptors of PID 1, opened anew by their names in /proc: one of them is the channel to the supervisor.

Some kernels let a program open there what it has anyway: the other ends of its own pipes, its own directory.
"""

import os

import attack

MOST = 20


def identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def own() -> set[tuple[int, int]]:
    found = {
        identity(os.stat(path)) for path in ("/workspace", "/dev/null") if os.path.exists(path)
    }
    for descriptor in range(MOST):
        try:
            found.add(identity(os.fstat(descriptor)))
        except OSError:
            pass
    return found


def opened() -> str:
    answers: set[str] = set()
    for descriptor in range(MOST):
        for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
            try:
                again = os.open(f"/proc/1/fd/{descriptor}", flags | os.O_NONBLOCK)
            except OSError as error:
                answers.add(attack.describe(error.errno))
                continue
            reached = os.fstat(again)
            os.close(again)
            if identity(reached) not in OWN:
                return f"{descriptor} is open, of mode {reached.st_mode:o}"
            answers.add("its own ones")
    raise attack.Denied(", ".join(sorted(answers)))


OWN = own()
# As PID 1 of its own namespaces the program has one more, which it does not count as its own.
with open("/proc/self/status", "rb"):
    attack.attempt("/proc/1/fd", opened)
