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
from iso_init.channels import Channel, ChannelClosed, SealedChannel
from iso_init.failure import SETUP, SetupError, unexpected
from iso_init.pipes import READ_SIZE
from iso_init.reaper import Reaper
from iso_init.relay import Relay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

STDIN, STDOUT = 0, 1
MAX_TOKEN = 4096
F_SETPIPE_SZ = 1031
NO_GATE = -1


class Started:
    """The executor waits for its inputs; we hold our ends of its pipes."""

    def __init__(
        self, pid: int, workspace: int, pipes: tuple[int, int, int, int], facts: bytes
    ) -> None:
        self.pid = pid
        self.workspace = workspace
        self.pipes = pipes
        self.facts = facts


def main(spec: dict[str, Any], source: int, sink: int, gate: int) -> None:
    """Never returns; when PID 1 ends, the kernel kills all that is left in its namespace."""
    try:
        started = _start(spec, gate)
    except BaseException as error:
        _fail(source, sink, unexpected(error))
    try:
        channel, token = _open_channel(source, sink)
        hello = {"protocol": frames.PROTOCOL, "token": token.hex()}
        del token
        channel.send_json(frames.HELLO, hello)
        channel.send(frames.ATTEST, _with(started.facts, attest.init()))
        reaper = Reaper(started.pid)
        relay = Relay(channel, started.pipes, reaper, counted=spec["mode"] == "container")
        gc.enable()
        relay.run()
        _collect(spec, channel, relay, reaper, started.workspace)
        relay.wait_for_bye()
    except (ChannelClosed, EOFError, OSError):
        pass
    os._exit(0)


def _fail(source: int, sink: int, error: SetupError) -> NoReturn:
    try:
        # Sealing takes the token; a socket needs none, and the supervisor may not have sent it yet.
        report(_open_channel(source, sink)[0] if source == STDIN else Channel(source, sink), error)
    finally:
        os._exit(1)


def _start(spec: dict[str, Any], gate: int) -> Started:
    _setsid()
    if spec["mode"] != "container":
        _build(spec, gate)
    workspace = os.open("/workspace", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    pipes = _pipes(spec)
    outputs, errors, calls, replies = pipes
    main_pid = os.fork()
    if main_pid == 0:
        executor.main(spec, gate, (outputs[1], errors[1], calls[1], replies[0]))
    for descriptor in (outputs[1], errors[1], calls[1], replies[0], gate):
        if descriptor != NO_GATE:
            os.close(descriptor)
    _harden(caps.INIT if _has_two_users(spec) else 0)
    facts = _executor_facts(calls[0])
    return Started(main_pid, workspace, (outputs[0], errors[0], calls[0], replies[1]), facts)


def _setsid() -> None:
    try:
        os.setsid()
    except PermissionError:
        pass  # already a leader


def _build(spec: dict[str, Any], gate: int) -> None:
    """Namespaces and root; a container engine has done both."""
    as_root = spec["mode"] == "root"
    own = spec["hostUids"]["executor"] if as_root else None
    namespaces.enter(spec)
    rootfs.build(spec, (own, own) if own is not None else (spec["uid"], spec["gid"]))
    if as_root:
        namespaces.enter_user()
        _ask(gate, b"U")
        caps.become(0, 0)


def _has_two_users(spec: dict[str, Any]) -> bool:
    return spec["mode"] in ("root", "container")


def _ask(gate: int, letter: bytes) -> None:
    os.write(gate, letter)
    if os.read(gate, 1) != letter.lower():
        raise SetupError(SETUP, "gate", 0, "the helper refused")


def _pipes(spec: dict[str, Any]) -> list[tuple[int, int]]:
    """Owned by the executor, so that the program can open /dev/stdout and /dev/stderr, which are two of them.

    The file system id of their maker decides, and we need no right to give files away.
    """
    if not _has_two_users(spec):
        return _four_pipes()
    os.setegid(spec["gid"])
    os.seteuid(spec["uid"])
    try:
        return _four_pipes()
    finally:
        os.seteuid(0)
        os.setegid(0)


def _four_pipes() -> list[tuple[int, int]]:
    """That for standard output is wide, so that much of it takes few turns."""
    import fcntl

    outputs, errors, calls, replies = [os.pipe() for _ in range(4)]
    try:
        fcntl.fcntl(outputs[0], F_SETPIPE_SZ, READ_SIZE)
    except OSError:
        pass  # beyond what the kernel lets one user's pipes hold (pipe(7)), or gVisor: it will do as it is
    return [outputs, errors, calls, replies]


def _harden(capabilities: int) -> None:
    """Out of user code's reach, even where it has our uid."""
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    signals.ignore_all_but(signals.SIGCHLD)
    caps.drop_bounding(capabilities)
    caps.keep_only(capabilities)
    caps.no_new_privileges()
    linux.prctl(linux.PR_SET_PDEATHSIG, signals.SIGKILL)


def _executor_facts(calls: int) -> bytes:
    """An object as JSON, which is not ours to read."""
    try:
        kind, payload = frames.read_frame(calls)
    except EOFError:
        raise SetupError(SETUP, "attest", 0, "the executor ended before it attested") from None
    if kind == frames.FAILED:
        facts: dict[str, Any] = jsontext.loads(payload)
        raise SetupError(facts["code"], facts["step"], facts["errno"], facts["detail"])
    if kind != frames.ATTEST:
        raise SetupError(SETUP, "attest", 0, f"frame {kind} in place of ATTEST")
    return payload


def _with(facts: bytes, own: dict[str, Any]) -> bytes:
    return facts[:-1] + b',"init":' + jsontext.dumps(own) + b"}"


def _open_channel(source: int, sink: int) -> tuple[Channel, bytes]:
    """Reads the token, which only now may be in memory: the executor has been forked."""
    size = int.from_bytes(frames.read_exactly(STDIN, 4), "big")
    if size > MAX_TOKEN:
        raise SetupError(SETUP, "token", 0, f"{size} bytes")
    token = frames.read_exactly(STDIN, size)
    if source == STDIN:
        return SealedChannel(source, sink, token), token
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, STDIN, inheritable=False)
    os.dup2(null, STDOUT, inheritable=False)
    os.close(null)
    return Channel(source, sink), token


def _collect(
    spec: dict[str, Any], channel: Channel, relay: Relay, reaper: Reaper, workspace: int
) -> None:
    """Forking is allowed now: the tree is empty."""
    assert relay.kill is not None
    storage = os.fstatvfs(workspace)
    truncated = False
    if relay.kill.get("collect") and not walk.is_empty(workspace):
        ids = (spec["uid"], spec["gid"]) if _has_two_users(spec) else None
        truncated = _walk(workspace, channel, relay, ids)
    done = {
        "cpuMillis": int(reaper.cpu_seconds * 1000),
        "peakMemoryBytes": reaper.peak_kib * 1024,
        # Where inodes are not limited, both of their numbers are 0.
        "storageFull": storage.f_bavail == 0 or (storage.f_files > 0 and storage.f_favail == 0),
        "truncated": truncated,
    }
    channel.send_json(frames.DONE, done)


def _walk(workspace: int, channel: Channel, relay: Relay, ids: tuple[int, int] | None) -> bool:
    """Lets a child of ours send what is in out/; tells whether there was more than it may tell."""
    assert relay.kill is not None
    sent = os.pipe()
    walker = os.fork()
    if walker == 0:
        status = 1
        try:
            status = walk.main(workspace, channel, relay.kill, relay.pipes.placed, ids)
            os.write(sent[1], channel.position.to_bytes(8, "big"))
        finally:
            os._exit(status)
    os.close(sent[1])
    try:
        status = relay.wait_for(walker)
    except ChannelClosed:
        os.kill(walker, signals.SIGKILL)
        raise
    if status not in (walk.COMPLETE, walk.TRUNCATED):
        raise ChannelClosed  # it may have died inside a frame
    channel.position = int.from_bytes(frames.read_exactly(sent[0], 8), "big")
    os.close(sent[0])
    return status == walk.TRUNCATED


def report(channel: Channel, error: SetupError) -> None:
    """Tells the supervisor why there is no sandbox, if it still listens."""
    try:
        channel.send_json(frames.FAILED, error.facts())
    except OSError:
        pass
