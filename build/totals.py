"""Adds up what the test runners counted, tells again what failed, and closes ./check with one plain line.

Called with the output of unittest and the names of the phases that failed. The exit status is 0 only if at least one
test ran, none failed, no phase failed and, with ISO_MUST_WORK, none was skipped: a skipped test proves nothing.
"""

from __future__ import annotations

import os
import re
import sys
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

TOLD_LINES = 25  # of a failure; all of it is in the log above and in the reports
LONGEST_LINE = 300


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


def surefire() -> Tests:
    """Of all modules, on every JDK they ran on."""
    tests = Tests()
    for report in sorted(Path(".").glob("*/target/surefire-reports*/TEST-*.xml")):
        root = xml.parse(report).getroot()
        tests.count += int(root.attrib["tests"])
        tests.failed += int(root.attrib["failures"]) + int(root.attrib["errors"])
        for case in root.iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')} ({report.parent.name})"
            if case.find("skipped") is not None:
                tests.skipped.append(name)
            for kind in ("failure", "error"):
                tests.failures += [f"{name}\n{of.text or ''}" for of in case.findall(kind)]
    return tests


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


def shortened(failure: str) -> str:
    lines = [line[:LONGEST_LINE] for line in failure.strip().splitlines()]
    return "\n    ".join(lines[:TOLD_LINES] + ["…"] * (len(lines) > TOLD_LINES))


def main(output: str, *failed_phases: str) -> int:
    tests = surefire()
    tests.add(unittest(Path(output)))
    status = 0
    if tests.failures:
        print("failed:", *map(shortened, tests.failures), sep="\n  ")
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
