# SPDX-License-Identifier: Apache-2.0
"""The side-by-side benchmark throws away what it should, and nothing else."""

import sys
import unittest

from house.tree import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import side_by_side  # noqa: E402

QUIET = {"other_cpu_s": 0.1, "forks": 20, "steal": 0.0, "watched_s": 10.0}
GOOD = {
    "proxy": {**QUIET, "ok": 100, "calls": 100, "failed": 0, "retrans": 0, "udp_drops": {"sut": 0, "uas": 0}, "rate": 50,
              "achieved_cps": 49.9},
    "registrar": {**QUIET, "mode": "reauth", "ok": 100, "asked": 100, "fail": 0, "retrans": 0, "challenges": 8, "window": 8,
                  "rate": 0, "per_s": 900.0},
    "users": {**QUIET, "ok": 100, "asked": 100, "fail": 0, "retrans": 0, "challenges": 100, "lookups": 40, "rate": 50,
              "first_auth_per_s": 49.0, "absent_right": [40, 40, 40], "absent_fail": 0, "absent_retrans": 0,
              "present_right": [40, 40, 40], "present_fail": 0, "present_retrans": 0},
    "hold": {**QUIET, "held": 10, "calls": 10, "failed": 0, "retrans": 0},
}
SPOILT = [
    ("proxy", {"ok": 99}, "99 of 100 calls"),
    ("proxy", {"retrans": 1}, "1 retransmissions"),
    ("proxy", {"udp_drops": {"sut": 0, "uas": 3}}, "datagrams were lost"),
    ("proxy", {"achieved_cps": 40.0}, "40 a second instead of 50"),
    ("proxy", {"other_cpu_s": 3.0}, "other programs used"),
    ("hold", {"forks": 2000}, "2000 programs were started"),
    ("users", {"steal": 5.0}, "the host took"),
    ("registrar", {"ok": 99}, "99 of 100 registered"),
    ("registrar", {"challenges": 100}, "100 challenges: this was not reauth"),
    ("registrar", {"mode": "auth"}, "8 challenges: this was not auth"),
    ("users", {"absent_right": [39, 39, 39]}, "absent users: [39, 39, 39] of 40"),
    ("users", {"present_retrans": 2}, "2 sent again"),
    ("hold", {"held": 9}, "9 of 10 calls held"),
]


class Judgement(unittest.TestCase):
    def test_a_good_run_counts(self):
        """a run without a fault is valid"""
        for name, row in GOOD.items():
            with self.subTest(name):
                self.assertEqual(list(side_by_side.EXPERIMENTS[name].faults(row)), [])

    def test_a_spoilt_run_is_named(self):
        """each fault makes a run invalid, and is named"""
        for name, change, words in SPOILT:
            with self.subTest(name, **change):
                faults = list(side_by_side.EXPERIMENTS[name].faults({**GOOD[name], **change}))
                self.assertEqual(len(faults), 1, faults)
                self.assertIn(words, faults[0])

    def test_a_table_without_runs_is_empty(self):
        """a side without a valid run gives no figure"""
        args = type("Args", (), {"against": "kamailio-fm"})
        valid = {"kamailio-fm": [[{"sut_cpu_s_per_1000": 0.08}]], "ringfence": []}
        self.assertEqual(list(side_by_side.table(side_by_side.EXPERIMENTS["proxy"], valid, args)), [])
        valid["ringfence"] = [[{"sut_cpu_s_per_1000": 0.04}]]
        (line,) = side_by_side.table(side_by_side.EXPERIMENTS["proxy"], valid, args)
        self.assertIn("1+1", line)
        self.assertIn("0.50", line)
