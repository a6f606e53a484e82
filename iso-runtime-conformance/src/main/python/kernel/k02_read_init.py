"""The memory and the file system of PID 1, which has had the token. (K23 is about its descriptors.)"""

import os

import attack

INIT = "/proc/1/"


def memory() -> str:
    """Rights are asked for when it is opened: whoever has it open needs only find an address."""
    with open(INIT + "mem", "rb", buffering=0):
        return "opened"


def opened(name: str) -> str:
    with open(INIT + name, "rb", buffering=0) as file:
        return f"{len(file.read(64))} bytes"


attack.calls("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd")
attack.attempt("/proc/1/mem", memory)
attack.attempt("/proc/1/root", lambda: os.listdir(INIT + "root"))
attack.attempt("/proc/1/cwd", lambda: os.listdir(INIT + "cwd"))
attack.attempt("/proc/1/exe", lambda: opened("exe"))
attack.attempt("/proc/1/task/1/mem", lambda: os.open(INIT + "task/1/mem", os.O_RDWR))
