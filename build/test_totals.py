"""Tests of totals.py."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path

import totals

SUITE = """<testsuite name="io.isoruntime.SomeTest" time="1,061.5" tests="3" failures="1" errors="0" skipped="1">
<testcase classname="SomeTest" name="holds"/>
<testcase classname="SomeTest" name="breaks"><failure>expected: 1</failure></testcase>
<testcase classname="SomeTest" name="isLeftOut"><skipped/></testcase>
</testsuite>"""


class TotalsTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.root)
        self.write("lane", "plain 1300")
        self.write("phases", "1290\tok\tbuild and tests\n")

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def closing(self, *failed_phases: str) -> tuple[int, list[str]]:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = totals.main(str(self.root), *failed_phases)
        return status, output.getvalue().splitlines()

    def test_a_failed_test_is_shown_and_counted(self) -> None:
        self.write("module/target/surefire-reports/TEST-a.xml", SUITE)
        status, lines = self.closing()
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed, 1 skipped"))
        self.assertIn("    expected: 1", lines)

    def test_a_failed_phase_without_tests_counts_as_a_failure(self) -> None:
        self.write("unittest", "Ran 5 tests in 1 s\n\nOK\n")
        status, lines = self.closing("Java format")
        self.assertEqual((status, lines[-1]), (1, "5 passed, 1 failed, 0 skipped"))

    def test_a_run_without_tests_fails(self) -> None:
        status, lines = self.closing()
        self.assertEqual((status, lines[-2]), (1, "no test ran"))

    def test_phases_and_the_slowest_classes_are_listed(self) -> None:
        self.write("module/target/surefire-reports-17/TEST-a.xml", SUITE)
        lines = self.closing()[1]
        self.assertIn("   1290 s  ok      build and tests", lines)
        self.assertIn("   1061.5 s     3 tests  SomeTest", lines)

    def test_a_lane_and_a_class_over_their_budgets_are_named_and_do_not_fail(self) -> None:
        slow = totals.Class(61.0, 1, "SlowTest", "surefire-reports")
        quick = totals.Class(59.0, 1, "QuickTest", "surefire-reports")
        budgets = {"lanes": {"plain": 1200, "long": 100}, "class": 60}
        self.assertEqual(
            totals.over_budget("plain", 1300, [quick, slow], budgets),
            [
                "over budget: the lane took 1300 s of 1200 s",
                "over budget: SlowTest took 61 s of 60 s (surefire-reports)",
            ],
        )
        self.assertEqual(totals.over_budget("long", 100, [slow], budgets), [])

    def test_every_lane_has_a_budget(self) -> None:
        usage = (Path(totals.__file__).parent.parent / "check").read_text()
        for lane in json.loads((Path(totals.__file__).parent / "budgets.json").read_text())["lanes"]:
            if lane != "plain":
                self.assertIn(f"  --{lane} ", usage)


if __name__ == "__main__":
    unittest.main()
