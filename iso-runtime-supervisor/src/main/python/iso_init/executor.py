"""The executor: a child of init that gives up everything, proves it, takes the inputs and becomes the program.

Trusted until it sends STARTED. It is forked before init reads the token, so that no copy of it is ever in its memory.
"""

from __future__ import annotations

import gc
import os
import sys

from iso_init import (
    attest,
    confine,
    frames,
    jsontext,
    namespaces,
    program,
    report,
    seccomp,
    unpack,
)
from iso_init.confine import CALLS, REPLIES
from iso_init.failure import SETUP, SetupError, unexpected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

# What we need ourselves, in the order of use; and the interpreter's own modules that almost every program needs, each
# after what it imports, so that every step is short: a request may come at any time.
NEEDED = ("fcntl", "resource", "select", "site")
WARM_UP = tuple(
    "enum functools collections re token tokenize linecache textwrap contextlib traceback threading json zlib".split()
)


def main(spec: dict[str, Any], gate: int, pipes: tuple[int, int, int, int]) -> None:
    """``pipes``: standard output, standard error, calls, replies. Never returns."""
    report_to = pipes[2]
    try:
        if gate >= 0:
            _pass(gate)
        cgroups = attest.own_cgroups()
        if gate >= 0:
            namespaces.enter_cgroup()
        confine.keep_only_descriptors(pipes)
        report_to = CALLS
        confine.limit(spec)
        confine.drop_privileges(spec)
        if spec["mode"] == "container":
            unpack.lay_out()
        frames.write_all(
            CALLS,
            frames.encode_json(
                frames.ATTEST,
                {
                    "executor": attest.executor(cgroups, spec.get("internet", True)),
                    "python": attest.python(),
                },
            ),
        )
    except BaseException as error:
        frames.write_all(report_to, frames.encode_json(frames.FAILED, unexpected(error).facts()))
        os._exit(1)
    try:
        program_file, started = _take_inputs(spec)
    except BaseException as error:
        _inputs_failed(error)
    spec.clear()  # it speaks of the host
    gc.freeze()  # what is ours is no matter of the program's collections
    gc.enable()
    frames.write_all(CALLS, started)
    program.run(program_file, send)


def send(kind: int, payload: bytes) -> None:
    """Through the channel module, whose lock keeps the frames of other threads apart."""
    sys.modules["_iso_channel"].send(kind, payload)


def _pass(gate: int) -> None:
    """The helper learns our pid from the credentials of this byte and answers once we are in our cgroup.

    That move may wait for a grace period of the kernel (some 10 ms, cgroup_threadgroup_rwsem): time for imports.
    """
    os.write(gate, b"E")
    _while_silent(gate, _imports(NEEDED))
    if os.read(gate, 1) != b"e":
        raise SetupError(SETUP, "gate", 0, "the helper did not open the gate")


def _take_inputs(spec: dict[str, Any]) -> tuple[str, bytes]:
    """Unpacks until RUN; gives the program's file and the STARTED frame."""
    program.prepare(spec["python"]["path"])
    if spec.get("idle"):
        _warm_up(spec["python"].get("preload", []))
    unpacker = unpack.Unpacker()
    while True:
        kind, payload = frames.read_frame(REPLIES)
        if kind == frames.INPUT_DATA:
            unpacker.data(payload)
        elif kind == frames.INPUT:
            announced = jsontext.loads(payload)
            unpacker.begin(announced["path"], announced["size"])
        elif kind == frames.RUN:
            break
    if unpacker.error:
        raise unpacker.error
    run = jsontext.loads(payload)
    for carrier in program.GUESTS:
        program.install_guest(carrier)
    program.unpack_stubs()
    for name in run.get("preload", []):
        _import(name)
    _limit_cpu_time(run.get("cpuMillis"))
    sys.modules["_iso_channel"].__dict__["connect"]()
    unpack.link_inputs(run.get("links", []))
    os.chdir(unpack.OUT)
    # Init keeps this list for the walk and passes an empty STARTED on.
    started = frames.encode_json(frames.STARTED, unpack.placed())
    return unpack.resolve(run["program"]), started


def _limit_cpu_time(millis: int | None) -> None:
    """Of each process; the tree's is the supervisor's to count, where a cgroup does. SIGXCPU first, then SIGKILL."""
    if millis is not None:
        import resource

        seconds = -(-millis // 1000)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _warm_up(preload: list[str]) -> None:
    """What RUN would do first, and what the embedder preloads, for as long as no request is waiting."""
    steps = warm_up_steps()
    steps += [lambda carrier=carrier: program.install_guest(carrier) for carrier in program.GUESTS]
    _while_silent(REPLIES, steps + _imports(preload))


def warm_up_steps() -> list[Callable[..., Any]]:
    """What does not depend on the place: a template does it, for all that it forks."""
    # What has compiled once compiles sooner the next time: the program, and a tool's function.
    compiled = "async def f(a: int = 1) -> int:\n    return a\n"
    steps: list[Callable[..., Any]] = [
        lambda: seccomp.prepare(True),
        lambda: compile(compiled, "<warm-up>", "exec", dont_inherit=True),
    ]
    return _imports((*NEEDED, *WARM_UP)) + steps


def _imports(names: Iterable[str]) -> list[Callable[..., Any]]:
    return [lambda name=name: _import(name) for name in names]


def _while_silent(descriptor: int, steps: list[Callable[..., Any]]) -> None:
    """Takes these steps until there is something to read."""
    import select

    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    for step in steps:
        if poller.poll(0):
            return
        step()


def _import(name: str) -> None:
    try:
        __import__(name)
    except Exception:
        pass  # the program that needs it will say so better


def _inputs_failed(error: BaseException) -> None:
    """The inputs did not fit or the request was wrong: an END without STARTED."""
    if isinstance(error, EOFError):
        os._exit(1)  # init is gone
    end = report.describe(error, "")
    frames.write_all(CALLS, frames.encode_json(frames.END, end))
    os._exit(1)
