"""Tools that fail in every way in which Java code can: each is an exception to catch, which tells nothing of the host."""

import traceback

import _iso_channel
from iso import set_result
from tools import ToolError

import attack

ends: dict[str, str] = {}
messages: list[str] = []
for name in attack.PARAMETERS["tools"]:
    try:
        _iso_channel.call(name, {})
        ends[name] = "ok"
    except ToolError as error:
        ends[name] = f"{error.code} {error.retryable}"
        # With the traceback, but for where this program and its library stand.
        messages += traceback.format_exception_only(type(error), error) + [repr(vars(error))]
set_result({"ends": ends, "messages": messages})
