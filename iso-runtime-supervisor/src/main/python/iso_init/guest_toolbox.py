"""The tools of this program: ``add(2, 3)`` blocks, ``await add.aio(2, 3)`` lets others run meanwhile.

A failure raises ToolError, with ``code``, ``message`` and ``retryable``. What there is: ``dir(tools)``,
``help(tools.add)``, and the stub file tools.pyi beside this one.
"""

from __future__ import annotations

import _iso_tools
from _iso_channel import ToolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Tools may have these names, and are looked for only if nothing else has.
del TYPE_CHECKING, annotations


def __getattr__(name: str) -> Any:
    """Made at the first use: a program may have a thousand tools, and call one."""
    if name == "__all__":
        return __dir__()
    found = _iso_tools.attribute(name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({"ToolError", *_iso_tools.names("")})
