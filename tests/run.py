#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the Python tests of one or more folders below tests/, and says how many passed and failed.

usage: tests/run.py [--tally FILE] [--no-skips] [--long] [-k PATTERN] FOLDER...

Each test is one line: its result, its time, its name. --tally appends "passed failed" to FILE for ./dev test; with
--no-skips a test that skips itself has failed.
"""

import argparse
import os
import pathlib
import sys
import time
import unittest

TESTS = pathlib.Path(__file__).resolve().parent


class OneLineEach(unittest.TestResult):
    """Prints a line when a test ends, and the reasons of failures at once."""

    def __init__(self, no_skips):
        super().__init__()
        self.passed = 0
        self.no_skips = no_skips
        self._began = time.monotonic()

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def _line(self, word, test):
        name = test.shortDescription() or str(test)
        print(f"{word:7} {time.monotonic() - self._began:7.1f} s  {name}", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self._line("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line("FAILED" if self.no_skips else "skipped", test)
        print(f"    skipped: {reason}", flush=True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._explain(test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._explain(test, self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._explain(subtest, (self.failures if issubclass(err[0], test.failureException) else self.errors)[-1][1])

    def _explain(self, test, reason):
        self._line("FAILED", test)
        print("".join(f"    {line}\n" for line in reason.splitlines()), flush=True)

    @property
    def failed(self):
        return len(self.failures) + len(self.errors) + (len(self.skipped) if self.no_skips else 0)


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("--tally")
    arguments.add_argument("--no-skips", action="store_true")
    arguments.add_argument("--long", action="store_true")
    arguments.add_argument("-k", dest="pattern")
    arguments.add_argument("folders", nargs="+")
    given = arguments.parse_args()

    os.environ["RF_LONG"] = "1" if given.long else ""
    sys.path.insert(0, str(TESTS))
    loader = unittest.TestLoader()
    if given.pattern:
        loader.testNamePatterns = [f"*{given.pattern}*"]

    result = OneLineEach(given.no_skips)
    for folder in given.folders:
        loader.discover(str(TESTS / folder), pattern="test_*.py", top_level_dir=str(TESTS)).run(result)
    if given.tally:
        with open(given.tally, "a", encoding="ascii") as tally:
            print(result.passed, result.failed, file=tally)
    if result.skipped or not given.tally:
        print(f"{result.passed} passed, {result.failed} failed, {len(result.skipped)} skipped", flush=True)
    if not result.testsRun:
        sys.exit(f"run.py: no test of {', '.join(given.folders)} has {given.pattern!r} in its name")
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main())
