"""Writes to what others run or read: the system, the interpreter's library, init's files, and the program's inputs."""

import errno
import os
import site
import uuid

import attack

DIRECTORIES = {
    "/": "/",
    "/etc": "/etc",
    "/usr/bin": "/usr/bin",
    "/opt/iso-runtime": "/opt/iso-runtime",
    "library": os.path.dirname(os.__file__),
    "site-packages": (site.getsitepackages() + ["/usr/lib/python3/dist-packages"])[-1],
}
FILES = {
    "passwd": "/etc/passwd",
    "os.py": os.__file__,
    "init.bin": "/opt/iso-runtime/init.bin",
    "boot.py": "/opt/iso-runtime/boot.py",
    "core_pattern": "/proc/sys/kernel/core_pattern",
}


def create(directory: str) -> str:
    """A file that is gone at once."""
    path = os.path.join(directory, f".iso-attack-{uuid.uuid4()}")
    os.close(opened(path, os.O_CREAT | os.O_EXCL))
    os.unlink(path)
    return "made a file"


def overwrite(path: str) -> str:
    """Opens it for writing, and leaves it as it is."""
    os.close(opened(path, 0))
    return "may write"


def opened(path: str, flags: int) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CLOEXEC | flags)
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise attack.Absent("it does not exist") from None
        if error.errno in (errno.EROFS, errno.EACCES):
            raise attack.Denied(errno.errorcode[error.errno]) from None
        raise RuntimeError(errno.errorcode[error.errno or 0]) from None


for name, directory in DIRECTORIES.items():
    attack.attempt("into " + name, lambda: create(directory))
for name, path in FILES.items():
    attack.attempt("over " + name, lambda: overwrite(path))
for own in ("../pkg/main.py", "../in/data.csv"):
    with open(own, "w") as file:
        file.write("spoilt")
