"""Fills the output directory, which is the working directory."""

import attack

WANTED = 24
BLOCK = b"x" * (1 << 20)


def fill() -> str:
    with open("filling", "wb", buffering=0) as file:
        for _ in range(WANTED):
            written = 0
            while written < len(BLOCK):
                written += file.write(BLOCK[written:])
    return f"{WANTED} MiB"


if attack.PARAMETERS.get("careless"):
    fill()
else:
    attack.attempt("24 MiB", fill)
