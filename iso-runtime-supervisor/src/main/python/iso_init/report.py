"""How a program ended, as the END frame tells it. Everything here faces objects of user code and trusts none."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

MAIN_FILE = "/workspace/pkg/main.py"
MAX_TRACEBACK, MAX_MESSAGE = 64 * 1024, 8 * 1024
COMPLETED: dict[str, Any] = {"kind": "completed"}
OWN_FILES = (
    "<iso_init.",
    "/workspace/lib/_iso_",
    "/workspace/lib/iso.py",
    "/workspace/lib/tools.py",
)
INTERRUPTED = 130


def describe(error: BaseException, main_file: str) -> dict[str, Any]:
    return {
        "kind": "error",
        "type": type(error).__name__[:200],
        "message": message(error),
        "line": line(error, main_file),
        "traceback": "" if isinstance(error, SystemExit) else formatted(error),
        "errno": number(error),
        "exitCode": exit_code(error) if isinstance(error, SystemExit) else None,
    }


def exit_code(error: BaseException) -> int:
    """The status that the interpreter itself would have ended with."""
    if not isinstance(error, SystemExit):
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    code = error.code
    if code is None:
        return 0
    return int(code) & 0xFF if isinstance(code, int) else 1


def message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return clean(str(text), MAX_MESSAGE)
    except BaseException as second:  # a hostile __str__ may raise anything
        return f"<str() of the exception raised {type(second).__name__[:200]}>"


def line(error: BaseException, main_file: str) -> int | None:
    """The innermost line of the program itself."""
    if isinstance(error, SyntaxError) and error.filename == main_file:
        return error.lineno if isinstance(error.lineno, int) else None
    found = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == main_file:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def number(error: BaseException) -> int | None:
    errno = error.errno if isinstance(error, OSError) else None
    return errno if isinstance(errno, int) else None


def formatted(error: BaseException) -> str:
    try:
        import traceback

        lines = traceback.format_exception(type(error), error, error.__traceback__)
        return clean("".join(lines), MAX_TRACEBACK)
    except BaseException as second:  # out of memory or stack, or a hostile object
        return f"{type(error).__name__[:200]}: <no traceback: {type(second).__name__[:200]}>\n"


def clean(text: str, limit: int) -> str:
    """At most so many bytes of UTF-8, the middle left out; lone surrogates escaped."""
    data = text[: 4 * limit].encode("utf-8", "backslashreplace")
    if len(text) <= 4 * limit and len(data) <= limit:
        return data.decode("utf-8")
    tail = text[-limit:].encode("utf-8", "backslashreplace")
    mark = b"\n[...]\n"
    half = (limit - len(mark)) // 2
    return (data[:half] + mark + tail[-half:]).decode("utf-8", "ignore")


def hide_own_frames(error: BaseException | None, depth: int = 0) -> None:
    """Takes the frames of init and of the tool bindings off the tracebacks of an exception and its causes."""
    while error is not None and depth < 50:
        error.__traceback__ = _without_own(error.__traceback__)
        depth += 1
        if error.__cause__ is not None and error.__context__ is not None:
            hide_own_frames(error.__context__, depth)
        error = error.__cause__ or error.__context__


def _without_own(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(OWN_FILES):
            kept.append(trace)
        trace = trace.tb_next
    for this, following in zip(kept, [*kept[1:], None]):
        this.tb_next = following
    return kept[0] if kept else None
