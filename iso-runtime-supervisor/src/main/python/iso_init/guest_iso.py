"""What a program asks its supervisor for, apart from tools.

    from iso import find_tools, set_result, OUTPUT_DIR, WORKDIR
"""

from __future__ import annotations

import _iso_channel
from _iso_values import to_json

__all__ = ["OUTPUT_DIR", "WORKDIR", "find_tools", "set_result"]

OUTPUT_DIR = "/workspace/out"
WORKDIR = "/workspace/pkg"
MAX_RESULT = 8 * 1024 * 1024


def set_result(value: object) -> None:
    """Gives the program's result, anything that JSON can hold; the last one counts."""
    if not _iso_channel.is_connected():
        raise RuntimeError("only the program's main process can set its result")
    data = to_json(value, "the result")
    if len(data) > MAX_RESULT:
        raise ValueError(
            f"the result is {len(data)} bytes of JSON, the limit is {MAX_RESULT}: write it to a file in OUTPUT_DIR"
        )
    _iso_channel.send(_iso_channel.RESULT, data)


def find_tools(query: str = "", limit: int = 10) -> list[str]:
    """The tools that fit these words best, such as ``orders.search(customer: str) -> list[Order]  # Finds orders.``

    ``help`` tells more of each.
    """
    import _iso_tools

    found: list[str] = _iso_tools.search(query, limit)
    return found
