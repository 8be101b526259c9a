# SPDX-License-Identifier: Apache-2.0
"""A journal with a damaged file: the server starts, has what is whole, and says what was not, in one line."""

import re
import struct
import unittest

from real.server import Server, wait_until
from real.wire import Agent

DOMAIN, PASSWORD = "torn.ringfence.test", "a-good-password"
PHONES = [f"10{i:02}" for i in range(10)]
SEGMENT_HEADER = 64
FRAME = struct.Struct("<IIIHBBQ")  # magic, check, size, ring, stream, reserved, sequence
FRAME_MAGIC = 0x464A4652
WHOLE_SECONDS = 10


def frames_of(segment):
    """[(offset, size, payload)] of a sound segment"""
    found, at = [], SEGMENT_HEADER
    while at < len(segment):
        magic, _, size, *_ = FRAME.unpack_from(segment, at)
        assert magic == FRAME_MAGIC, f"no frame at {at}"
        end = at + (FRAME.size + size + 7) // 8 * 8
        found.append((at, end - at, segment[at + FRAME.size:at + FRAME.size + size]))
        at = end
    return found


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1:]


class Torn(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server("torn", ("udp:127.0.0.1:0",)))
        self.server.add_subscribers(DOMAIN, dict.fromkeys(PHONES, PASSWORD))
        address = self.server.address()
        for i, user in enumerate(PHONES):
            with Agent(user, DOMAIN, PASSWORD, address, f"127.0.0.{10 + i}") as phone:
                phone.register()
        self.whole = self.server.bindings()
        wait_until(lambda: self.server.cli_json("status")["journal"]["waiting_bytes"] == 0, WHOLE_SECONDS,
                   "all is on disk")
        self.server.kill_all()
        self.journal = self.server.data / "journal"
        self.sound = {path.name: path.read_bytes() for path in self.journal.glob("segment-*")}
        self.name = max(self.sound, key=lambda name: len(self.sound[name]))
        self.segment = self.sound[self.name]
        self.frames = frames_of(self.segment)
        self.assertEqual(len(self.frames), len(PHONES))

    def start_with(self, segment):
        """Starts on a journal whose largest segment was replaced; its bindings, and the lines about damage."""
        self.server.stop()
        for path in self.journal.glob("segment-*"):
            path.unlink()
        for name, data in self.sound.items():
            (self.journal / name).write_bytes(segment if name == self.name else data)
        self.server.log.unlink(missing_ok=True)
        self.server.start()
        return self.server.bindings(), re.findall("journal.damage (.*)", self.server.log.read_text())

    def holders(self, frames):
        """What is bound when only these records count."""
        return {aor: contacts for aor, contacts in self.whole.items()
                if any(aor.encode() in payload for _, _, payload in frames)}

    def expect(self, segment, frames, what, offset, size):
        bound, damage = self.start_with(segment)
        self.assertEqual(bound, self.holders(frames))
        wanted = [] if what is None else [f'what="{what}" file={self.journal / self.name} offset={offset} bytes={size}']
        self.assertEqual(damage, wanted)

    def test_damage(self):
        """a segment cut, followed by rubbish or changed at any kind of place costs what was there, and is reported"""
        at, size, _ = self.frames[6]
        end, kept, others = len(self.segment), self.frames[:6], self.frames[:6] + self.frames[7:]
        rubbish = bytes(range(7, 250)) * 3
        torn, corrupt = "unfinished end of file", "corrupt bytes skipped"
        cases = {
            "nothing": (self.segment, self.frames, None, 0, 0),
            "cut between two records": (self.segment[:at], kept, None, 0, 0),
            "cut in the head of the file": (self.segment[:30], [], torn, 0, 30),
            "an empty file": (b"", [], torn, 0, 0),
            "cut in the head of a record": (self.segment[:at + 10], kept, torn, at, 10),
            "cut in a record": (self.segment[:at + size - 9], kept, torn, at, size - 9),
            "rubbish behind the end": (self.segment + rubbish, self.frames, torn, end, len(rubbish)),
            "zeros behind the end": (self.segment + bytes(4096), self.frames, torn, end, 4096),
            "zeros from a record to the end": (self.segment[:at] + bytes(end - at), kept, torn, at, end - at),
            "a changed byte in a record": (flipped(self.segment, at + FRAME.size + 20), others, corrupt, at, size),
            "a changed length of a record": (flipped(self.segment, at + 9), others, corrupt, at, size),
            "a changed magic of a record": (flipped(self.segment, at), others, corrupt, at, size),
            "a changed head of the file": (flipped(self.segment, 20), self.frames, "corrupt file header", 0,
                                           SEGMENT_HEADER),
        }
        for name, case in cases.items():
            with self.subTest(name):
                self.expect(*case)

    def test_damaged_ring(self):
        """a ring that was cut or overwritten is replaced; what was on disk is there"""
        for name, spoil in {"cut": lambda data: data[:100], "overwritten": lambda data: b"?" * len(data)}.items():
            with self.subTest(name):
                self.server.start()
                self.server.kill_all()
                place = self.journal / (self.journal / "rings").read_text().strip()
                for ring in place.glob("ring-*"):
                    ring.write_bytes(spoil(ring.read_bytes()))
                self.server.log.unlink()
                self.server.start()
                self.assertEqual(self.server.bindings(), self.whole)
                damage = re.findall("journal.damage .*", self.server.log.read_text())
                self.assertEqual(len(damage), 2, damage)
                self.server.stop()
