"""The helper: stands outside the sandbox, makes its namespaces, and cleans up when the supervisor or init is gone.

It is forked by the template, imports nothing of the embedder's and, once the sandbox is up, holds neither the channel
nor the token. The connection on descriptor 0 lives as long as the supervisor wants the sandbox: when it cuts it or
dies, that is the sign to kill. (PR_SET_PDEATHSIG would fire when the thread ends that started us, and the template may
end before us.) Descriptor 2 is the same connection: what nobody foresaw is said there.

What speaks of the host's places, the socket and the cgroups, is for us alone: it is read after init has been forked,
so that the program can't find it in its own memory, which is a copy of ours at that moment.
"""

from __future__ import annotations

import os
import select
import time

import _socket

from iso_init import cgroups, frames, init, jsontext, linux, namespaces, signals
from iso_init.channels import Channel
from iso_init.failure import SETUP, SetupError, unexpected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

STDIN, STDERR = 0, 2
LIFELINE = select.POLLRDHUP
CONNECTED = b"C"
PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.005
TAKEN_DOWN = (signals.SIGTERM, signals.SIGINT, signals.SIGHUP)


def main() -> None:
    """Never returns. The supervisor, which can't know it otherwise, is first told our process id."""
    os.write(STDIN, os.getpid().to_bytes(8, "big"))
    spec = _read_part()
    detach()
    os.chdir("/")
    os.umask(0o022)
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    child, failure = 0, None
    try:
        child, gate, wakeup = _fork_init(spec, connection)
    except BaseException as error:
        failure = error
    places = _read_part()  # what is for us alone
    _connect(connection, child, places)
    channel = connection.detach()
    try:
        if failure is not None:
            raise failure
        gate.send(CONNECTED)
        cgroups.move(child, places["cgroups"].get("init", []))
        _keep_gate(spec, places, gate, wakeup, child)
        os.close(channel)
        _wait(wakeup, child)
    except BaseException as error:
        init.report(Channel(channel, channel), unexpected(error))
    _take_down(child, places)


def detach() -> None:
    """A terminal's ^C goes to its whole process group; the end of this is the supervisor's to decide."""
    try:
        os.setsid()
    except PermissionError:
        pass


def _fork_init(spec: dict[str, Any], connection: _socket.socket) -> tuple[int, _socket.socket, int]:
    """Gives its pid, our end of the gate, and the descriptor that tells of signals."""
    wakeup = signals.wakeup(signals.SIGCHLD, *TAKEN_DOWN)
    ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
    ours.setsockopt(_socket.SOL_SOCKET, _socket.SO_PASSCRED, 1)
    namespaces.leave_for_children(spec)
    child = os.fork()
    if child == 0:
        _become_init(spec, connection.detach(), ours, theirs, wakeup)
    theirs.close()
    return child, ours, wakeup


def _read_part() -> dict[str, Any]:
    """Until all parts are here nothing of the host is ours to put away."""
    try:
        size = int.from_bytes(frames.read_exactly(STDIN, 4), "big")
        part: dict[str, Any] = jsontext.loads(frames.read_exactly(STDIN, size))
    except EOFError:
        os._exit(2)  # and init, if there is one, sees that its gate is closed
    return part


def _connect(connection: _socket.socket, child: int, places: dict[str, Any]) -> None:
    """Init has the same socket, open since before the fork."""
    try:
        connection.connect(places["socket"])
    except OSError as error:
        # There is no other way to say so.
        os.write(STDERR, f"{places['socket']}: {error}\n".encode())
        _take_down(child, places)


def _become_init(
    spec: dict[str, Any], channel: int, ours: _socket.socket, theirs: _socket.socket, wakeup: int
) -> None:
    """Never returns: the clean-up is the parent's."""
    try:
        ours.close()
        os.close(wakeup)
        signals.restore_defaults()
        if theirs.recv(1) == CONNECTED:
            init.main(spec, channel, channel, theirs.detach())
    finally:
        os._exit(1)


def _keep_gate(
    spec: dict[str, Any], places: dict[str, Any], gate: _socket.socket, wakeup: int, child: int
) -> None:
    """Serves init until the executor stands in its cgroups. Returns early when there is nobody left to serve."""
    poller = select.poll()
    poller.register(STDIN, LIFELINE)  # its end only: the token in it is not ours
    poller.register(gate.fileno(), select.POLLIN)
    poller.register(wakeup, select.POLLIN)
    while True:
        ready = dict(poller.poll())
        if STDIN in ready or wakeup in ready and _must_stop(wakeup, child):
            return
        if gate.fileno() not in ready:
            continue
        letter, ancillary, _, _ = gate.recvmsg(1, _socket.CMSG_SPACE(12))
        if not letter:
            return
        if letter == b"U":
            namespaces.map_ids(child, spec)
        elif letter == b"E":
            cgroups.move(_sender(ancillary), places["cgroups"].get("executor", []))
        else:
            raise SetupError(SETUP, "gate", 0, f"unknown letter {letter!r}")
        gate.send(letter.lower())
        if letter == b"E":
            gate.close()
            return


def _sender(ancillary: list[tuple[int, int, bytes]]) -> int:
    """The executor's pid as the host sees it: the kernel translates SCM_CREDENTIALS (unix(7))."""
    for level, kind, data in ancillary:
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_CREDENTIALS:
            return int.from_bytes(data[:4], "little")
    raise SetupError(SETUP, "SCM_CREDENTIALS", 0, "the kernel did not name the sender")


def _wait(wakeup: int, child: int) -> None:
    poller = select.poll()
    poller.register(STDIN, LIFELINE)
    poller.register(wakeup, select.POLLIN)
    while True:
        ready = dict(poller.poll())
        if STDIN in ready or wakeup in ready and _must_stop(wakeup, child):
            return


def _must_stop(wakeup: int, child: int) -> bool:
    received = signals.drain(wakeup)
    if any(number in TAKEN_DOWN for number in received):
        return True
    # WNOWAIT leaves the zombie, so that its pid stays ours until the clean-up.
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _take_down(child: int, places: dict[str, Any]) -> None:
    """Never returns. PID 1's death kills its namespace, and its reaping waits for the last process in it."""
    if child:
        os.kill(child, signals.SIGKILL)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        emptied = cgroups.kill(places["cgroups"].get("executor", []))
        if child and os.waitpid(child, 0 if emptied else os.WNOHANG)[0]:
            child = 0
        if emptied and not child or time.monotonic() > give_up:
            break
        time.sleep(PAUSE_SECONDS)
    cgroups.remove(places["cgroups"].get("remove", []), lambda: _pause(give_up))
    directories = [(os.rmdir, path) for path in places.get("socketDirs", [])]
    for remove, path in ((os.unlink, places["socket"]), *directories):
        try:
            remove(path)
        except OSError:
            pass  # the supervisor was faster
    os._exit(0)


def _pause(give_up: float) -> bool:
    time.sleep(PAUSE_SECONDS)
    return time.monotonic() < give_up
