"""Memory that is allocated and touched: by one process, by many, or mapped."""

import mmap
import os

import attack

MEBIBYTE = 1 << 20
WANTED = int(attack.PARAMETERS["mebibytes"])
PROCESSES = 8
PAGE = mmap.PAGESIZE


def in_one() -> None:
    held = [b"x" * MEBIBYTE + bytes([piece % 256]) for piece in range(WANTED)]
    print(len(held), "MiB")


def in_many() -> None:
    """Each holds its part until all have theirs."""
    release = os.pipe()
    ready: list[int] = []
    for _ in range(PROCESSES):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.close(release[1])
            held = b"x" * (WANTED // PROCESSES * MEBIBYTE)
            os.write(writer, b".")
            os.read(release[0], 1)
            os._exit(0 if held else 1)
        os.close(writer)
        ready.append(reader)
    parts = [os.read(reader, 1) for reader in ready]
    os.close(release[1])
    print(parts.count(b"."), "parts")


def mapped() -> None:
    area = mmap.mmap(-1, WANTED * MEBIBYTE)
    for page in range(0, len(area), PAGE):
        area[page] = 1
    print(len(area), "bytes")


WAYS = {"one process": in_one, "many processes": in_many, "mmap": mapped}
for way in attack.PARAMETERS["ways"]:
    WAYS[way]()
