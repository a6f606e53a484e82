"""Compares the arguments of a call with the tool's declaration, as Python would bind them."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from iso_check.declarations import Parameter, Tool, close
from iso_check.findings import Finding


def examine(call: ast.Call, tool: Tool) -> Iterator[Finding]:
    """What is wrong with a call; of what ``*`` and ``**`` bring nothing is known."""
    return _Call(call, tool).findings()


class _Call:
    def __init__(self, call: ast.Call, tool: Tool) -> None:
        self.call = call
        self.tool = tool
        self.is_open = any(isinstance(each, ast.Starred) for each in call.args)
        self.is_open |= any(each.arg is None for each in call.keywords)
        self.given: dict[str, ast.expr] = {}  # by the parameter's spelling
        self.perhaps_meant: set[str] = set()

    def findings(self) -> Iterator[Finding]:
        yield from self._positional()
        yield from self._keywords()
        yield from self._missing()
        for parameter in self.tool.parameters:
            if parameter.spelled in self.given:
                yield from self._value(parameter, self.given[parameter.spelled])

    def _positional(self) -> Iterator[Finding]:
        parameters = self.tool.parameters
        for index, argument in enumerate(self.call.args):
            if isinstance(argument, ast.Starred):
                return
            if index == len(parameters):
                why = f"takes no more than {index} argument{'s' if index != 1 else ''}"
                yield self._wrong(argument, "TOO_MANY_ARGUMENTS", why)
                return
            self.given[parameters[index].spelled] = argument

    def _keywords(self) -> Iterator[Finding]:
        known = [parameter.spelled for parameter in self.tool.parameters]
        positional = set(self.given)
        for keyword in self.call.keywords:
            name = keyword.arg
            if name is None:
                continue
            if name not in known:
                near = close(name, known)
                self.perhaps_meant.add(near or "")
                hint = f"Did you mean '{near}'? " if near else ""
                yield self._wrong(keyword, "UNKNOWN_ARGUMENT", f"has no argument '{name}'", hint)
            elif name in positional:
                why = f"gets '{name}' twice, by its place and by its name"
                yield self._wrong(keyword, "DUPLICATE_ARGUMENT", why)
            else:
                self.given[name] = keyword.value

    def _missing(self) -> Iterator[Finding]:
        if self.is_open:
            return
        missing = [
            f"'{each.spelled}'"
            for each in self.tool.parameters
            if each.required and each.spelled not in self.given
            if each.spelled not in self.perhaps_meant
        ]
        if missing:
            yield self._wrong(self.call, "MISSING_ARGUMENT", f"lacks {', '.join(missing)}")

    def _value(self, parameter: Parameter, node: ast.expr) -> Iterator[Finding]:
        try:
            value = ast.literal_eval(node)
        except Exception:
            return  # no literal, or none that Python could make
        wrong = self.tool.wrong(parameter.name, value)
        if wrong is not None:
            yield self._finding(node, "WRONG_ARGUMENT", wrong)

    def _wrong(self, node: Any, code: str, why: str, hint: str = "") -> Finding:
        return self._finding(node, code, f"{self.tool.path}() {why}", hint)

    def _finding(self, node: Any, code: str, message: str, hint: str = "") -> Finding:
        return Finding(
            node.lineno,
            node.col_offset,
            code,
            message + ".",
            lambda: f"{hint}Its signature: {self.tool.signature()}",
        )
