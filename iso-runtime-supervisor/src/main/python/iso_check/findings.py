"""From a program's source to its findings, in order of position."""

from __future__ import annotations

import ast
import re
import tokenize
import warnings
from io import BytesIO
from typing import Callable, Dict, NamedTuple, Union

MOST = 100
MAX_MESSAGE = 500
MAX_REMEDY = 1000

Told = Dict[str, Union[str, int]]


class Finding(NamedTuple):
    """Lines count from 1, columns from 0 in bytes of UTF-8, as the nodes of `ast` have them."""

    line: int
    column: int
    code: str
    message: str
    remedy: Callable[[], str]  # what it costs to make is paid for those that are told


def found(source: bytes) -> list[Told]:
    """What is wrong, at most MOST of it: a syntax error alone, or how the tools are used."""
    warnings.simplefilter("ignore")
    if b"\0" in source:
        return [_null_byte(source)]
    try:
        tree = ast.parse(source)
        compile(source, "<program>", "exec", dont_inherit=True)  # such as a return outside of all
    except SyntaxError as error:
        return [_syntax_error(error)]
    except (ValueError, OverflowError) as error:
        return [_unreadable(str(error), 1, 1)]
    except (RecursionError, MemoryError) as error:
        return [_too_complex(error)]
    try:
        return _of_tools(tree, source)
    except (RecursionError, MemoryError) as error:
        return [_too_complex(error)]


def _of_tools(tree: ast.Module, source: bytes) -> list[Told]:
    from iso_check import uses

    findings = sorted(uses.examined(tree), key=lambda each: each[:3])[:MOST]
    lines = _lines(source)
    return [
        _told(
            each.code,
            each.message,
            each.line,
            _column(lines, each.line, each.column),
            each.remedy(),
        )
        for each in findings
    ]


def _lines(source: bytes) -> list[str]:
    """As the parser counts them; `str.splitlines` knows more ends of lines."""
    encoding, _ = tokenize.detect_encoding(BytesIO(source).readline)
    return re.split("\r\n|\r|\n", source.decode(encoding, "replace"))


def _column(lines: list[str], line: int, offset: int) -> int:
    """In characters, from 1."""
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1


def _syntax_error(error: SyntaxError) -> Told:
    text = (error.text or "").strip()
    return _told(
        "SYNTAX_ERROR",
        f"This is no valid Python: {error.msg}.",
        error.lineno or 1,
        error.offset or 1,
        f"Correct this line: {text[:200]}" if text else "Correct the program here.",
    )


def _null_byte(source: bytes) -> Told:
    """Not every version of Python says where."""
    before = source[: source.index(b"\0")].decode("utf-8", "replace")
    lines = re.split("\r\n|\r|\n", before)
    return _unreadable("it contains a null byte", len(lines), len(lines[-1]) + 1)


def _unreadable(why: str, line: int, column: int) -> Told:
    message = f"This is no valid Python: {why}."
    return _told("SYNTAX_ERROR", message, line, column, "Write the program as plain text.")


def _too_complex(error: BaseException) -> Told:
    return _told(
        "NOT_CHECKED",
        f"The program is too deeply nested or too large to be checked ({type(error).__name__}).",
        1,
        1,
        "Split long expressions into statements, and deep nesting into functions.",
    )


def _told(code: str, message: str, line: int, column: int, remedy: str) -> Told:
    return {
        "code": code,
        "message": _capped(message, MAX_MESSAGE),
        "line": max(line, 1),
        "column": max(column, 1),
        "remedy": _capped(remedy, MAX_REMEDY),
    }


def _capped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
