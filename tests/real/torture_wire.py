# SPDX-License-Identifier: Apache-2.0
"""Who sends torture and who is called: sockets that take and give messages as bytes."""

import secrets
import select
import socket

from real.torture_messages import Raw
from real.wire import ANSWER_SECONDS, Agent


class Probe:
    """An OPTIONS request of our own: its answer says that everything sent before it has been dealt with."""

    # So long that no answer to it is longer, or strangers would get none (no amplification).
    PADDING = "X-Padding: " + "." * 1200

    def __init__(self, transport, hostport, domain):
        self.call_id = f"probe-{secrets.token_hex(8)}"
        self.text = "\r\n".join([
            f"OPTIONS sip:{domain} SIP/2.0", f"Via: SIP/2.0/{transport} {hostport};rport;branch=z9hG4bK{self.call_id}",
            "Max-Forwards: 70", f"From: <sip:probe@{domain}>;tag=1", f"To: <sip:{domain}>", f"Call-ID: {self.call_id}",
            "CSeq: 1 OPTIONS", self.PADDING, "Content-Length: 0", "", ""]).encode()

    def answered_by(self, message):
        return message.get(b"call-id") == self.call_id.encode()


class Datagrams:
    """A sender over UDP: one address, a socket for each port that a Via of the corpora names."""

    transport, closed = "UDP", False
    # RFC 3261 §18.2.2: without rport an answer goes to the port in sent-by. These are all that the corpora name.
    PORTS = (5060, 5050, 6050, 19823)

    def __init__(self, host, server):
        self.server, self.source = server, (host, self.PORTS[0])
        self.sockets = []
        for port in self.PORTS:
            each = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.sockets.append(each)
            each.bind((host, port))
            each.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        for each in self.sockets:
            each.close()

    def send(self, data):
        self.sockets[0].sendto(data, self.server)

    def receive(self, seconds=ANSWER_SECONDS):
        """The next message to any of the ports, those of the other ports first; None when none comes in time."""
        ready, _, _ = select.select(self.sockets, [], [], seconds)
        return Raw.parse(max(ready, key=self.sockets.index).recv(65535)) if ready else None


class Stream:
    """A sender over TCP: one connection."""

    transport = "TCP"

    def __init__(self, host, server):
        self.socket = socket.create_connection(server, ANSWER_SECONDS, (host, 0))
        self.server, self.source = server, self.socket.getsockname()
        self.buffer, self.closed = b"", False

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def end(self):
        """Says that nothing more will come."""
        self.socket.shutdown(socket.SHUT_WR)

    def receive(self, seconds=ANSWER_SECONDS):
        """The next message; None at the end of the connection, and then `closed` is true."""
        self.socket.settimeout(seconds)
        while not (message := self._take()):
            try:
                received = self.socket.recv(65535)
            except TimeoutError:
                return None
            except ConnectionResetError:
                received = b""
            if not received:
                self.closed = True
                return None
            self.buffer += received
        return message

    def _take(self):
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return None
        length = int(Raw.parse(head + end).get(b"content-length"))
        if len(rest) < length:
            return None
        self.buffer = rest[length:]
        return Raw.parse(head + end + rest[:length])


class Callee(Agent):
    """A phone with many accounts, all bound to one contact. It answers every request with 200."""

    contact_uri = property(lambda self: f"sip:callee@{self.hostport}")
    contact = property(lambda self: f"<{self.contact_uri}>")

    def register_as(self, user, domain, password):
        self.user, self.domain, self.password = user, domain, password
        return self.register()

    def take_all(self, domain):
        """The requests that wait here, each as (Raw, its source): those that came before the answer to a probe."""
        probe = Probe("UDP", self.hostport, domain)
        self.socket.sendto(probe.text, self.server)
        self.socket.settimeout(ANSWER_SECONDS)
        taken = []
        while True:
            data, source = self.socket.recvfrom(65535)
            message = Raw.parse(data)
            if probe.answered_by(message):
                return taken
            if message.status == 0 and message.method != b"ACK":
                taken.append((message, source))

    def accept(self, request, source):
        copied = (b"via", b"record-route", b"from", b"call-id", b"cseq")
        rows = [row for row in request.rows if Raw.name_of(row) in copied]
        to = next(row for row in request.rows if Raw.name_of(row) == b"to")
        tagged = to + b";tag=" + secrets.token_hex(6).encode()
        rows += [tagged, f"Contact: {self.contact}".encode(), b"Content-Length: 0"]
        self.socket.sendto(Raw(b"SIP/2.0 200 OK", rows, b"").bytes(), source)
