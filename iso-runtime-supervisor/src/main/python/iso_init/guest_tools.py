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

WEIGHTS = (4, 2, 1)  # of a word in a tool's name, in what is said of it, in its arguments' names

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
    """Tools by how well they fit the words of a query: signatures, each with what it does.

    The host ranks them in the same way, in ToolSearch.java.
    """
    words = list(dict.fromkeys(_words(query)))
    tools = [(name, tool) for name in declared() if "tool" in (tool := declaration(name) or {})]
    texts = [_texts(name, tool) for name, tool in tools] if words else []
    scores = [0] * len(tools)
    for word in words:
        fits = [
            sum(weight * _fit(word, text) for weight, text in zip(WEIGHTS, each)) for each in texts
        ]
        fitting = len(fits) - fits.count(0)
        rarity = len(tools).bit_length() - fitting.bit_length() + 1
        scores = [score + rarity * fit for score, fit in zip(scores, fits)]
    found = [i for i, score in enumerate(scores) if score or not words]
    found.sort(key=lambda i: -scores[i])
    return [_line(*tools[i]) for i in found[: max(limit, 0)]]


def _words(text: str) -> list[str]:
    import re

    return re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text).lower())


def _texts(name: str, tool: dict[str, Any]) -> list[str]:
    parameters = " ".join(parameter[1] for parameter in tool["params"])
    texts = (name, tool["doc"][: tool["about"]], parameters)
    return [f" {' '.join(_words(text))} " for text in texts]


def _fit(word: str, text: str) -> int:
    """2 if the word is there; 1 if it is a part of one there, or one there with an ending."""
    if f" {word} " in text:
        return 2
    if word in text and (len(word) >= 3 or not word.isascii()):
        return 1
    ends = range(min(max(4, len(word) - 3), len(word) - 1), len(word)) if len(word) > 3 else ()
    return int(any(f" {word[:end]} " in text for end in ends))


def _line(name: str, tool: dict[str, Any]) -> str:
    parameters = ", ".join(
        f"{p[1]}: {p[2]}" + ("" if p[3] else f" = {p[4]!r}" if p[4:] else " = ...")
        for p in tool["params"]
    )
    does = f"  # {tool['brief']}" if tool["brief"] else ""
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
