"""Closes ./check: phases, the slowest classes, what is over its budget, what failed, and one plain line.

Called with the directory of ./check's notes and the names of the phases that failed. The notes are `unittest`, the
output of unittest; `phases`, a line of seconds, status and name for each phase; `lane`, the lane and its seconds. The
exit status is 0 only if at least one test ran, none failed, no phase failed and, with ISO_MUST_WORK, none was skipped:
a skipped test proves nothing.
"""

from __future__ import annotations

import json
import os
import re
import sys
import xml.etree.ElementTree as xml
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHOWN_LINES = 25  # of a failure; all of it is in the log above and in the reports
LONGEST_LINE = 300
SLOWEST = 20


@dataclass
class Tests:
    count: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def add(self, other: Tests) -> None:
        self.count += other.count
        self.failed += other.failed
        self.failures += other.failures
        self.skipped += other.skipped


@dataclass(frozen=True, order=True)
class Class:
    """A test class in the run of one JDK."""

    seconds: float
    tests: int
    name: str
    run: str


@dataclass(frozen=True)
class Phase:
    seconds: int
    status: str
    name: str


def reports(root: Path) -> Iterable[Path]:
    """Of all modules, on every JDK they ran on."""
    return sorted(root.glob("*/target/surefire-reports*/TEST-*.xml"))


def surefire(root: Path) -> tuple[Tests, list[Class]]:
    tests = Tests()
    classes = []
    for report in reports(root):
        suite = xml.parse(report).getroot()
        count = int(suite.attrib["tests"])
        tests.count += count
        tests.failed += int(suite.attrib["failures"]) + int(suite.attrib["errors"])
        seconds = float(suite.attrib["time"].replace(",", ""))
        classes.append(Class(seconds, count, suite.attrib["name"].removeprefix("io.isoruntime."), report.parent.name))
        for case in suite.iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')} ({report.parent.name})"
            if case.find("skipped") is not None:
                tests.skipped.append(name)
            for kind in ("failure", "error"):
                tests.failures += [f"{name}\n{of.text or ''}" for of in case.findall(kind)]
    return tests, classes


def unittest(output: Path) -> Tests:
    """Of output that was asked to name each test."""
    text = output.read_text() if output.exists() else ""

    def count(pattern: str) -> int:
        return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))

    skipped = re.findall(r"^(\S+ \S+)(?:\n.*)?? \.\.\. skipped", text, re.MULTILINE)
    unnamed = count(r"^(?:OK|FAILED) .*skipped=(\d+)") - len(skipped)
    return Tests(
        count(r"^Ran (\d+) test"),
        count(r"^FAILED .*failures=(\d+)") + count(r"^FAILED .*errors=(\d+)"),
        re.findall(r"^={70}\n((?:FAIL|ERROR): (?s:.*?))(?=^={70}$|^-{70}\nRan )", text, re.MULTILINE),
        skipped + ["an unnamed one"] * unnamed,
    )


def phases(notes: Path) -> list[Phase]:
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [
        Phase(int(seconds), status, name) for seconds, status, name in (line.split("\t", 2) for line in lines)
    ]


def slowest(classes: list[Class]) -> list[str]:
    """The slowest classes of each JDK."""
    lines = []
    for run in sorted({one.run for one in classes}):
        of_run = sorted((one for one in classes if one.run == run), reverse=True)
        total = sum(one.seconds for one in of_run)
        lines.append(f"the slowest of {len(of_run)} test classes, {total:.0f} s in all ({run}):")
        lines += [f"  {one.seconds:7.1f} s {one.tests:5d} tests  {one.name}" for one in of_run[:SLOWEST]]
    return lines


def over_budget(lane: str, seconds: int, classes: list[Class], budgets: dict[str, Any]) -> list[str]:
    """What took longer than it may on two cores that do nothing else; named, but no failure: a host may be slow."""
    lines = []
    allowed = budgets["lanes"][lane]
    if seconds > allowed:
        lines.append(f"over budget: the lane took {seconds} s of {allowed} s")
    if lane == "plain":
        lines += [
            f"over budget: {one.name} took {one.seconds:.0f} s of {budgets['class']} s ({one.run})"
            for one in sorted(classes, reverse=True)
            if one.seconds > budgets["class"]
        ]
    return lines


def shortened(failure: str) -> str:
    lines = [line[:LONGEST_LINE] for line in failure.strip().splitlines()]
    return "\n    ".join(lines[:SHOWN_LINES] + ["…"] * (len(lines) > SHOWN_LINES))


def main(directory: str, *failed_phases: str) -> int:
    notes = Path(directory)
    tests, classes = surefire(Path("."))
    tests.add(unittest(notes / "unittest"))
    lane, seconds = (notes / "lane").read_text().split()
    budgets = json.loads((Path(__file__).parent / "budgets.json").read_text())
    status = 0
    print(*slowest(classes), sep="\n")
    print("phases:")
    for phase in phases(notes / "phases"):
        print(f"  {phase.seconds:5d} s  {phase.status:6s}  {phase.name}")
    print(f"the lane {lane} took {seconds} s")
    for line in over_budget(lane, int(seconds), classes, budgets):
        print(line)
    if tests.failures:
        print("failed:", *map(shortened, tests.failures), sep="\n  ")
    for name in failed_phases:
        print(f"failed phase: {name}")
    if tests.count == 0:
        print("no test ran")
        status = 1
    if tests.skipped and os.environ.get("ISO_MUST_WORK"):
        print("skipped although ISO_MUST_WORK is set:", *tests.skipped, sep="\n  ")
        status = 1
    if tests.failed or failed_phases:
        status = 1
    passed = tests.count - tests.failed - len(tests.skipped)
    # A phase without tests of its own (format, types, compilation) counts as one failure, so that the line can't
    # look clean beside a failed exit status.
    failed = max(tests.failed, len(failed_phases))
    print(f"{passed} passed, {failed} failed, {len(tests.skipped)} skipped")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
