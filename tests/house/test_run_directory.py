# SPDX-License-Identifier: Apache-2.0
"""The benchmark of the directory throws away what it should, and counts only what lies within a stretch."""

import sys
import unittest

from house.tree import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import run_directory  # noqa: E402


def stretches(quiet, busy, reached=1.0):
    return [{"busy": False, "kept": True, "reached": reached}] * quiet + [
        {"busy": True, "kept": True, "reached": 1.0}] * busy + [{"busy": True, "kept": False, "reached": 0.5}]


GOOD = {"failed": 1, "misread": 1, "ended_early": False, "rounds": 5, "stretches": stretches(5, 4),
        "commits_per_s": 99.0, "commits_asked": 100, "refusals": [], "audited": 500, "acknowledged": 500, "late": 0}
SPOILT = [
    ({"failed": 3}, "3 calls failed, and 1 of them"),
    ({"ended_early": True}, "ended before"),
    ({"stretches": stretches(5, 4, 0.8)}, "80 % of the calls"),
    ({"stretches": stretches(5, 2)}, "all but 5 quiet and 2 busy"),
    ({"commits_per_s": 60.0}, "60 commits a second instead of 100"),
    ({"refusals": ["number add: it is taken"]}, "the first one: number add"),
    ({"audited": 499}, "500 commits were acknowledged, 499 are in the audit"),
    ({"late": 1}, "1 changes had no effect"),
]


class Judgement(unittest.TestCase):
    def test_a_good_run_counts(self):
        """a run of the directory's benchmark without a fault is valid"""
        self.assertEqual(list(run_directory.faults(GOOD)), [])

    def test_a_spoilt_run_is_named(self):
        """each fault makes a run of the directory's benchmark invalid, and is named"""
        for change, words in SPOILT:
            with self.subTest(**change):
                found = list(run_directory.faults({**GOOD, **change}))
                self.assertEqual(len(found), 1, found)
                self.assertIn(words, found[0])

    def test_a_stretch_takes_its_own_calls(self):
        """calls at the edges of a stretch are of neither side; p50 and p99 are those of the others"""
        stretch = run_directory.Stretch(True, 10.0, 20.0)
        times = [(10.9, 500.0), *((11 + each * 0.08, float(each)) for each in range(100)), (19.6, 500.0)]
        figures = stretch.figures(times, [(2.0, 10.5)], rate=10)
        self.assertTrue(figures["kept"])
        self.assertEqual((figures["p50"], figures["p99"]), (50.0, 99.0))
        self.assertAlmostEqual(figures["reached"], 100 / 8.5 / 10)

    def test_a_stretch_without_its_generator_is_none(self):
        """a stretch in which a generator stood still is not kept, and one without calls is not"""
        stretch = run_directory.Stretch(False, 10.0, 20.0)
        self.assertFalse(stretch.figures([(15.0, 1.0)], [(14.0, 14.5)], rate=10)["kept"])
        self.assertFalse(stretch.figures([], [], rate=10)["kept"])
