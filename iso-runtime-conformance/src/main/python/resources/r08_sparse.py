"""A file of 1 TiB that takes no space; whoever copies it carelessly fills a disk."""

import os

import attack

SIZE = 1 << 40


def stretch() -> str:
    with open("sparse", "wb") as file:
        os.truncate(file.fileno(), SIZE)
        return f"{os.fstat(file.fileno()).st_size} bytes"


attack.attempt("1 TiB", stretch)
