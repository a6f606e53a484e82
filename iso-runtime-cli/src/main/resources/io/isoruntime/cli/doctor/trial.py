"""The doctor's trial: uses what programs use, and tells what it can see."""

import os
import platform
import sys

from iso import set_result
from tools import answer

with open("trial.txt", "w") as file:
    file.write("made in the sandbox")

# The library's view, and what the kernel keeps of the first program of this process.
with open("/proc/self/environ", "rb") as first:
    names = {entry.split(b"=")[0].decode("utf-8", "replace") for entry in first.read().split(b"\0") if entry}

set_result(
    {
        "answer": answer("ready?"),
        "python": platform.python_version(),
        "executable": sys.executable,
        "environment": sorted(names | set(os.environ)),
    }
)
