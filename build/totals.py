"""Adds up what the test runners counted and closes ./check with one plain line.

Called with the output of unittest and the names of the phases that failed. The exit status is 0 only if at least one
test ran, none failed, no phase failed and, with ISO_MUST_WORK, none was skipped: a skipped test proves nothing.
"""

import os
import re
import sys
import xml.etree.ElementTree
from pathlib import Path


def surefire() -> tuple[int, int, int]:
    """Tests, failures and skips of all modules, on every JDK they ran on."""
    tests = failed = skipped = 0
    for report in Path(".").glob("*/target/surefire-reports*/TEST-*.xml"):
        suite = xml.etree.ElementTree.parse(report).getroot().attrib
        tests += int(suite["tests"])
        failed += int(suite["failures"]) + int(suite["errors"])
        skipped += int(suite["skipped"])
    return tests, failed, skipped


def unittest(output: Path) -> tuple[int, int, int]:
    text = output.read_text() if output.exists() else ""

    def count(pattern: str) -> int:
        return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))

    failed = count(r"^FAILED .*failures=(\d+)") + count(r"^FAILED .*errors=(\d+)")
    return count(r"^Ran (\d+) test"), failed, count(r"^(?:OK|FAILED) .*skipped=(\d+)")


def main(output: str, *failed_phases: str) -> int:
    tests, failed, skipped = (a + b for a, b in zip(surefire(), unittest(Path(output))))
    passed = tests - failed - skipped
    status = 0
    if tests == 0:
        print("no test ran")
        status = 1
    if skipped and os.environ.get("ISO_MUST_WORK"):
        print("tests were skipped although ISO_MUST_WORK is set")
        status = 1
    if failed or failed_phases:
        status = 1
    # A phase without tests of its own (format, types, compilation) counts as one failure, so that the line can't
    # look clean beside a failed exit status.
    print(f"{passed} passed, {max(failed, len(failed_phases))} failed, {skipped} skipped")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
