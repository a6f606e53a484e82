"""A service's socket in a directory that is shown read-only: connecting and talking to it is no writing."""

import os
import socket
import subprocess

import attack

source: str = attack.PARAMETERS["source"]


def talk() -> str:
    shown = "/mnt/shown"
    if not attack.PROTECTED:
        shown = os.path.join(source, "..", "shown")
        os.mkdir(shown)
        subprocess.run(["mount", "--bind", source, shown], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", shown], check=True)
    try:
        os.mkdir(os.path.join(shown, "new"))
        return "it was writable"
    except OSError as error:
        read_only = attack.describe(error.errno)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(os.path.join(shown, "service"))
        return f"connected where writing is {read_only}"


attack.attempt("connect", talk)
