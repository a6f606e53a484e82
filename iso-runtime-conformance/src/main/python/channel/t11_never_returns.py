"""A tool that never returns, called where one call may run at a time; then another tool, which needs its place."""

import time

import tools
from iso import set_result
from tools import ToolError

import attack

ends = []
for _ in range(2):
    begin = time.monotonic()
    try:
        tools.never()
        ends.append("ok")
    except ToolError as error:
        ends.append(f"{error.code} {error.retryable}")
        if time.monotonic() - begin < attack.PARAMETERS["least"]:
            ends.append("too early")
ends.append(tools.quick())
set_result({"ends": ends})
