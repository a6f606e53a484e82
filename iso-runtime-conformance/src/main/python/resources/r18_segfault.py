"""Crashes as native code does; the kernel might write all memory of the process to a core file."""

import ctypes
import os
import resource

import attack

ENOUGH = 4 << 20


def crash() -> None:
    ctypes.string_at(0)


def core_file() -> str:
    if not is_harmless():
        raise attack.Absent("core files of this host do not go to the working directory")
    child = os.fork()
    if child == 0:
        ask_for_core()
        crash()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"it did not crash: {status}")
    return "a core file" if os.WCOREDUMP(status) else ""


def is_harmless() -> bool:
    try:
        with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
            pattern = file.read()
    except OSError:
        return True  # hidden from a program
    return not pattern.startswith("|") and "/" not in pattern


def ask_for_core() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (wanted, hard))
    except OSError:
        pass  # then with what there is


if attack.PARAMETERS.get("itself"):
    crash()
attack.attempt("core file", core_file)
