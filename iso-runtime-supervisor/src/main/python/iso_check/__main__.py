"""The program that checks another: its source is an input, its findings are the result. It runs in a sandbox as any."""

import sys

INPUTS = "/workspace/in"

sys.path.insert(0, INPUTS)

from iso import set_result  # noqa: E402
from iso_check.findings import found  # noqa: E402

with open(f"{INPUTS}/source", "rb") as file:
    set_result({"findings": found(file.read())})
