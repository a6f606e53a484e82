"""Runs the program as ``__main__`` and ends the process the way the interpreter would, telling the supervisor how."""

from __future__ import annotations

import builtins
import io
import os
import sys

from iso_init import frames, jsontext, report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

LIB = "/workspace/lib"
GUESTS = {
    "guest_values": "_iso_values",
    "guest_channel": "_iso_channel",
    "guest_checks": "_iso_checks",
    "guest_tools": "_iso_tools",
    "guest_toolbox": "tools",
    "guest_iso": "iso",
}


def install_guest(carrier: str) -> ModuleType:
    """Makes a guest module importable here, and by children that start a new interpreter."""
    name = GUESTS[carrier]
    if name in sys.modules:
        return sys.modules[name]
    carried = sys.modules["iso_init." + carrier].__dict__
    return _install(name, carried["SOURCE"], carried["CODE"])


def unpack_stubs() -> None:
    """The stub file of the tools, for type checkers and readers; absent where there are none."""
    packed = f"{LIB}/tools.pyi.z"
    if os.path.exists(packed):
        import zlib

        with open(packed, "rb") as source, open(f"{LIB}/tools.pyi", "wb") as target:
            target.write(zlib.decompress(source.read()))
        os.unlink(packed)


def _install(name: str, source: str, code: Any) -> ModuleType:
    file = f"{LIB}/{name}.py"
    with open(file, "w", encoding="utf-8") as output:
        output.write(source)
    module = type(sys)(name)
    module.__file__ = file
    sys.modules[name] = module
    exec(code, module.__dict__)
    return module


def prepare(path: list[str]) -> None:
    """The interpreter as a program expects to find it."""
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()
    threading = sys.modules.get("threading")
    if threading is not None:
        # Imported before a fork, after which it sees to all but this: a process id of the host's.
        threading.main_thread()._set_native_id()
    # Not yet the program's own directories: what the executor imports must not come from there before STARTED.
    sys.path[:] = path
    sys.path_importer_cache.clear()
    # Made anew: the helper's were made for whatever stood on these descriptors then.
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = _stream(1)
    sys.stderr = sys.__stderr__ = _stream(2)


def _stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    buffer = io.BufferedWriter(raw)
    return io.TextIOWrapper(buffer, "utf-8", "backslashreplace", line_buffering=True)


def run(file: str, send: Callable[[int, bytes], None]) -> None:
    """Never returns. A child that the program forked ends here too, but it is not the program: it sends nothing."""
    own_pid = os.getpid()
    sys.path[:0] = ["/workspace/pkg", LIB]
    sys.argv = [file]
    sys.orig_argv = [sys.executable, file]
    error: BaseException | None = None
    try:
        try:
            _execute(file)
        except BaseException as raised:
            error = raised
            report.hide_own_frames(error)
            _show(error)
        _finish_threads_and_handlers()
    except BaseException as late:  # a signal handler, or the stack or memory at its end
        error = error or late
    code = report.exit_code(error) if error is not None else 0
    _flush()
    if os.getpid() == own_pid:
        try:
            send(frames.END, jsontext.dumps(_end(error, code, file)))
        except BaseException:
            pass  # the program has closed the pipe: its status alone tells how it ended
    os._exit(code)


def _end(error: BaseException | None, code: int, file: str) -> dict[str, Any]:
    if error is None or (isinstance(error, SystemExit) and code == 0):
        return report.COMPLETED
    return report.describe(error, file)


def _execute(file: str) -> None:
    main = type(sys)("__main__")
    main.__dict__.update(__file__=file, __builtins__=builtins, __spec__=None, __cached__=None)
    sys.modules["__main__"] = main
    with open(file, "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    exec(code, main.__dict__)


def _show(error: BaseException) -> None:
    if isinstance(error, SystemExit):
        if error.code is not None and not isinstance(error.code, int):
            print(report.clean(str(error.code), report.MAX_TRACEBACK), file=sys.stderr)
        return
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, error.__traceback__)
        return
    sys.stderr.write(report.formatted(error))


def _finish_threads_and_handlers() -> None:
    """The order of Py_FinalizeEx: threads that are no daemons, then what atexit holds."""
    import atexit

    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    atexit._run_exitfuncs()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass  # replaced or closed by the program
