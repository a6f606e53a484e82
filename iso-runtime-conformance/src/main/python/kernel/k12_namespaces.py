"""Namespaces of one's own: in a fresh one a program is root, and meets much of the kernel that is closed else."""

import os
import subprocess
import sys
import threading

import attack

FLAGS = {
    "user": 0x10000000,
    "mount": 0x00020000,
    "pid": 0x20000000,
    "network": 0x40000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "cgroup": 0x02000000,
    "time": 0x00000080,
}
SIGCHLD = 17


def made(call: str, flag: int) -> str:
    """In a child, since the namespace would be this process's own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = attack.syscall(call, flag, 0, 0, 0, 0)
        except (attack.Denied, attack.Absent) as denied:
            answer = "-" + str(denied)
        # A child made by clone comes here as well, and says the same.
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    answer = os.read(reader, 200).decode()
    os.close(reader)
    if answer.startswith("-"):
        raise attack.Denied(answer[1:])
    return answer


def honest_programs_work() -> None:
    """Threads and processes are made by the same calls, with other flags."""
    ran: list[int] = []
    threads = [threading.Thread(target=ran.append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    printed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "print(7)"], stdout=subprocess.PIPE, check=True
    )
    if len(ran) != 4 or printed.stdout != b"7\n":
        raise SystemExit("an honest program was hindered")


for name, flag in FLAGS.items():
    attack.attempt(f"unshare {name}", lambda: made("unshare", flag))
    if name != "time":  # its bit is a part of clone's signal
        attack.attempt(f"clone {name}", lambda: made("clone", flag | SIGCHLD))
attack.attempt("setns", lambda: attack.syscall("setns", -1, 0))
attack.attempt("clone3", lambda: attack.syscall("clone3", 0, 0))
honest_programs_work()
