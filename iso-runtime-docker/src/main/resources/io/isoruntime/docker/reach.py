"""Tells what a container sees: ``reach.py SOCKET FILE…`` prints each file's text, device and inode as one line of JSON,
and whether the socket, unless its name is empty, takes a connection."""

import json
import os
import socket
import sys
from typing import Dict, Union

MAX_TEXT = 1024


def seen(path: str) -> Dict[str, Union[str, int]]:
    found: Dict[str, Union[str, int]] = {"text": ""}
    try:
        status = os.stat(path)
        found.update(dev=status.st_dev, ino=status.st_ino)
        if not os.path.isdir(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                found["text"] = file.read(MAX_TEXT)
    except OSError as error:
        found["error"] = str(error)
    return found


def connects(path: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
        return True
    except OSError:
        return False


def main(socket_path: str, *files: str) -> None:
    facts = {
        "files": [seen(path) for path in files],
        "connected": bool(socket_path) and connects(socket_path),
    }
    print(json.dumps(facts))


main(*sys.argv[1:])
