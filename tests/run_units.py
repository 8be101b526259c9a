#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the unit tests of one build folder with CTest and counts test cases, not programs.

usage: tests/run_units.py BUILD_FOLDER TALLY_FILE
"""

import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

DOCTEST_LINE = re.compile(r"test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed")


def cases_of(program):
    """(passed, failed) of one test program; one that died before it could count is one failure."""
    broken = program.get("status") != "run"
    output = re.sub(r"\x1b\[[0-9;]*m", "", program.findtext("system-out") or "")
    counted = DOCTEST_LINE.search(output)
    if not counted:
        return (0, 1) if broken else (1, 0)
    passed, failed = (int(number) for number in counted.groups())
    return passed, max(failed, 1) if broken else failed


def main():
    build, tally = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "junit.xml")
        jobs = os.environ.get("RF_JOBS") or str(os.cpu_count())
        code = subprocess.run(["ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error", "-j", jobs,
                               "--test-output-size-passed", "1000000", "--output-junit", report]).returncode
        counts = [cases_of(program) for program in xml.parse(report).getroot().iter("testcase")]
    with open(tally, "a", encoding="ascii") as lines:
        print(sum(passed for passed, _ in counts), sum(failed for _, failed in counts), file=lines)
    return code


if __name__ == "__main__":
    sys.exit(main())
