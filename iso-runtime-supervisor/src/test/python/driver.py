"""Plays the supervisor for the tests: launches a sandbox through the helper, speaks the protocol, cleans up.

Run by hand: ``python3 driver.py FILE.py [--user]`` prints what came back and how long each step took.
"""

from __future__ import annotations

import base64
import functools
import json
import os
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

SOURCES = Path(__file__).resolve().parents[2] / "main" / "python" / "iso_init"
sys.path.insert(0, str(SOURCES.parent))

from iso_init import frames  # noqa: E402

PYTHON = os.environ.get("ISO_TEST_PYTHON", "/usr/bin/python3")
MEGABYTE = 1 << 20
ORDINARY = 54321  # an ordinary user needs no name for this
ALLOWED_ETC = (
    "ld.so.cache",
    "alternatives",
    "localtime",
    "timezone",
    "mime.types",
    "fonts",
    "matplotlibrc",
    "ssl/certs",
    "ssl/openssl.cnf",
    "python3",
    "python3.11",
)
FILES = {
    "/etc/passwd": "root:x:0:0:root:/:/usr/sbin/nologin\nexecutor:x:1001:1000::/workspace:/bin/sh\n",
    "/etc/group": "root:x:0:\nexecutor:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
ENVIRON = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "PYTHONDONTWRITEBYTECODE": "1",
}


Edits = Tuple[Tuple[str, str, str], ...]


@functools.lru_cache(maxsize=None)
def probe(python: str = PYTHON, edits: Edits = ()) -> Dict[str, Any]:
    """``edits`` are (module, old, new): how an older kernel or a failing step is imitated."""
    sources = {
        name: (SOURCES / f"{name}.py").read_text()
        for name in (SOURCES / "MODULES").read_text().split()
    }
    for name, old, new in edits:
        assert old in sources[name], old
        sources[name] = sources[name].replace(old, new)
    done = subprocess.run(
        [python, "-I", "-X", "utf8", "-c", (SOURCES / "probe.py").read_text()],
        input=json.dumps({"modules": list(sources.items())}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: Dict[str, Any] = json.loads(done.stdout)
    return answer


def allowed_root(facts: Dict[str, Any]) -> Dict[str, Any]:
    binds: List[Dict[str, Any]] = [
        {"from": path, "to": path} for path in ("/usr/bin", "/usr/lib", "/usr/share")
    ]
    binds.append({"from": "/usr/lib64", "to": "/usr/lib64", "optional": True})
    symlinks = {}
    for path in ("/bin", "/lib", "/lib64", "/sbin"):
        if os.path.islink(path):
            symlinks[path] = os.readlink(path)
        elif os.path.isdir(path):
            binds.append({"from": path, "to": path})
    binds += [
        {"from": f"/etc/{name}", "to": f"/etc/{name}", "optional": True} for name in ALLOWED_ETC
    ]
    for prefix in sorted({facts["basePrefix"], facts["prefix"], *facts["libraries"]}):
        if prefix not in ("/usr", "/"):
            binds.append({"from": prefix, "to": prefix})
    return {"binds": binds, "symlinks": symlinks, "files": FILES}


class Cgroups:
    """A cgroup v1 directory for init and one for the executor, in the memory and pids hierarchies."""

    def __init__(self, pids: int = 64, memory: int = 512 * MEGABYTE) -> None:
        name = "iso-test-" + secrets.token_hex(4)
        self.base = [f"/sys/fs/cgroup/{kind}/{name}" for kind in ("memory", "pids")]
        for base in self.base:
            for child in ("", "/executor", "/init"):
                os.mkdir(base + child)
        Path(self.base[0] + "/executor/memory.limit_in_bytes").write_text(str(memory))
        Path(self.base[1] + "/executor/pids.max").write_text(str(pids))

    def spec(self) -> Dict[str, List[str]]:
        executor = [base + "/executor" for base in self.base]
        init = [base + "/init" for base in self.base]
        return {"executor": executor, "init": init, "remove": executor + init + self.base}


@dataclass
class Outcome:
    stdout: bytes = b""
    stderr: bytes = b""
    result: Any = None
    end: Optional[Dict[str, Any]] = None
    exited: Dict[str, Any] = field(default_factory=dict)
    empty: Dict[str, Any] = field(default_factory=dict)
    done: Dict[str, Any] = field(default_factory=dict)
    files: Dict[str, bytes] = field(default_factory=dict)
    rejected: Dict[str, str] = field(default_factory=dict)
    calls: List[Dict[str, Any]] = field(default_factory=list)
    violation: Optional[str] = None
    order: List[str] = field(default_factory=list)


class Helper:
    """A helper and the template that forked it for us alone."""

    def __init__(self, interpreter: Dict[str, Any], ordinary: bool) -> None:
        boot = (SOURCES / "boot.py").read_text()
        self.directory = tempfile.mkdtemp(prefix="iso-")
        identity: Dict[str, Any] = {}
        if ordinary:
            os.chown(self.directory, ORDINARY, ORDINARY)
            identity = {"user": ORDINARY, "group": ORDINARY, "extra_groups": []}
        self.template = subprocess.Popen(
            [interpreter["executable"], "-I", "-S", "-X", "utf8", "-c", boot],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"LANG": "C.UTF-8"},
            cwd=self.directory,
            preexec_fn=lambda: signal.pthread_sigmask(
                signal.SIG_BLOCK, [signal.SIGQUIT]
            ),  # as a JVM
            **identity,
        )
        assert self.template.stdin is not None and self.template.stdout is not None
        code = base64.b64decode(interpreter["code"])
        self.template.stdin.write(struct.pack(">I", len(code)) + code)
        self.template.stdin.flush()
        assert self.template.stdout.read(2) == b"RW"
        self.lifeline = socket.socket(socket.AF_UNIX)
        self.lifeline.connect(self.directory + "/s")
        (self.pid,) = struct.unpack(">Q", self.lifeline.recv(8, socket.MSG_WAITALL))

    def cut(self) -> None:
        try:
            self.lifeline.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has ended already

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, seconds: float = 10) -> None:
        """Its end is the connection's; what it says before is for the tests' output."""
        if self.template.returncode is not None:
            return
        self.lifeline.settimeout(seconds)
        try:
            while words := self.lifeline.recv(4096):
                sys.stderr.write(words.decode(errors="replace"))
        except ConnectionResetError:
            pass  # it had not read everything
        self.lifeline.close()
        self.end_template()

    def end_template(self) -> None:
        assert self.template.stdin is not None and self.template.stdout is not None
        self.template.stdin.close()
        self.template.stdout.close()
        assert self.template.wait(10) == 0
        assert not os.path.exists(self.directory)


class Sandbox:
    """One sandbox, from its launch to the proof that nothing is left of it."""

    def __init__(
        self,
        mode: str = "root",
        python: str = PYTHON,
        cgroups: Optional[Cgroups] = None,
        storage: int = 256 * MEGABYTE,
        binds: Tuple[Dict[str, Any], ...] = (),
        edits: Edits = (),
        **changes: Any,
    ) -> None:
        self.facts: Dict[str, Any] = {}
        self.failed: Optional[Dict[str, Any]] = None
        self.times: Dict[str, float] = {}
        self.token = secrets.token_bytes(32)
        interpreter = probe(python, edits)
        root = allowed_root(interpreter)
        root["binds"] += list(binds)
        spec: Dict[str, Any] = {
            "mode": mode,
            "hostUids": {"init": 1879048192, "executor": 1879048193},
            "uid": 1001,
            "gid": 1000,
            "root": root,
            "storage": {"bytes": storage, "inodes": 16384},
            "rlimits": {"NOFILE": [1024, 1024], "FSIZE": [134217728, 134217728], "CORE": [1, 1]},
            "environ": ENVIRON,
            "python": {"executable": interpreter["executable"], "path": interpreter["path"]},
            "hostname": "sandbox",
            **changes,
        }
        as_ordinary = mode == "user" and os.geteuid() == 0
        directory = tempfile.mkdtemp(prefix="iso-")
        with socket.socket(socket.AF_UNIX) as listener:
            try:
                listener.bind(directory + "/s")
                listener.listen(1)
                listener.settimeout(20)
                if as_ordinary:
                    os.chown(directory, ORDINARY, ORDINARY)
                    os.chown(directory + "/s", ORDINARY, ORDINARY)
                places = {
                    "socket": directory + "/s",
                    "socketDirs": [directory],
                    "cgroups": cgroups.spec() if cgroups else {},
                }
                self._launch(interpreter, spec, places, as_ordinary)
                self.channel, _ = listener.accept()
            finally:
                shutil.rmtree(directory, ignore_errors=True)  # the helper may be faster
        self.channel.settimeout(None)

    def _launch(
        self,
        interpreter: Dict[str, Any],
        spec: Dict[str, Any],
        places: Dict[str, Any],
        ordinary: bool,
    ) -> None:
        self.began = time.monotonic()
        self.helper = Helper(interpreter, ordinary)
        parts = (json.dumps(spec).encode(), json.dumps(places).encode(), self.token)
        # At once: a helper that fails early does not wait for the last of them.
        self.helper.lifeline.sendall(
            b"".join(struct.pack(">I", len(part)) + part for part in parts)
        )

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: Any) -> None:
        self.channel.close()
        self.helper.cut()
        self.helper.wait(10)

    def attested(self) -> Dict[str, Any]:
        kind, payload = self.receive()
        if kind == frames.FAILED:
            self.failed = json.loads(payload)
            raise AssertionError(self.failed)
        hello = json.loads(payload)
        assert kind == frames.HELLO and hello == {
            "protocol": frames.PROTOCOL,
            "token": self.token.hex(),
        }, payload
        kind, payload = self.receive()
        assert kind == frames.ATTEST, kind
        self.facts = json.loads(payload)
        self._mark("attested")
        return self.facts

    def receive(self) -> Tuple[int, bytes]:
        if not select.select([self.channel], [], [], 60)[0]:
            raise TimeoutError("no frame for 60 s")
        return frames.read_frame(self.channel.fileno())

    def send(self, kind: int, payload: bytes = b"") -> None:
        frames.write_all(self.channel.fileno(), frames.encode(kind, payload))

    def send_json(self, kind: int, value: Any) -> None:
        self.send(kind, json.dumps(value).encode())

    def put(self, path: str, data: bytes) -> None:
        self.send_json(frames.INPUT, {"path": path, "size": len(data)})
        for start in range(0, len(data), frames.CHUNK):
            self.send(frames.INPUT_DATA, data[start : start + frames.CHUNK])

    def start(
        self,
        code: str,
        inputs: Optional[Dict[str, bytes]] = None,
        tools: Tuple[Dict[str, Any], ...] = (),
        deadline: int = 20000,
        preload: Tuple[str, ...] = (),
    ) -> None:
        if not self.facts:
            self.attested()
        self.put("pkg/main.py", code.encode("utf-8", "surrogatepass"))
        links = []
        for path, data in (inputs or {}).items():
            self.put(path, data)
            if path.startswith("in/"):
                links.append(path[3:])
        if tools:
            lines = (f"{tool['path']}\t{json.dumps(tool)}\n" for tool in tools)
            self.put("lib/tools.data", zlib.compress("".join(lines).encode()))
        run = {
            "program": "pkg/main.py",
            "deadlineMillis": deadline,
            "links": links,
            "preload": list(preload),
        }
        self.send_json(frames.RUN, run)

    def finish(
        self,
        answer: Optional[Callable[[Dict[str, Any]], Optional[Dict[str, Any]]]] = None,
        kill_on: int = frames.EXITED,
        **limits: Any,
    ) -> Outcome:
        """Reads to the end; ``answer`` makes the REPLY of a CALL; KILL is sent at the first frame of ``kill_on``."""
        outcome, name, killed = Outcome(), "", False
        while True:
            kind, payload = self.receive()
            outcome.order.append(frames.NAMES[kind])
            if kind == frames.STDOUT:
                outcome.stdout += payload
            elif kind == frames.STDERR:
                outcome.stderr += payload
            elif kind == frames.RESULT:
                outcome.result = json.loads(payload)
            elif kind == frames.FILE_DATA:
                outcome.files[name] += payload
            elif kind == frames.VIOLATION:
                outcome.violation = json.loads(payload)["message"]
            elif kind == frames.CALL:
                call = json.loads(payload)
                outcome.calls.append(call)
                reply = (
                    answer(call)
                    if answer
                    else {"error": {"code": "NONE", "message": "none", "retryable": False}}
                )
                if reply is not None:
                    self.send_json(frames.REPLY, {"id": call["id"], **reply})
            elif kind == frames.FILE:
                announced = json.loads(payload)
                name = announced["path"]
                assert name not in outcome.files
                outcome.files[name] = b""
            elif kind == frames.REJECTED:
                rejected = json.loads(payload)
                outcome.rejected[rejected["path"]] = rejected["reason"]
            elif kind in (frames.END, frames.EXITED, frames.EMPTY, frames.DONE):
                setattr(outcome, frames.NAMES[kind].lower(), json.loads(payload))
                self._mark(frames.NAMES[kind].lower())
            if kind == kill_on and not killed:
                killed = True
                self.kill(**limits)
            if kind == frames.DONE:
                break
        self.send(frames.BYE)
        assert self.channel.recv(1) == b""
        self.helper.wait(10)
        self._mark("gone")
        return outcome

    def kill(self, **limits: Any) -> None:
        everything = {
            "collect": True,
            "maxFiles": 1000,
            "maxBytes": 1 << 28,
            "maxFileBytes": 1 << 27,
        }
        self.send_json(frames.KILL, {**everything, **limits})

    def _mark(self, what: str) -> None:
        self.times[what] = round((time.monotonic() - self.began) * 1000, 1)


def add(call: Dict[str, Any]) -> Dict[str, Any]:
    if call["tool"] != "add":
        return {
            "error": {"code": "ISO-TOOL-UNKNOWN", "message": "no such tool", "retryable": False}
        }
    return {"ok": call["args"]["a"] + call["args"]["b"]}


ADD = {
    "path": "add",
    "tool": "add",
    "params": [["a", "a", "int", True], ["b", "b", "int", True]],
    "returns": "int",
    "doc": "Adds two numbers.",
    "raises": {},
}


def run(code: str, mode: str = "root", **options: Any) -> Outcome:
    sandbox_options = {
        key: options.pop(key)
        for key in list(options)
        if key in ("cgroups", "storage", "python", "binds", "rlimits", "edits")
    }
    start = {
        key: options.pop(key)
        for key in list(options)
        if key in ("inputs", "tools", "deadline", "preload")
    }
    with Sandbox(mode, **sandbox_options) as sandbox:
        sandbox.start(code, **start)
        return sandbox.finish(**options)


def main() -> None:
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    code = Path(arguments[0]).read_text() if arguments else "print('hello')"
    with Sandbox("user" if "--user" in sys.argv else "root") as sandbox:
        facts = sandbox.attested()
        if "--facts" in sys.argv:
            print(json.dumps(facts, indent=1))
        sandbox.start(code, tools=(ADD,))
        outcome = sandbox.finish(add)
        print(outcome)
        print(sandbox.times)


if __name__ == "__main__":
    main()
