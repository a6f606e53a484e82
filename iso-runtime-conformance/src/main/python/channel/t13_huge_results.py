"""Tools that return more than a reply can hold, and more than this sandbox can."""

import _iso_channel
from iso import set_result
from tools import ToolError

import attack

ends: dict[str, str] = {}
for name in attack.PARAMETERS["tools"]:
    try:
        ends[name] = str(len(_iso_channel.call(name, {})))
    except ToolError as error:
        ends[name] = error.code
set_result({"ends": ends})
