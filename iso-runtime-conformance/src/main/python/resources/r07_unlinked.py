"""Files that nobody can see any more, held open: du(1) does not find what they take."""

import os

import attack

WANTED = 24
BLOCK = b"x" * (1 << 20)


def write_unlinked() -> str:
    held: list[int] = []
    try:
        for number in range(WANTED):
            name = f"unlinked-{number}"
            held.append(os.open(name, os.O_CREAT | os.O_WRONLY))
            os.unlink(name)
            written = 0
            while written < len(BLOCK):
                written += os.write(held[-1], BLOCK[written:])
        return f"{WANTED} MiB in files without a name"
    finally:
        for descriptor in held:
            os.close(descriptor)


attack.attempt("24 MiB unlinked", write_unlinked)
