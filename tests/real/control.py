# SPDX-License-Identifier: Apache-2.0
"""The control socket as the command line speaks to it, without the cost of a process for each command."""

import json
import socket

ANSWER_SECONDS = 10


class NoAnswer(Exception):
    """whether it was done only the platform knows"""


class Control:
    """A connection that is made when it is first needed, and again after it broke; one thread at a time."""

    def __init__(self, data):
        self.path = str(data / "ctl.sock")
        self.socket = None

    def ask(self, *verb, **args):
        try:
            if self.socket is None:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.settimeout(ANSWER_SECONDS)
                self.socket.connect(self.path)
                self.lines = self.socket.makefile("rb")
            self.socket.sendall(json.dumps({"verb": verb, "args": args}).encode() + b"\n")
            line = self.lines.readline()
            if not line.endswith(b"\n"):
                raise NoAnswer
            return json.loads(line)
        except (OSError, NoAnswer):
            self.close()
            raise NoAnswer from None

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None
