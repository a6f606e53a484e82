"""Another execution at the same time: its processes, its files, its sockets, and locks on what both are shown.

The roles: ``victim`` and ``attacker`` in two sandboxes; ``both`` where nothing stands between them.
"""

import ctypes
import fcntl
import os
import signal
import socket
import sys
import tempfile

import attack

NAME = "iso-" + attack.PARAMETERS["nonce"]
FILE = os.path.join(tempfile.gettempdir(), NAME)
SECRET = "the victim's"
PR_SET_NAME = 15
HIGHEST_PID = 32768
KEY = int(attack.PARAMETERS["nonce"], 16)


class Victim:
    def __init__(self) -> None:
        ctypes.CDLL(None).prctl(PR_SET_NAME, NAME.encode(), 0, 0, 0)
        with open(FILE, "x") as file:
            file.write(SECRET)
        self.locked = open(FILE, "r+")
        fcntl.lockf(self.locked, fcntl.LOCK_EX)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind("\0" + NAME)
        self.server.listen()
        self.server.setblocking(False)
        self.signals: list[int] = []
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
            signal.signal(number, lambda number, frame: self.signals.append(number))

    def harm(self) -> list[str]:
        """What came to it."""
        harm = [f"signal {number}" for number in self.signals]
        with open(FILE) as file:
            if file.read() != SECRET:
                harm.append("its file was changed")
        try:
            self.server.accept()
            harm.append("somebody connected")
        except BlockingIOError:
            pass
        return harm


def processes() -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/comm") as comm:
                if comm.read().strip() == NAME[:15] and name.isdigit():
                    found.append(int(name))
        except OSError:
            pass
    return found


def signalled() -> list[int]:
    """By number, for where they are not seen. PID 1 is K22's."""
    found = []
    for pid in range(2, HIGHEST_PID):
        if pid != os.getpid():
            try:
                os.kill(pid, 0)
                found.append(pid)
            except ProcessLookupError:
                pass
            except PermissionError:
                found.append(pid)
    return found[:10]


def files() -> list[str]:
    places = (FILE, "/tmp/" + NAME, "/dev/shm/" + NAME, "/workspace/out/" + NAME, NAME)
    return [path for path in places if os.path.lexists(path)]


def talk() -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.connect("\0" + NAME)
        return "connected"


def on_shared_file(operation: int, argument: int) -> str:
    """The interpreter itself is shown to all."""
    with open(sys.executable, "rb") as shared:
        try:
            fcntl.fcntl(shared, operation, argument)
            fcntl.fcntl(shared, operation, fcntl.F_UNLCK if operation == fcntl.F_SETLEASE else 0)
            return "done"
        except OSError as error:
            return attack.reached(-1, error.errno or 0)


def lock() -> str:
    with open(sys.executable, "rb") as shared:
        try:
            fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return "locked"
        except OSError as error:
            return attack.reached(-1, error.errno or 0)


def make_attempts() -> None:
    attack.attempt("its processes", processes)
    attack.attempt("signals by number", signalled)
    attack.attempt("its files", files)
    attack.attempt("its socket", talk)
    attack.attempt("lock on a shared file", lock)
    attack.attempt(
        "lease of a shared file", lambda: on_shared_file(fcntl.F_SETLEASE, fcntl.F_RDLCK)
    )
    attack.attempt(
        "watch of a shared directory's file",
        lambda: on_shared_file(fcntl.F_NOTIFY, fcntl.DN_ACCESS),
    )
    attack.attempt("shared memory by key", lambda: attack.syscall("shmget", KEY, 4096, 0))


def be_victim() -> None:
    from tools import meet

    victim = Victim()
    meet()
    print("harm:", *victim.harm())


def be_both() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        victim = Victim()
        os.write(writer, b"r")
        signal.pause()
        os._exit(len(victim.signals))
    try:
        os.read(reader, 1)
        make_attempts()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.unlink(FILE)


{"victim": be_victim, "attacker": make_attempts, "both": be_both}[attack.PARAMETERS["role"]]()
