"""The file protocol of cgroups, on directories that imitate them; the kernel's own v1 is tested end to end."""

from __future__ import annotations

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import driver  # noqa: F401
from iso_init import cgroups
from iso_init.failure import SetupError


class CgroupFiles(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.group = Path(temporary.name) / "group"
        self.group.mkdir()
        self.procs = self.group / "cgroup.procs"
        self.procs.write_text("")

    def test_a_process_is_moved_by_its_pid(self) -> None:
        cgroups.move(42, [str(self.group)])
        self.assertEqual(self.procs.read_text(), "42")

    def test_a_missing_cgroup_is_a_setup_error_that_names_it(self) -> None:
        with self.assertRaises(SetupError) as caught:
            cgroups.move(42, [str(self.group / "none")])
        self.assertEqual(
            (caught.exception.code, caught.exception.errno), ("ISO-CGROUPS-UNAVAILABLE", 2)
        )
        self.assertIn("none/cgroup.procs", caught.exception.step)

    def test_killing_uses_cgroup_kill_where_there_is_one_and_signals_too(self) -> None:
        with subprocess.Popen(["sleep", "60"]) as process:
            self.procs.write_text(f"{process.pid}\n")
            (self.group / "cgroup.kill").write_text("")
            self.assertFalse(cgroups.kill([str(self.group), str(self.group / "none")]))
            self.assertEqual(process.wait(), -9)
        self.assertEqual((self.group / "cgroup.kill").read_text(), "1")
        self.procs.write_text("")
        self.assertTrue(cgroups.kill([str(self.group)]))

    def test_removal_goes_on_past_what_is_gone(self) -> None:
        self.procs.unlink()
        cgroups.remove([str(self.group / "none"), str(self.group)], lambda: False)
        self.assertFalse(self.group.exists())
        self.assertTrue(os.path.exists(self.group.parent))


if __name__ == "__main__":
    unittest.main()
