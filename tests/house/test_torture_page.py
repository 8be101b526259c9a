# SPDX-License-Identifier: Apache-2.0
"""docs/torture.md says what the tests check; RF_WRITE_DOCS=1 writes its tables."""

import os
import re
import unittest

from house.tree import ROOT
from real.torture_table import CORPUS, DISCARD, EVERYTHING, RFC4475, RFC5118, SILENCE

PAGE = ROOT / "docs/torture.md"


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def verdicts(rows):
    heads = ["Section", "Message", "The RFC wants", "Trusted, UDP", "Trusted, TCP", "Asked, UDP", "Asked, TCP",
             "Credentials"]
    return table(heads, [[row.section, f"`{row.file}`", row.wants, row.udp, row.tcp, row.asked_udp, row.asked_tcp,
                          row.admitted if row.account else ""] for row in rows])


def strangers():
    rows = [[f"{'5118' if row in RFC5118 else '4475'}, {row.section}", f"`{row.file}`", row.stranger_udp,
             row.stranger_tcp] for row in EVERYTHING]
    return table(["RFC, section", "Message", "UDP", "TCP"], rows)


def with_tables(page):
    """The page with its tables as they are now."""
    for name, text in (("rfc4475", verdicts(RFC4475)), ("rfc5118", verdicts(RFC5118)), ("strangers", strangers())):
        page = re.sub(rf"(<!-- table {name} -->\n).*?(<!-- end -->)", lambda found: found[1] + text + found[2], page,
                      flags=re.DOTALL)
    return page


class TorturePage(unittest.TestCase):
    def test_torture_page(self):
        """docs/torture.md has the verdicts that tests/real/test_torture.py checks"""
        page = PAGE.read_text()
        if os.environ.get("RF_WRITE_DOCS"):
            PAGE.write_text(with_tables(page))
        self.assertEqual(PAGE.read_text(), with_tables(page), "RF_WRITE_DOCS=1 python3 tests/run.py -k torture house")

    def test_torture_table(self):
        """the torture table has every message once, and silence for nobody who has proven where he is"""
        for rows, folder in ((RFC4475, "rfc4475"), (RFC5118, "rfc5118")):
            self.assertEqual(sorted(row.path for row in rows), sorted((CORPUS / folder).glob("*.dat")))
        self.assertEqual((len(RFC4475), len(RFC5118)), (49, 12))
        for row in EVERYTHING:
            proven = (row.udp, row.tcp, row.asked_udp, row.asked_tcp, row.stranger_tcp)
            self.assertNotIn(SILENCE, proven, row.file)
            self.assertEqual({DISCARD} == set(proven), row.message.startswith(b"SIP/2.0 "), row.file)
