"""What the service's environment holds, and who else runs on the host, looked for all over /proc."""

import os

import attack

SECRET = set(attack.PARAMETERS["names"])
INIT = 1
INITS_OWN = {"PATH", "LC_ALL"}


def processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def others() -> list[int]:
    return [pid for pid in processes() if pid not in (INIT, os.getpid())]


def read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def variables(pid: int) -> set[str]:
    lines = read(f"/proc/{pid}/environ").split(b"\0")
    return {line.partition(b"=")[0].decode("utf-8", "replace") for line in lines if b"=" in line}


def secrets() -> list[str]:
    seen = set(os.environ).union(*(variables(pid) for pid in processes()))
    return sorted(SECRET & seen)


def command_lines() -> list[str]:
    lines = [read(f"/proc/{pid}/cmdline") for pid in others()]
    return [line.replace(b"\0", b" ").decode("utf-8", "replace") for line in lines if line][:3]


attack.attempt("variables of the service", secrets)
attack.attempt("processes of others", lambda: others()[:10])
attack.attempt("command lines of others", command_lines)
attack.attempt("variables of PID 1", lambda: sorted(variables(INIT) - INITS_OWN))
