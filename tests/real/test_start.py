# SPDX-License-Identifier: Apache-2.0
"""What is wrong at the start is said in words that help, and nothing starts half."""

import pathlib
import socket
import sqlite3
import subprocess
import tempfile
import unittest

from real.server import BINARY, ROOT, Server

REFUSED, UNREACHABLE = 1, 5
REFUSAL_SECONDS = 20


class Start(unittest.TestCase):
    def setUp(self):
        self.data = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="rf-start-")))

    def refused(self, *words, data=None, also=()):
        """`serve` ends with 1 and says each of these words on stderr."""
        run = subprocess.run([ROOT / BINARY, "serve", "--data", data or self.data, "--set", "metrics.listen=", *also],
                             capture_output=True, text=True, timeout=REFUSAL_SECONDS)
        self.assertEqual(run.returncode, REFUSED, run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)
        return run.stderr

    def test_unknown_option(self):
        """a misspelt option is refused with its file and line, and the name it was probably meant to be"""
        (self.data / "ringfence.yml").write_text("sip:\n  shards: 2\n  lisen: [\"udp:127.0.0.1:0\"]\n")
        self.refused("ringfence.yml:3", "sip.listen")

    def test_wrong_value(self):
        """a value out of its range is refused with its file and line, and what was expected"""
        (self.data / "ringfence.yml").write_text("sip:\n  shards: many\n")
        self.refused("ringfence.yml:2", "sip.shards")

    def test_listen_and_port(self):
        """sip.listen and sip.port together are refused"""
        self.refused("sip.port", "sip.listen", also=("--set", "sip.port=5070", "--set", "sip.listen=udp:127.0.0.1:0"))

    def test_taken_port(self):
        """a port that somebody else has is named"""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            port = other.getsockname()[1]
            self.refused(f"127.0.0.1:{port}", also=("--set", f"sip.listen=udp:127.0.0.1:{port}"))

    def test_second_server(self):
        """a second server on the same data directory is refused, and the first one goes on"""
        with Server("start-first", ("udp:127.0.0.1:0",)) as first:
            self.refused(str(first.data), data=first.data, also=("--set", "sip.listen=udp:127.0.0.1:0"))
            first.cli("status")

    def test_corrupt_database(self):
        """a corrupt database is refused and left as it is"""
        with Server("start-corrupt", ("udp:127.0.0.1:0",)) as server:
            server.cli("domain", "add", "start.ringfence.test")
            server.stop()
            database = server.data / "ringfence.db"
            whole = database.read_bytes()
            spoilt = b"\x00not a database" * (len(whole) // 15 + 1)
            database.write_bytes(spoilt)
            self.refused("ringfence.db", data=server.data, also=("--set", "sip.listen=udp:127.0.0.1:0"))
            self.assertEqual(database.read_bytes(), spoilt)
            database.write_bytes(whole)
            server.start()
            server.cli("domain", "show", "start.ringfence.test")

    def test_locked_database(self):
        """a database that somebody has locked fails the change with a clear error, and works again afterwards"""
        with Server("start-locked", ("udp:127.0.0.1:0",)) as server:
            other = sqlite3.connect(server.data / "ringfence.db", isolation_level=None)
            other.execute("BEGIN EXCLUSIVE")
            with self.assertRaisesRegex(AssertionError, "lock|busy"):
                server.cli("domain", "add", "start.ringfence.test")
            other.execute("ROLLBACK")
            other.close()
            server.cli("domain", "add", "start.ringfence.test")

    def test_no_server(self):
        """a verb without a running server says so and exits with 5"""
        run = subprocess.run([ROOT / BINARY, "status", "--data", self.data], capture_output=True, text=True)
        self.assertEqual(run.returncode, UNREACHABLE)
        self.assertIn("serve", run.stderr)
