"""Every place that holds memory at once, by many small processes that ask the kernel to spare them."""

import ctypes
import os
import signal

import attack

MEBIBYTE = 1 << 20
IPC_PRIVATE, IPC_RMID, IPC_CREAT = 0, 0, 0o1600
QUEUE = b"/iso-attack-%d" % os.getpid()
libc = ctypes.CDLL(None, use_errno=True)


def shared_memory() -> str:
    identity = libc.shmget(IPC_PRIVATE, MEBIBYTE, IPC_CREAT)
    number = ctypes.get_errno()
    if identity >= 0:
        libc.shmctl(identity, IPC_RMID, None)
    return attack.reached(identity, number)


def message_queue() -> str:
    queue = libc.mq_open(QUEUE, os.O_CREAT | os.O_RDWR, 0o600, None)
    number = ctypes.get_errno()
    if queue >= 0:
        libc.mq_unlink(QUEUE)
        os.close(queue)
    return attack.reached(queue, number)


def be_spared() -> str:
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("-500")
    return "-500"


def hold(mebibytes: int) -> None:
    """In processes of 6 MiB each, beside a file in memory and one in the sandbox's storage."""
    for name in ("/dev/shm/iso-attack", "/tmp/iso-attack"):
        with open(name, "wb", buffering=0) as file:
            file.write(b"x" * (4 * MEBIBYTE))  # as much as finds room
    for _ in range(mebibytes // 6):
        reader, writer = os.pipe()
        if os.fork() == 0:
            held = b"x" * (6 * MEBIBYTE)
            os.write(writer, held[:1])
            while True:
                signal.pause()
        os.close(writer)
        os.read(reader, 1)
        os.close(reader)


wanted = attack.PARAMETERS.get("mebibytes")
if wanted is None:
    attack.attempt("System V shared memory", shared_memory)
    attack.attempt("message queue", message_queue)
    attack.attempt("oom_score_adj", be_spared)
else:
    with open("artifact.txt", "w", encoding="utf-8") as artifact:
        artifact.write("collected")
    hold(int(wanted))
    print("all of it")
