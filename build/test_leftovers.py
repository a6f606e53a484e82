"""python3 -m unittest discover -s build"""

from __future__ import annotations

import unittest
from collections.abc import Callable, Iterator

from leftovers import ROOT, Process, Snapshot, counts, report, settle

TEST_UID = 999


def process(
    uid: int = 0,
    name: str = "python3",
    command: str = "python3 tool.py",
    state: str = "S",
    parent: int = 42,
) -> Process:
    return Process(1234, parent, "5678", uid, name, state, command)


def looks(*snapshots: Snapshot) -> Callable[[], Snapshot]:
    following: Iterator[Snapshot] = iter(snapshots)
    return lambda: next(following)


def never() -> bool:
    return False


class WhatStays(unittest.TestCase):
    def test_a_thing_that_was_there_before_is_not_the_tests(self) -> None:
        self.assertEqual({}, settle({"/tmp/iso-1": "directory"}, looks({"/tmp/iso-1": "x"}), never))

    def test_a_thing_that_is_about_to_go_is_waited_for(self) -> None:
        there: Snapshot = {"a": "process: 7"}
        self.assertEqual({}, settle({}, looks(there, there, {}), never))

    def test_a_thing_that_appears_while_others_settle_is_not_the_tests(self) -> None:
        later: Snapshot = {"b": "process: 8"}
        self.assertEqual({}, settle({}, looks({"a": "process: 7"}, later), never))

    def test_a_thing_that_stays_until_the_time_is_over_is_left_as_it_is_then(self) -> None:
        ends = iter((False, True))
        first: Snapshot = {"a": "process: 7 java", "b": "process: 8"}
        self.assertEqual(
            {"a": "process: 7 [java] (Z)"},
            settle({}, looks(first, {"a": "process: 7 [java] (Z)"}), lambda: next(ends)),
        )


class WhatCounts(unittest.TestCase):
    def test_processes_that_only_tests_have_count(self) -> None:
        for one in (
            process(uid=TEST_UID),
            process(uid=0x7F000000 + 2 * 4711 + 1),
            process(name="containerd-shim", command="/usr/bin/containerd-shim-runc-v2 -id 1"),
            process(name="runsc-gofer"),
            process(command="python3 -I -S -c boot in /tmp/iso-12-3456-789"),
            process(name="java", command=f"java -cp {ROOT}/target/classes Main"),
            process(uid=TEST_UID, state="Z", command=""),
        ):
            self.assertTrue(counts(one, TEST_UID), one)

    def test_processes_of_others_do_not_count(self) -> None:
        for one in (
            process(),
            process(uid=1000),
            process(name="java", command="java -jar /opt/editor.jar"),
            process(uid=TEST_UID, name="runsc", state="Z", command="", parent=1),
            process(name="vi", command=f"vi {ROOT}/README.md"),
        ):
            self.assertFalse(counts(one, TEST_UID), one)

    def test_without_the_tests_user_root_is_not_taken_for_it(self) -> None:
        self.assertFalse(counts(process(uid=0), None))


class WhatIsSaid(unittest.TestCase):
    def test_nothing_left_is_one_line(self) -> None:
        self.assertEqual("the tests left nothing behind", report({}))

    def test_each_thing_is_named(self) -> None:
        self.assertEqual(
            "the tests left 2 things behind:\n  directory: /tmp/codegen_1\n  mount: /mnt, tmpfs",
            report({"b": "mount: /mnt, tmpfs", "a": "directory: /tmp/codegen_1"}),
        )

    def test_of_many_things_of_a_kind_the_rest_is_counted(self) -> None:
        said = report({str(i): f"directory: /tmp/{i:03}" for i in range(50)} | {"u": "user: iso-x"})
        self.assertIn("directory: /tmp/019\n  directory: 30 more\n  user: iso-x", said)


if __name__ == "__main__":
    unittest.main()
