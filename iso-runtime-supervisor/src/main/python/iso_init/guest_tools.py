"""Makes what the module ``tools`` holds, when a program asks for it; import that one.

Generated source rather than closures: a missing argument is Python's own TypeError before anything is sent, and
``help`` and ``inspect`` see a real signature.
"""

from __future__ import annotations

import _iso_channel
import _iso_checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

FILE = "/workspace/lib/tools.data"  # packed lines: a name, a tab, and what it is in JSON
SOURCE = "/workspace/lib/tools.py:"  # ours, so no part of a program's traceback

_declared: dict[str, str] = {}


class _Unset:
    """The default of an argument that was left out and is not sent."""

    def __repr__(self) -> str:
        return "..."


UNSET = _Unset()


class Namespace:
    """Tools with a common prefix: ``orders.search`` is ``search`` in the namespace ``orders``."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __repr__(self) -> str:
        return f"<tools {self.__name__}: {', '.join(dir(self))}>"

    def __dir__(self) -> list[str]:
        return names(self.__name__ + ".")

    def __getattr__(self, name: str) -> Any:
        found = attribute(f"{self.__name__}.{name}")
        self.__dict__[name] = found
        return found


def declared() -> dict[str, str]:
    """What there is, by name; nothing until the inputs have come."""
    if not _declared:
        import zlib

        try:
            with open(FILE, "rb") as file:
                lines = zlib.decompress(file.read()).decode("utf-8").split("\n")
        except FileNotFoundError:
            return {}
        for line in lines:
            name, _, text = line.partition("\t")
            if text:
                _declared[name] = text
    return _declared


def declaration(name: str) -> dict[str, Any] | None:
    import json

    text = declared().get(name)
    found: dict[str, Any] | None = json.loads(text) if text is not None else None
    return found


def names(prefix: str) -> list[str]:
    """The next parts of the names that begin so."""
    return sorted(
        {name[len(prefix) :].split(".")[0] for name in declared() if name.startswith(prefix)}
    )


def search(query: str, limit: int) -> list[str]:
    """Tools by how well they fit the words of a query: signatures, each with what it does."""
    words = query.lower().replace("_", " ").replace(".", " ").split()
    found: list[tuple[int, int, str, dict[str, Any]]] = []
    for name in declared():
        tool = declaration(name) or {}
        if "tool" in tool:
            parameters = " ".join(parameter[1] for parameter in tool["params"])
            texts = ((name, 4), (tool["doc"].split("\n\nRaises:")[0], 2), (parameters, 1))
            score = sum(weight for word in words for text, weight in texts if word in text.lower())
            if score or not words:
                found.append((-score, len(found), name, tool))
    return [_line(name, tool) for _, _, name, tool in sorted(found)[: max(limit, 0)]]


def _line(name: str, tool: dict[str, Any]) -> str:
    parameters = ", ".join(
        f"{p[1]}: {p[2]}" + ("" if p[3] else f" = {p[4]!r}" if p[4:] else " = ...")
        for p in tool["params"]
    )
    does = tool["doc"].split("\n", 1)[0]
    does = "" if does in ("", "Raises:", "Args:") else f"  # {does}"
    return f"{name}({parameters}) -> {tool['returns']}{does}"


def attribute(name: str) -> Any:
    """The tool, namespace, type or exception of this name."""
    if name.rpartition(".")[2].startswith("__"):
        raise AttributeError(name)  # what the interpreter and its library look for
    found = declaration(name)
    if found is None:
        if names(name + "."):
            return Namespace(name)
        raise AttributeError(f"there is no tool '{name}' here{_suggestion(name)}")
    if "tool" in found:
        return _function(name, found)
    if "error" in found:
        return type(name, (_iso_channel.ToolError,), {"__module__": "tools"})
    return _iso_checks.runtime_type(name, found)


def _suggestion(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, declared(), 1)
    return f"; did you mean '{close[0]}'?" if close else ""


class _Tool:
    """Takes the arguments of a call, checks them and sends them."""

    def __init__(self, path: str, found: dict[str, Any]) -> None:
        self.path = path
        self.name: str = found["tool"]
        self.raises: dict[str, str] = found["raises"]
        self.optional = {p[0] for p in found["params"] if p[4:] == [None]}
        self.checks = {p[0]: _iso_checks.check(p[2]) for p in found["params"]}

    def arguments(self, given: dict[str, Any]) -> dict[str, Any]:
        arguments = {}
        for name, value in given.items():
            if value is UNSET or (value is None and name in self.optional):
                continue
            why = self.checks[name](value)
            if why is not None:
                raise TypeError(f"{self.path}(): argument {name!r}{why}")
            arguments[name] = value
        return arguments

    def call(self, given: dict[str, Any]) -> Any:
        try:
            return _iso_channel.call(self.name, self.arguments(given))
        except _iso_channel.ToolError as error:
            raise self.declared(error) from None

    async def call_async(self, given: dict[str, Any]) -> Any:
        try:
            return await _iso_channel.call_async(self.name, self.arguments(given))
        except _iso_channel.ToolError as error:
            raise self.declared(error) from None

    def declared(self, error: _iso_channel.ToolError) -> _iso_channel.ToolError:
        """The exception that the tool declares for this failure."""
        if type(error) is _iso_channel.ToolError and error.code in self.raises:
            import tools

            kind = getattr(tools, self.raises[error.code])
            made: _iso_channel.ToolError = kind(error.code, error.message, error.retryable)
            return made
        return error


def _function(path: str, found: dict[str, Any]) -> Callable[..., Any]:
    signature = ", ".join(_parameter(*parameter) for parameter in found["params"])
    returns = f" -> {found['returns']}"
    values = ", ".join(f"{p[0]!r}: {p[1]}" for p in found["params"])
    doc = repr(found["doc"])
    source = (
        "from __future__ import annotations\n"
        f"def function({signature}){returns}:\n    {doc}\n    return __iso_call({{{values}}})\n"
        f"async def aio({signature}){returns}:\n    {doc}\n    return await __iso_aio({{{values}}})\n"
    )
    tool = _Tool(path, found)
    scope: dict[str, Any] = {
        "__name__": "tools",
        "__iso_call": tool.call,
        "__iso_aio": tool.call_async,
        "__iso_unset": UNSET,
    }
    exec(compile(source, SOURCE + path, "exec", dont_inherit=True), scope)
    function, aio = scope["function"], scope["aio"]
    function.__name__ = path.rpartition(".")[2]
    function.__qualname__ = path
    aio.__name__ = "aio"
    aio.__qualname__ = path + ".aio"
    for each in (function, aio):  # before Python 3.10 a TypeError takes the name from the code
        each.__code__ = each.__code__.replace(co_name=each.__qualname__)
    function.aio = aio
    return function  # type: ignore[no-any-return]


def _parameter(name: str, spelled: str, kind: str, required: bool, *initial: Any) -> str:
    text = f"{spelled}: {kind}"
    if required:
        return text
    return f"{text} = {initial[0]!r}" if initial else f"{text} = __iso_unset"
