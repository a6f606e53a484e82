"""Writes the source of the ``tools`` module: one function with a real signature for each tool of RUN.

Generated source rather than closures: a wrong argument is Python's own TypeError before anything is sent, and
``help``, ``inspect`` and a reader of /workspace/lib/tools.py all see the same.
"""

from __future__ import annotations

import keyword

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HEAD = '''"""The tools of this program: ``add(2, 3)`` blocks, ``await add.aio(2, 3)`` lets others run meanwhile.

A failure raises ToolError, with ``code``, ``message`` and ``retryable``.
"""
from __future__ import annotations

from _iso_channel import ToolError
from _iso_tools import UNSET as _UNSET, bind as _bind, given as _given, namespace as _namespace
from _iso_channel import call as _call, call_async as _call_async

'''


def source(tools: list[dict[str, Any]]) -> str:
    parts = [HEAD]
    names = {"ToolError"}
    for index, tool in enumerate(tools):
        path = [identifier(part) for part in tool["name"].split(".")]
        for depth in range(1, len(path)):
            parts.append(f"{'.'.join(path[:depth])} = _namespace(globals(), {path[:depth]!r})\n")
        names.add(path[0])
        parts.append(_functions(index, tool, path))
    parts.append(f"\n__all__ = {sorted(names)!r}\n")
    return "".join(parts)


def identifier(name: str) -> str:
    """A tool's name as Python can spell it: ``get-user`` is ``get_user``, ``import`` is ``import_``."""
    spelled = "".join(
        character if character.isidentifier() or character.isdigit() else "_" for character in name
    )
    if not spelled or spelled[0].isdigit():
        spelled = "_" + spelled
    return spelled + "_" if keyword.iskeyword(spelled) else spelled


def _functions(index: int, tool: dict[str, Any], path: list[str]) -> str:
    parameters = sorted(
        tool.get("params", []), key=lambda parameter: not parameter.get("required", True)
    )
    signature = ", ".join(_parameter(parameter) for parameter in parameters)
    returns = _annotation(tool.get("returns"))
    arguments = ", ".join(f"{p['name']!r}: {identifier(p['name'])}" for p in parameters)
    doc = repr(tool.get("doc") or "")
    call = f"({tool['name']!r}, _given({{{arguments}}}))"
    return (
        f"\ndef _{index}({signature}){returns}:\n    {doc}\n    return _call{call}\n"
        f"\nasync def _{index}_aio({signature}){returns}:\n    {doc}\n    return await _call_async{call}\n"
        f"\n{'.'.join(path)} = _bind(globals(), {path!r}, _{index}, _{index}_aio)\n"
    )


def _parameter(parameter: dict[str, Any]) -> str:
    text = identifier(parameter["name"])
    kind = parameter.get("type")
    text += f": {_expression(kind)}" if kind else ""
    if "default" in parameter:
        return f"{text} = {parameter['default']!r}"
    return text if parameter.get("required", True) else f"{text} = _UNSET"


def _annotation(kind: str | None) -> str:
    return f" -> {_expression(kind)}" if kind else ""


def _expression(kind: str) -> str:
    """An annotation is text and never evaluated; what is no expression is quoted."""
    try:
        compile(kind, "<annotation>", "eval")
        return kind if "\n" not in kind else repr(kind)
    except (SyntaxError, ValueError):
        return repr(kind)
