# SPDX-License-Identifier: Apache-2.0
"""kill -9 during 100 changes a second: each that was acknowledged is there, with one line in the audit; none is half.

RF_SEED repeats a run; a failure names its own.
"""

import collections
import os
import random
import sqlite3
import threading
import time
import unittest

from real.control import Control, NoAnswer
from real.server import LONG, Server

DOMAIN = "acknowledged.ringfence.test"
WRITERS = 4
RATE = 100  # changes a second, of all writers together
KILLS = 40 if LONG else 4
SECONDS_BETWEEN = (0.3, 1.2)
SEED = int(os.environ.get("RF_SEED") or random.SystemRandom().randrange(10**6))


class Writer(threading.Thread):
    """Adds subscribers, changes two things of each at once, and removes every third; remembers what it was told."""

    def __init__(self, number, data, stop):
        super().__init__(name=f"writer {number}")
        self.number, self.control, self.stop = number, Control(data), stop
        self.count, self.turn = 0, time.monotonic()
        self.acknowledged = collections.Counter()  # (key, action)
        self.unknown = collections.Counter()
        self.refused = []

    def run(self):
        while not self.stop.is_set():
            key = f"w{self.number}-{self.count}@{DOMAIN}"
            self.count += 1
            steps = [("insert", "add", {}), ("update", "set", {"state": "locked", "number": self.a_number()})]
            if self.count % 3 == 0:
                steps.append(("remove", "rm", {}))
            for action, verb, args in steps:
                self.wait_turn()
                if not self.change(key, action, verb, args):
                    break
        self.control.close()

    def wait_turn(self):
        now = time.monotonic()
        self.turn = max(self.turn + WRITERS / RATE, now - 0.5)  # no flood after a pause
        self.stop.wait(max(0.0, self.turn - now))

    def a_number(self):
        return f"43{self.number}{self.count:07}"

    def change(self, key, action, verb, args):
        try:
            answer = self.control.ask("subscriber", verb, key=key, **args)
        except NoAnswer:
            self.unknown[key, action] += 1
            self.stop.wait(0.05)
            return False
        if answer["ok"]:
            self.acknowledged[key, action] += 1
        else:
            self.refused.append((key, action, answer))
        return answer["ok"]


class Acknowledged(unittest.TestCase):
    maxDiff = None

    def test_kills(self):
        """kill -9 during 100 changes a second: what was acknowledged is there and once in the audit, none is half"""
        draw = random.Random(SEED)
        with Server("acknowledged", ("udp:127.0.0.1:0",)) as server:
            server.cli("domain", "add", DOMAIN)
            stop = threading.Event()
            writers = [Writer(number, server.data, stop) for number in range(WRITERS)]
            began = time.monotonic()
            for writer in writers:
                writer.start()
            try:
                for kill in range(KILLS):
                    time.sleep(draw.uniform(*SECONDS_BETWEEN))
                    if kill % 4 == 3:
                        server.kill_supervisor_and_restart()
                    else:
                        server.kill_role("web")
                time.sleep(SECONDS_BETWEEN[1])
            finally:
                stop.set()
                for writer in writers:
                    writer.join()
            self.check(server, writers, time.monotonic() - began)
            server.stop()
            self.check_files(server.data)

    def check(self, server, writers, seconds):
        acknowledged, unknown = collections.Counter(), collections.Counter()
        for writer in writers:
            self.assertEqual(writer.refused, [], f"RF_SEED={SEED}")
            acknowledged += writer.acknowledged
            unknown += writer.unknown
        self.assertGreater(len(acknowledged), KILLS * RATE / 10, "too few changes to tell anything")
        audit = collections.Counter((row["key"], row["action"])
                                    for row in server.cli_json("audit", "ls", "--entity", "subscriber"))
        rows = {row["subscriber"]: row for row in server.cli_json("subscriber", "ls")}
        with self.subTest(f"RF_SEED={SEED}"):
            self.assertEqual(acknowledged - audit, {}, "acknowledged, and not in the audit")
            self.assertEqual(audit - acknowledged - unknown, {}, "in the audit, and never asked for, or twice")
            self.assertEqual({key for key, action in audit if action == "insert"} -
                             {key for key, action in audit if action == "remove"}, set(rows), "rows and audit differ")
            for key, row in rows.items():
                changed = (row["state"] == "locked", bool(row["number"]))
                self.assertEqual(changed, (audit[key, "update"] == 1,) * 2, f"half a change: {row}")
        print(f"    {len(acknowledged)} acknowledged, {len(unknown)} unanswered, {KILLS} kills, {seconds:.1f} s",
              flush=True)

    def check_files(self, data):
        """both are sound, and the entries are where they stay"""
        for name in ("ringfence.db", "audit.db"):
            with sqlite3.connect(data / name) as file:
                self.assertEqual(file.execute("PRAGMA integrity_check").fetchone(), ("ok",), name)
        with sqlite3.connect(data / "audit.db") as file:
            self.assertGreater(file.execute("SELECT count(*) FROM audit").fetchone()[0], 0)
