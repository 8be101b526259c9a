# SPDX-License-Identifier: Apache-2.0
"""Who changes the directory during calls: writers at a steady rate, and one who times when a change takes effect."""

import contextlib
import secrets
import sqlite3
import threading
import time

from real.control import Control, NoAnswer
from real.wire import Agent

LATE_SECONDS = 5  # a change that has no effect by then has none
ANSWER_SECONDS = 0.5


class Ledger:
    """What was asked for and what came of it; of all threads."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged, self.refusals = 0, []

    def note(self, verb, answer):
        with self.lock:
            if answer["ok"]:
                self.acknowledged += 1
            else:
                self.refusals.append(f"{' '.join(verb)}: {answer}")

    def ask(self, control, *verb, **args):
        try:
            answer = control.ask(*verb, **args)
        except NoAnswer:
            answer = {"ok": False, "why": "no answer"}
        self.note(verb, answer)


class Writer(threading.Thread):
    """Changes subscribers that are its own, one after the other, in five ways; rests while `going` is not set."""

    def __init__(self, number, data, keys, seconds_each, ledger, going, stop):
        super().__init__(name=f"writer {number}", daemon=True)
        self.number, self.control, self.keys = number, Control(data), keys
        self.seconds_each, self.ledger, self.going, self.stop = seconds_each, ledger, going, stop
        self.turn = time.monotonic()

    def run(self):
        for verb, args in self.changes():
            if not self.wait_turn():
                break
            self.ledger.ask(self.control, *verb, **args)
        self.control.close()

    def wait_turn(self):
        """False when there is none any more."""
        while not self.going.is_set():
            if self.stop.wait(0.05):
                return False
            self.turn = time.monotonic()  # no flood after a rest
        self.turn = max(self.turn + self.seconds_each, time.monotonic() - 0.5)
        return not self.stop.wait(max(0.0, self.turn - time.monotonic()))

    def changes(self):
        """(verb, arguments) without end; each changes something."""
        count = 0
        while True:
            key = self.keys[count % len(self.keys)]
            digits = f"49{self.number}{count:08}"
            yield ("subscriber", "set"), {"key": key, "number": digits}
            yield ("preference", "set"), {"key": "user_cli", "value": digits, "subscriber": key}
            yield ("number", "add"), {"key": f"{digits}0", "subscriber": key}
            yield ("number", "rm"), {"key": f"{digits}0"}
            yield ("customer", "set"), {"key": f"customer{self.number}", "external_id": digits}
            count += 1


class Prober(Agent):
    """A peer that asks for a subscriber with one OPTIONS after the other while it is locked and unlocked.

    Nobody has registered: one who is active is answered 480, one who is locked 404, as if there were no such user.
    """

    ANSWERS = {"active": 480, "locked": 404}

    def __init__(self, data, ledger, domain, server, host, port):
        super().__init__("observer", domain, "", server, host, port)
        self.control, self.ledger = Control(data), ledger

    def __exit__(self, *failure):
        self.control.close()
        super().__exit__(*failure)

    def status_of(self, key):
        """the status of the answer; 0 when there is none"""
        call_id = secrets.token_hex(8)
        self.send(self.request("OPTIONS", f"sip:{key}", to=f"<sip:{key}>", local=self.new_local(), call_id=call_id,
                               cseq=1), self.server)
        with contextlib.suppress(AssertionError):
            return self.expect(lambda message: message.get("Call-ID") == call_id, "answer", ANSWER_SECONDS).status
        return 0

    def time_change(self, key, state):
        """Milliseconds from the command, and from its acknowledgement, to the first answer that shows the change.

        Zero when that answer was there before the acknowledgement; None when the change had no effect in time.
        """
        acknowledged = []

        def change():
            self.ledger.ask(self.control, "subscriber", "set", key=key, state=state)
            acknowledged.append(time.monotonic())

        asking = threading.Thread(target=change)
        begun = time.monotonic()
        asking.start()
        while self.status_of(key) != self.ANSWERS[state]:
            if time.monotonic() > begun + LATE_SECONDS:
                asking.join()
                return None
        seen = time.monotonic()
        asking.join()
        return 1000 * (seen - begun), 1000 * max(0.0, seen - acknowledged[0])


def audit_ids(data, after=0):
    """The ids of all entries of the audit above one, in both files that hold some."""
    found = set()
    for name, table in (("ringfence.db", "audit_outbox"), ("audit.db", "audit")):
        with contextlib.closing(sqlite3.connect(f"file:{data / name}?mode=ro", uri=True)) as file:
            found.update(row[0] for row in file.execute(f"SELECT id FROM {table} WHERE id > ?", (after,)))
    return found
