# SPDX-License-Identifier: Apache-2.0
"""What README.md tells a newcomer: `./dev run`, the two commands it prints, two phones, a call."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import tempfile
import unittest

from real.phone import Phone
from real.server import ROOT, START_SECONDS, STOP_SECONDS, free_port, wait_until

HOST = "127.0.0.1"
QUICK_SECONDS = 10


@unittest.skipIf(os.environ.get("RF_BINARY"), "./dev run starts build/release/ringfence, and another one is asked for")
class DevRun(unittest.TestCase):
    def setUp(self):
        data = self.enterContext(tempfile.TemporaryDirectory(prefix="rf-run-"))
        self.words = ["./dev", "run", "--address", HOST, "--port", str(free_port())]
        self.environment = dict(os.environ, RINGFENCE_DATA=data + "/data", RINGFENCE_METRICS_LISTEN="127.0.0.1:0", CI="true")
        self.output = pathlib.Path(data, "output")

    def start(self):
        with open(self.output, "wb") as output:
            process = subprocess.Popen(self.words, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(self.end, process)
        wait_until(lambda: "Who is registered" in self.output.read_text() or process.poll() is not None, START_SECONDS,
                   "./dev run is ready")
        self.assertIsNone(process.poll(), self.output.read_text())
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def password_from(self, line):
        """Types a printed `subscriber add` and takes the password it made up."""
        run = subprocess.run([*shlex.split(line), "-o", "json"], cwd=ROOT, env=self.environment, capture_output=True,
                             text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        return json.loads(run.stdout)["password"]

    def test_first_call(self):
        """./dev run, the two commands it prints and two phones make a first call; Ctrl-C ends it; a second run knows all"""
        process = self.start()
        commands = re.findall(r"^ +(\S*ringfence subscriber add .*)$", self.output.read_text(), re.MULTILINE)
        self.assertEqual(len(commands), 2)
        passwords = [self.password_from(line) for line in commands]
        server = (HOST, int(self.words[-1]))
        with Phone("1001", HOST, passwords[0], server) as one, Phone("1002", HOST, passwords[1], server) as two:
            one.wait_registered()
            two.wait_registered()
            one.dial(two.aor)
            one.event("CALL_ESTABLISHED")
            two.hang_up()
            one.event("CALL_CLOSED")

        again = subprocess.run(self.words, cwd=ROOT, env=self.environment, capture_output=True, text=True,
                               timeout=QUICK_SECONDS)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("running", again.stderr)
        self.assertIn("1002", again.stdout)

        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
        self.assertEqual(process.wait(STOP_SECONDS), 0, self.output.read_text())
        self.start()
        self.assertIn("Its subscribers", self.output.read_text())
