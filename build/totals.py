"""Adds up what the test runners counted and closes ./check with one plain line.

Called with the output of unittest and the names of the phases that failed. The exit status is 0 only if at least one
test ran, none failed, no phase failed and, with ISO_MUST_WORK, none was skipped: a skipped test proves nothing.
"""

import os
import re
import sys
import xml.etree.ElementTree
from pathlib import Path


def surefire() -> tuple[int, int, list[str]]:
    """Tests, failures and the names of the skipped, of all modules, on every JDK they ran on."""
    tests = failed = 0
    skipped = []
    for report in Path(".").glob("*/target/surefire-reports*/TEST-*.xml"):
        root = xml.etree.ElementTree.parse(report).getroot()
        tests += int(root.attrib["tests"])
        failed += int(root.attrib["failures"]) + int(root.attrib["errors"])
        skipped += [
            f"{case.get('classname')}.{case.get('name')}"
            for case in root.iter("testcase")
            if case.find("skipped") is not None
        ]
    return tests, failed, skipped


def unittest(output: Path) -> tuple[int, int, list[str]]:
    """The same, of output that was asked to name each test."""
    text = output.read_text() if output.exists() else ""

    def count(pattern: str) -> int:
        return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))

    failed = count(r"^FAILED .*failures=(\d+)") + count(r"^FAILED .*errors=(\d+)")
    skipped = re.findall(r"^(\S+ \S+)(?:\n.*)?? \.\.\. skipped", text, re.MULTILINE)
    unnamed = count(r"^(?:OK|FAILED) .*skipped=(\d+)") - len(skipped)
    return count(r"^Ran (\d+) test"), failed, skipped + ["an unnamed one"] * unnamed


def main(output: str, *failed_phases: str) -> int:
    in_java, in_python = surefire(), unittest(Path(output))
    tests, failed = in_java[0] + in_python[0], in_java[1] + in_python[1]
    skipped = in_java[2] + in_python[2]
    passed = tests - failed - len(skipped)
    status = 0
    if tests == 0:
        print("no test ran")
        status = 1
    if skipped and os.environ.get("ISO_MUST_WORK"):
        print("skipped although ISO_MUST_WORK is set:", *skipped, sep="\n  ")
        status = 1
    if failed or failed_phases:
        status = 1
    # A phase without tests of its own (format, types, compilation) counts as one failure, so that the line can't
    # look clean beside a failed exit status.
    print(f"{passed} passed, {max(failed, len(failed_phases))} failed, {len(skipped)} skipped")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
