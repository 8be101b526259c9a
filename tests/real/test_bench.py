# SPDX-License-Identifier: Apache-2.0
"""The benchmarks drive this program as it stands: targets and runners, in small loads that measure nothing."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from real.server import BINARY, ROOT


# Why a measurement may be invalid on a machine that has no time for it; everything else is a defect.
OF_THE_MACHINE = ("commits a second instead of", "of the calls it was to have", "the generators stood still")


def output(script, *words, may_be_invalid=False):
    """What a script of bench/ printed, its results kept out of the folder of measurements."""
    with tempfile.TemporaryDirectory() as results:
        made = subprocess.run([sys.executable, ROOT / "bench" / script, *words], text=True, timeout=120,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "RF_BINARY": str(ROOT / BINARY), "BENCH_RESULTS": results,
                                   "BENCH_NET": f"127.{os.getpid() % 251 + 2}.77"})
    if made.returncode and not may_be_invalid:
        raise AssertionError(f"bench/{script} failed:\n{made.stdout[-2000:]}{made.stderr[-2000:]}")
    return made.stdout


def run(script, *words):
    """The rows that a runner printed for this program."""
    return [json.loads(line) for line in output(script, "ringfence", *words).splitlines()]


class TheHarness(unittest.TestCase):
    def test_calls_pass_through_the_proxy_target(self):
        """the proxy target of the harness carries calls from one peer to another"""
        (row,) = run("run_proxy.py", "proxy", "--rate", "100", "--calls", "200", "--reps", "1")
        self.assertEqual((row["ok"], row["failed"]), (200, 0))
        self.assertIn("sip.listen=", row["options"])
        self.assertIn("--transit yes", row["options"])
        self.assertGreater(row["sut_cpu_s"], 0)

    def test_users_register_and_are_found(self):
        """the registrar target of the harness registers with digest, relays to who is there and answers 480 for who is not"""
        (row,) = run("run_registrar.py", "users", "--contacts", "600", "--warm", "300", "--settle", "0.1", "--lookups", "200",
                     "--window", "8")
        self.assertEqual((row["ok"], row["fail"]), (300, 0))
        self.assertEqual(row["absent_right"], [200, 200, 200])
        self.assertEqual(row["present_right"], [200, 200, 200])

    def test_calls_are_held(self):
        """the harness holds calls, and hangs all of them up"""
        (row,) = run("run_hold.py", "--calls", "50", "--rate", "50", "--warm", "10", "--quiet", "4")
        self.assertEqual((row["held"], row["ok"], row["failed"]), (50, 50, 0))

    def test_the_directory_changes_during_calls(self):
        """the benchmark of the directory imports, starts again, calls and commits, and nothing fails or is lost"""
        told = output("run_directory.py", "--subscribers", "600", "--rate", "50", "--commits", "40", "--rounds", "1",
                      "--seconds", "3", "--probes", "4", may_be_invalid=True)
        faults = [line for line in told.splitlines() if "not valid:" in line]
        self.assertEqual([each for each in faults if not any(reason in each for reason in OF_THE_MACHINE)], [])
        self.assertIn("directory of 600 subscribers", told)
        self.assertRegex(told, r"from the acknowledgement to its effect +median [\d.]+ ms, .*, 4 changes")
