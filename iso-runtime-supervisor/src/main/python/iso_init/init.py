"""PID 1 of the sandbox: builds it, starts the executor, attests, relays, kills, proves the tree empty, collects."""

from __future__ import annotations

import gc
import os

from iso_init import (
    attest,
    caps,
    executor,
    frames,
    jsontext,
    linux,
    namespaces,
    rootfs,
    signals,
    walk,
)
from iso_init.failure import SETUP, SetupError, unexpected
from iso_init.reaper import Reaper
from iso_init.relay import ChannelClosed, Relay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STDIN, STDOUT = 0, 1
MAX_TOKEN = 4096


def main(spec: dict[str, Any], channel: int, gate: int) -> None:
    """Never returns; when PID 1 ends, the kernel kills all that is left in its namespace."""
    try:
        relay, reaper, workspace = _start(spec, channel, gate)
    except BaseException as error:
        report(channel, unexpected(error))
        os._exit(1)
    gc.enable()
    try:
        relay.run()
        _collect(spec, channel, relay, reaper, workspace)
        while not relay.bye and frames.read_frame(channel)[0] != frames.BYE:
            pass
    except (ChannelClosed, EOFError, OSError):
        pass
    os._exit(0)


def _start(spec: dict[str, Any], channel: int, gate: int) -> tuple[Relay, Reaper, int]:
    as_root = spec["mode"] == "root"
    own = spec["hostUids"]["executor"] if as_root else None
    owner = (own, own) if own is not None else (spec["uid"], spec["gid"])
    _setsid()
    namespaces.enter(spec)
    rootfs.build(spec, owner)
    if as_root:
        namespaces.enter_user()
        _ask(gate, b"U")
        caps.become(0, 0)
    workspace = os.open("/workspace", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    outputs, errors, calls, replies = os.pipe(), os.pipe(), os.pipe(), os.pipe()
    for descriptor in (outputs[1], errors[1]):
        # So that the program can open /dev/stdout and /dev/stderr, which are these.
        os.fchown(descriptor, spec["uid"], spec["gid"])
    main_pid = os.fork()
    if main_pid == 0:
        executor.main(spec, gate, (outputs[1], errors[1], calls[1], replies[0]))
    for descriptor in (outputs[1], errors[1], calls[1], replies[0], gate):
        os.close(descriptor)
    _harden(caps.INIT if as_root else 0)
    facts = _executor_facts(calls[0])
    token = _token()
    facts["init"] = attest.init()
    hello = {"protocol": 1, "token": token.hex()}
    del token
    frames.write_all(channel, frames.encode_json(frames.HELLO, hello))
    frames.write_all(channel, frames.encode_json(frames.ATTEST, facts))
    reaper = Reaper(main_pid)
    relay = Relay(channel, outputs[0], errors[0], calls[0], replies[1], reaper)
    return relay, reaper, workspace


def _setsid() -> None:
    try:
        os.setsid()
    except PermissionError:
        pass  # already a leader


def _ask(gate: int, letter: bytes) -> None:
    os.write(gate, letter)
    if os.read(gate, 1) != letter.lower():
        raise SetupError(SETUP, "gate", 0, "the helper refused")


def _harden(capabilities: int) -> None:
    """Out of user code's reach, even where it has our uid."""
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    signals.ignore_all_but(signals.SIGCHLD)
    caps.drop_bounding(capabilities)
    caps.keep_only(capabilities)
    caps.no_new_privileges()
    linux.prctl(linux.PR_SET_PDEATHSIG, signals.SIGKILL)


def _executor_facts(calls: int) -> dict[str, Any]:
    try:
        kind, payload = frames.read_frame(calls)
    except EOFError:
        raise SetupError(SETUP, "attest", 0, "the executor ended before it attested") from None
    facts: dict[str, Any] = jsontext.loads(payload)
    if kind == frames.FAILED:
        raise SetupError(facts["code"], facts["step"], facts["errno"], facts["detail"])
    if kind != frames.ATTEST:
        raise SetupError(SETUP, "attest", 0, f"frame {kind} in place of ATTEST")
    return facts


def _token() -> bytes:
    size = int.from_bytes(frames.read_exactly(STDIN, 4), "big")
    if size > MAX_TOKEN:
        raise SetupError(SETUP, "token", 0, f"{size} bytes")
    token = frames.read_exactly(STDIN, size)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, STDIN, inheritable=False)
    os.dup2(null, STDOUT, inheritable=False)
    os.close(null)
    return token


def _collect(
    spec: dict[str, Any], channel: int, relay: Relay, reaper: Reaper, workspace: int
) -> None:
    """Forking is allowed now: the tree is empty."""
    assert relay.kill is not None
    storage = os.fstatvfs(workspace)
    truncated = False
    if relay.kill.get("collect") and not walk.is_empty(workspace):
        ids = (spec["uid"], spec["gid"]) if spec["mode"] == "root" else None
        walker = os.fork()
        if walker == 0:
            status = 1
            try:
                status = walk.main(workspace, channel, relay.kill, relay.pipes.placed, ids)
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(walker, 0)[1])
        if status not in (walk.COMPLETE, walk.TRUNCATED):
            raise ChannelClosed  # it may have died inside a frame
        truncated = status == walk.TRUNCATED
    done = {
        "cpuMillis": int(reaper.cpu_seconds * 1000),
        "peakMemoryBytes": reaper.peak_kib * 1024,
        "storageFull": storage.f_bavail == 0 or storage.f_favail == 0,
        "truncated": truncated,
    }
    frames.write_all(channel, frames.encode_json(frames.DONE, done))


def report(channel: int, error: SetupError) -> None:
    """Tells the supervisor why there is no sandbox, if it still listens."""
    try:
        frames.write_all(channel, frames.encode_json(frames.FAILED, error.facts()))
    except OSError:
        pass
