"""Finds what the tests of ./check made on this machine and left there: files, processes, containers, cgroups, mounts.

usage: python3 build/leftovers.py before FILE    records what is there already, once the engine runs
       python3 build/leftovers.py after FILE     names everything else of the tests' kinds; exit status 1 if there is any

A thing that is about to go has a few seconds for it. Whatever appears in those seconds counts as somebody else's, and
so does whatever goes. Another run of the tests on this machine at the same time can't be told from this one.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SETTLE_SECONDS = 5.0
PACE_SECONDS = 0.2
SHOWN = 20  # of each kind
LONGEST_LINE = 200

ROOT = Path(__file__).resolve().parent.parent
TEST_USER = os.environ.get("ISO_TEST_USER", "iso-test")

FILES = re.compile(
    r"codegen_|iso-|junit|jazzer|junixsocket|libjunixsocket|testcontainers|hs_err_pid|core\b"
)
# The scripts' own, which they remove when they end, and so after the look.
OF_SCRIPTS = re.compile(r"iso-[a-z-]+\.[0-9A-Za-z]{6}$")  # mktemp(1)
ENGINE_PROCESSES = re.compile(r"containerd|dockerd|runc|runsc|docker-")
# A fork server's directory, and what else bears the process id and start time of its JVM (OwnedName).
OWNED_NAME = re.compile(r"\biso-[0-9]+-[0-9]+-")
# Two user ids for each possible process id (LaunchSpec).
SANDBOX_UIDS = range(0x7F000000, 0x7F000000 + 2 * (1 << 22) + 2)
LABELS = ("io.isoruntime.", "org.testcontainers")
IMAGES_OF_TESTS = ("iso-docs-service", "iso-attack", "iso-test")
CONTAINER_CGROUP = re.compile(r"[0-9a-f]{64}")

Snapshot = dict[str, str]
"""What identifies a thing, and what it is, for people; the kind is before the first colon."""


# ---- what counts ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    started: str
    uid: int
    name: str
    state: str
    command: str


def counts(process: Process, test_uid: int | None) -> bool:
    """Whether it is one that the tests may have made.

    A dead orphan has nothing any more but its number, which process 1 frees when it looks after its children; not
    every container's does.
    """
    if process.state == "Z" and process.parent == 1:
        return False
    return (
        process.uid == test_uid
        or process.uid in SANDBOX_UIDS
        or ENGINE_PROCESSES.match(process.name) is not None
        or OWNED_NAME.search(process.command) is not None
        or (process.name == "java" and str(ROOT) in process.command)
    )


def added(before: Snapshot, now: Snapshot) -> Snapshot:
    return {key: what for key, what in now.items() if key not in before}


def remaining(left: Snapshot, now: Snapshot) -> Snapshot:
    """What is still there, as it is now."""
    return {key: now[key] for key in left if key in now}


def report(left: Snapshot) -> str:
    if not left:
        return "the tests left nothing behind"
    by_kind: dict[str, list[str]] = {}
    for what in left.values():
        by_kind.setdefault(what.partition(":")[0], []).append(what[:LONGEST_LINE])
    lines = [f"the tests left {len(left)} thing{'s' * (len(left) != 1)} behind:"]
    for kind, things in sorted(by_kind.items()):
        lines += sorted(things)[:SHOWN]
        if len(things) > SHOWN:
            lines.append(f"{kind}: {len(things) - SHOWN} more")
    return "\n  ".join(lines)


def settle(before: Snapshot, look: Callable[[], Snapshot], is_over: Callable[[], bool]) -> Snapshot:
    """What is new and stays until the time is over."""
    left = added(before, look())
    while left and not is_over():
        left = remaining(left, look())
    return left


# ---- what is there -------------------------------------------------------------------------------------------------


def uid_of(user: str) -> int | None:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None


def files(test_uid: int | None) -> Iterator[tuple[str, str]]:
    """In the temporary directory: those with a name that tests give, and all of the tests' user."""
    for directory in sorted({tempfile.gettempdir(), "/tmp"}):
        for entry in os.scandir(directory):
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            named = FILES.match(entry.name) and not OF_SCRIPTS.match(entry.name)
            theirs = status.st_uid == test_uid and not entry.name.startswith("hsperfdata_")
            if named or theirs:
                kind = "directory" if entry.is_dir(follow_symlinks=False) else "file"
                made = time.strftime("%H:%M:%S", time.localtime(status.st_mtime))
                yield entry.path, f"{kind}: {entry.path}, last changed at {made}"


def processes(test_uid: int | None) -> Iterator[tuple[str, str]]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            process = read_process(Path("/proc", name))
            if process is not None and counts(process, test_uid):
                what = process.command or f"[{process.name}] ({process.state})"
                yield (
                    f"process {process.pid} {process.started}",
                    f"process: {process.pid}, user id {process.uid}, child of {process.parent}: {what}",
                )


def read_process(directory: Path) -> Process | None:
    try:
        uid = directory.stat().st_uid
        stat = (directory / "stat").read_text(errors="replace")
        words = (directory / "cmdline").read_bytes().replace(b"\0", b" ").split()
        command = b" ".join(words).decode(errors="replace")
        working = os.readlink(directory / "cwd") if os.path.lexists(directory / "cwd") else ""
    except (FileNotFoundError, ProcessLookupError):
        return None
    except PermissionError:
        working = ""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    fields = rest.split()  # proc(5): from the third, the state, on
    if OWNED_NAME.search(working):
        command = f"{command} in {working}"
    return Process(int(directory.name), int(fields[1]), fields[19], uid, name, fields[0], command)


def cgroups(containers: set[str]) -> Iterator[tuple[str, str]]:
    """Sandboxes', delegated ones, and those of containers that the engine no longer has."""
    for top, directories, _ in os.walk("/sys/fs/cgroup"):
        for name in directories:
            sandbox = name.startswith("iso-") and not OF_SCRIPTS.match(name)
            container = CONTAINER_CGROUP.fullmatch(name) and name not in containers
            if sandbox or container:
                path = os.path.join(top, name)
                yield path, f"cgroup: {path}"


def mounts() -> Iterator[tuple[str, str]]:
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        fields = line.split(" ")
        kind = fields[fields.index("-") + 1]
        yield f"mount {fields[4]}", f"mount: {fields[4]}, {kind}"


def users() -> Iterator[tuple[str, str]]:
    for user in pwd.getpwall():
        if user.pw_name.startswith("iso-"):
            yield f"user {user.pw_name}", f"user: {user.pw_name}"


def docker(*arguments: str) -> list[str]:
    """The lines that the engine's client prints; none if no engine answers."""
    try:
        done = subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def containers() -> Iterator[tuple[str, str, bool]]:
    """Of all containers the id, what it is, and whether it is one of the tests'."""
    form = "{{.ID}}\t{{.Image}}\t{{.Names}}\t{{.Status}}\t{{.Labels}}"
    for line in docker("ps", "--all", "--no-trunc", "--format", form):
        identity, image, name, status, labels = line.split("\t")
        ours = any(label in labels for label in LABELS) or image.startswith(IMAGES_OF_TESTS)
        yield identity, f"container: {name} ({identity[:12]}) of {image}, {status}", ours


def images() -> Iterator[tuple[str, str]]:
    for name in docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}"):
        if name.startswith(IMAGES_OF_TESTS):
            yield f"image {name}", f"image: {name}"


def look() -> Snapshot:
    test_uid = uid_of(TEST_USER)
    known = list(containers())
    found: Snapshot = {identity: what for identity, what, ours in known if ours}
    found.update(images())
    found.update(files(test_uid))
    found.update(processes(test_uid))
    found.update(cgroups({identity for identity, _, _ in known}))
    found.update(mounts())
    found.update(users())
    return found


# ---- the command ---------------------------------------------------------------------------------------------------


def look_again() -> Snapshot:
    time.sleep(PACE_SECONDS)  # the end of others' things is no event
    return look()


def main(when: str, file: str) -> int:
    if when == "before":
        Path(file).write_text(json.dumps(look(), indent=1))
        return 0
    until = time.monotonic() + SETTLE_SECONDS
    before: Snapshot = json.loads(Path(file).read_text())
    left = settle(before, look_again, lambda: time.monotonic() > until)
    print(report(left))
    return 1 if left else 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("before", "after"):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
