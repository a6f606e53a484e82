"""The walk on hostile trees, on a directory of this host; what needs a tmpfs of its own is tested end to end."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import unittest
from typing import Any, Dict, List, Tuple
from unittest import mock

import driver  # noqa: F401
from iso_init import frames, unpack, walk
from iso_init.channels import Channel

LIMITS = {"maxFiles": 1000, "maxBytes": 1 << 30, "maxFileBytes": 1 << 30}


class Tree(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.out = temporary.name + "/out"
        os.mkdir(self.out)
        self.workspace = os.open(temporary.name, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, self.workspace)

    def make(self, name: str, data: bytes = b"x") -> str:
        path = os.path.join(self.out, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def collect(
        self, placed: Dict[str, List[int]] = {}, **limits: int
    ) -> Tuple[int, Dict[str, bytes], Dict[str, str]]:
        readable, writable = os.pipe()
        received = bytearray()

        def drain() -> None:
            while True:
                piece = os.read(readable, 1 << 16)
                if not piece:
                    return
                received.extend(piece)

        thread = threading.Thread(target=drain)
        thread.start()
        try:
            status = walk.main(
                self.workspace, Channel(-1, writable), {**LIMITS, **limits}, placed, None
            )
        finally:
            os.close(writable)
            thread.join()
            os.close(readable)
        files: Dict[str, bytes] = {}
        rejected: Dict[str, str] = {}
        current: Any = None
        kinds = (frames.FILE, frames.FILE_DATA, frames.REJECTED, frames.USAGE)
        every = dict.fromkeys(kinds, frames.MAX_FRAME)
        self.signs = 0
        for kind, payload in frames.Decoder(every).feed(bytes(received)):
            if kind == frames.FILE_DATA:
                files[current["path"]] += payload
                continue
            if kind == frames.USAGE:
                self.signs += 1
                continue
            current = json.loads(payload)
            if kind == frames.FILE:
                files[current["path"]] = b""
            else:
                rejected[current["path"]] = current["reason"]
        return status, files, rejected

    def test_nested_files_come_with_their_bytes(self) -> None:
        self.make("a", b"1" * 600_000)
        self.make("b/c/d.txt", b"")
        status, files, rejected = self.collect()
        self.assertEqual((status, rejected), (walk.COMPLETE, {}))
        self.assertEqual(files, {"a": b"1" * 600_000, "b/c/d.txt": b""})

    def test_a_long_walk_that_tells_nothing_still_gives_signs_of_life(self) -> None:
        for index in range(20):
            os.makedirs(f"{self.out}/{index}/empty")
        with mock.patch.object(walk, "SIGN_SECONDS", 0.0):
            status, files, rejected = self.collect()
        self.assertEqual((status, files, rejected), (walk.COMPLETE, {}, {}))
        self.assertGreaterEqual(self.signs, 20)

    def test_links_fifos_and_sockets_are_named_and_never_opened(self) -> None:
        os.symlink("/etc/passwd", self.out + "/link")
        os.symlink("/etc", self.out + "/directory")
        os.mkfifo(self.out + "/fifo")
        _, files, rejected = self.collect()
        self.assertEqual(files, {})
        self.assertEqual(
            rejected, {"link": "symbolic link", "directory": "symbolic link", "fifo": "FIFO"}
        )

    def test_another_file_system_is_refused(self) -> None:
        self.make("sub/x")
        real = os.stat

        def other(path: Any, **options: Any) -> os.stat_result:
            status = real(path, **options)
            return os.stat_result([*status[:2], -1, *status[3:]]) if path == "sub" else status

        with mock.patch("os.stat", other):
            _, files, rejected = self.collect()
        self.assertEqual((files, rejected), ({}, {"sub": "on another file system"}))

    def test_each_hard_linked_file_comes_once(self) -> None:
        os.link(self.make("one"), self.out + "/two")
        _, files, rejected = self.collect()
        self.assertEqual(len(files), 1)
        self.assertEqual(list(rejected.values()), ["hard link to " + next(iter(files))])

    def test_depth_is_bounded(self) -> None:
        descriptor = os.open(self.out, os.O_RDONLY)
        for _ in range(2000):
            os.mkdir("d", dir_fd=descriptor)
            below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        os.close(descriptor)
        _, files, rejected = self.collect()
        self.assertEqual(list(rejected.values()), ["more than 64 directories deep"])
        subprocess.run(["rm", "-rf", self.out + "/d"], check=True)  # Python's own would recurse

    def test_rejections_are_bounded_and_said_to_be(self) -> None:
        for number in range(1100):
            os.symlink("x", f"{self.out}/{number}")
        status, _, rejected = self.collect()
        self.assertEqual((status, len(rejected)), (walk.TRUNCATED, 1000))

    def test_entries_are_bounded(self) -> None:
        for number in range(20):
            self.make(str(number))
        with mock.patch.object(walk, "MAX_ENTRIES", 10):
            status, files, _ = self.collect()
        self.assertEqual((status, len(files)), (walk.TRUNCATED, 10))

    def test_limits_count_files_bytes_and_the_apparent_size(self) -> None:
        with open(self.out + "/sparse", "wb") as file:
            file.truncate(1 << 40)
        self.make("small", b"1234")
        _, files, rejected = self.collect(maxFileBytes=100)
        self.assertEqual(files, {"small": b"1234"})
        self.assertTrue(rejected["sparse"].startswith("artifact limit: 1099511627776 bytes"))
        self.assertEqual(self.collect(maxFiles=0)[1], {})
        self.assertEqual(self.collect(maxBytes=3)[1], {})

    def test_names_that_could_deceive_are_escaped(self) -> None:
        for name in (b"\xff", b"a\nb", b"\x1b[2J", b"a\\b", "\u202egpj.exe".encode()):
            with open(os.path.join(os.fsencode(self.out), name), "wb"):
                pass
        _, files, rejected = self.collect()
        self.assertEqual(files, {})
        self.assertEqual(
            sorted(rejected), sorted(["\\xff", "a\\nb", "\\x1b[2J", "a\\b", "\\u202egpj.exe"])
        )
        self.assertTrue(all(path.isprintable() for path in rejected))

    def test_only_what_changed_of_the_inputs_comes_back(self) -> None:
        kept, changed = self.make("kept"), self.make("sub/changed")
        self.make("replaced")
        placed = unpack.placed(self.out)
        self.assertEqual(sorted(placed), ["kept", "replaced", "sub/changed"])
        with open(changed, "ab") as file:
            file.write(b"y")
        os.rename(self.out + "/replaced", self.out + "/renamed")
        os.utime(kept, ns=(0, placed["kept"][2]))
        _, files, _ = self.collect(placed)
        self.assertEqual(files, {"sub/changed": b"xy", "renamed": b"x"})

    def test_out_that_is_missing_a_file_or_a_link_is_reported(self) -> None:
        os.rmdir(self.out)
        self.assertEqual(self.collect()[2], {"": "No such file or directory"})
        os.symlink("/etc", self.out)
        self.assertEqual(self.collect()[2], {"": "symbolic link"})
        os.unlink(self.out)
        with open(self.out, "w"):
            pass
        self.assertEqual(self.collect()[2], {"": "out/ is no directory"})


if __name__ == "__main__":
    unittest.main()
