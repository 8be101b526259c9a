# SPDX-License-Identifier: Apache-2.0
"""SIP by hand over UDP sockets: what a well-behaved phone would never send has to be written here."""

import dataclasses
import hashlib
import itertools
import re
import secrets
import socket
import time

ANSWER_SECONDS = 5
REPEAT_SECONDS = 0.5  # timer A and E begin with T1 (RFC 3261 §17.1)
QUIET_SECONDS = 0.5  # how long a socket is watched to say that nothing came

HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclasses.dataclass
class Message:
    """A received message: its first line, its headers in order, its body."""

    first: str
    headers: list
    body: str
    source: tuple

    @classmethod
    def parse(cls, data, source):
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines if ":" in line]
        return cls(first, headers, body, source)

    @property
    def status(self):
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else 0

    @property
    def method(self):
        return self.all("CSeq")[0].split()[1] if self.status else self.first.split()[0]

    @property
    def uri(self):
        return self.first.split()[1]

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name):
        values = self.all(name)
        return values[0] if values else ""

    def list(self, name):
        """The values of a header that commas may separate, over all its rows."""
        return [part.strip() for value in self.all(name) for part in re.split(r",(?![^<]*>)", value)]


def uri_of(name_addr):
    found = re.search(r"<([^>]*)>", name_addr)
    return found[1] if found else name_addr.split(";")[0].strip()


def tag_of(name_addr):
    found = re.search(r";tag=([^;\s>]+)", name_addr)
    return found[1] if found else ""


def digest(challenge, method, uri, user, password, count=1):
    """The value of an Authorization header (RFC 7616, qop=auth) for one challenge; its count-th use."""
    fields = {key: quoted or plain for key, quoted, plain in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)}
    algorithm = fields.get("algorithm", "MD5")

    def h(text):
        return HASHES[algorithm](text.encode()).hexdigest()

    ha1 = h(f"{user}:{fields['realm']}:{password}")
    ha2 = h(f"{method}:{uri}")
    words = [f'username="{user}"', f'realm="{fields["realm"]}"', f'nonce="{fields["nonce"]}"', f'uri="{uri}"',
             f"algorithm={algorithm}"]
    if "qop" in fields:
        cnonce = secrets.token_hex(8)
        nc = f"{count:08x}"
        response = h(f"{ha1}:{fields['nonce']}:{nc}:{cnonce}:auth:{ha2}")
        words += ["qop=auth", f"nc={nc}", f'cnonce="{cnonce}"']
    else:
        response = h(f"{ha1}:{fields['nonce']}:{ha2}")
    words.append(f'response="{response}"')
    if "opaque" in fields:
        words.append(f'opaque="{fields["opaque"]}"')
    return "Digest " + ", ".join(words)


class Socket:
    """A UDP socket of one address that speaks SIP."""

    def __init__(self, host="127.0.0.1", port=0):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, port))
        self.host, self.port = self.socket.getsockname()[:2]

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.socket.close()

    @property
    def hostport(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def send(self, text, server):
        self.socket.sendto(text.encode(), server)

    def receive(self, seconds=ANSWER_SECONDS):
        """The next message, or None."""
        self.socket.settimeout(seconds)
        try:
            data, source = self.socket.recvfrom(65535)
        except TimeoutError:
            return None
        return Message.parse(data, source)

    def expect(self, wanted, what, seconds=ANSWER_SECONDS):
        """The next message that wanted() accepts; those before it are dropped."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = self.receive(left)
            if message and wanted(message):
                return message
        raise AssertionError(f"{self.hostport}: no {what} within {seconds} s")

    def everything(self, seconds=QUIET_SECONDS):
        """All that comes until it has been quiet for some time."""
        found = []
        while message := self.receive(seconds):
            found.append(message)
        return found


@dataclasses.dataclass
class Dialog:
    """One side of a call: what its next request needs (RFC 3261 §12)."""

    call_id: str
    local: str          # From of our requests, with our tag
    remote: str         # To of our requests, with their tag
    target: str         # remote target
    routes: list
    cseq: int


class Agent(Socket):
    """A phone made of one socket, with one account."""

    # What every phone sends. An answer to a stranger may be as big as his request: a bare one gets one a second.
    USUAL = ("User-Agent: a phone made of one socket", "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER",
             "Supported: replaces, timer, path")

    def __init__(self, user, domain, password, server, host="127.0.0.1", port=0):
        super().__init__(host, port)
        self.user, self.domain, self.password, self.server = user, domain, password, server
        self._numbers = itertools.count(1)

    @property
    def aor(self):
        return f"sip:{self.user}@{self.domain}"

    @property
    def contact(self):
        return f"<sip:{self.user}@{self.hostport}>"

    def request(self, method, uri, *, to, local, call_id, cseq, routes=(), headers=(), body="", branch=None):
        """The text of a request."""
        lines = [f"{method} {uri} SIP/2.0",
                 f"Via: SIP/2.0/UDP {self.hostport};rport;branch={branch or 'z9hG4bK' + secrets.token_hex(8)}",
                 "Max-Forwards: 70", f"From: {local}", f"To: {to}", f"Call-ID: {call_id}", f"CSeq: {cseq} {method}",
                 f"Contact: {self.contact}", *(f"Route: {route}" for route in routes), *headers,
                 "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, REFER, INFO", "Supported: replaces, outbound",
                 "User-Agent: ringfence-tests"]
        if body:
            lines.append("Content-Type: application/sdp")
        return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body])

    def new_local(self):
        return f"<{self.aor}>;tag={secrets.token_hex(6)}"

    def final(self, call_id, cseq, method):
        return self.expect(lambda m: m.status >= 200 and m.get("Call-ID") == call_id
                           and m.get("CSeq") == f"{cseq} {method}", f"final answer to {method}")

    def exchange(self, text, wanted, what):
        """Sends a request, again every half second, until an answer comes that wanted() accepts."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            self.send(text, self.server)
            try:
                return self.expect(wanted, what, REPEAT_SECONDS)
            except AssertionError:
                continue
        raise AssertionError(f"{self.hostport}: no {what} within {ANSWER_SECONDS} s")

    def send_with_credentials(self, method, uri, **parts):
        """Sends a request and, when it is challenged, once more with an answer to the challenge.

        Returns the CSeq number last used, and the first answer when that was no challenge.
        """
        text = self.request(method, uri, **parts)
        answer = self.exchange(text, lambda m: m.status > 100 and m.get("Call-ID") == parts["call_id"],
                               f"answer to {method}")
        if answer.status not in (401, 407):
            return parts["cseq"], answer
        if method == "INVITE":
            self.send(self.ack_of_failure(text, answer), self.server)
        name, reply = (("WWW-Authenticate", "Authorization") if answer.status == 401
                       else ("Proxy-Authenticate", "Proxy-Authorization"))
        challenge = next(value for value in answer.all(name) if self.can_answer(value))
        credentials = digest(challenge, method, uri, self.user, self.password)
        parts["headers"] = [*parts.get("headers", ()), f"{reply}: {credentials}"]
        parts["cseq"] += 1
        self.send(self.request(method, uri, **parts), self.server)
        return parts["cseq"], None

    def challenged(self, method, uri, **parts):
        """The final answer to a request, after one challenge if there is one."""
        cseq, answer = self.send_with_credentials(method, uri, **parts)
        return answer if answer and answer.status >= 200 else self.final(parts["call_id"], cseq, method)

    @staticmethod
    def can_answer(challenge):
        algorithm = re.search(r'algorithm="?([\w-]+)', challenge)
        return not algorithm or algorithm[1] in HASHES

    def ack_of_failure(self, invite, answer):
        """ACK to a final answer other than 2xx (RFC 3261 §17.1.1.3)."""
        uri, via = invite.split()[1], re.search(r"^Via: (.*)\r$", invite, re.MULTILINE)[1]
        number = answer.get("CSeq").split()[0]
        return "\r\n".join([f"ACK {uri} SIP/2.0", f"Via: {via}", "Max-Forwards: 70", f"From: {answer.get('From')}",
                            f"To: {answer.get('To')}", f"Call-ID: {answer.get('Call-ID')}", f"CSeq: {number} ACK",
                            "Content-Length: 0", "", ""])

    def register(self, expires=600):
        answer = self.challenged("REGISTER", f"sip:{self.domain}", to=f"<{self.aor}>", local=self.new_local(),
                                    call_id=secrets.token_hex(8), cseq=1, headers=[f"Expires: {expires}"])
        if answer.status != 200:
            raise AssertionError(f"{self.aor} could not register: {answer.first}")
        return answer

    def sdp(self):
        family = "IP6" if ":" in self.host else "IP4"
        return (f"v=0\r\no=- 1 1 IN {family} {self.host}\r\ns=-\r\nc=IN {family} {self.host}\r\nt=0 0\r\n"
                "m=audio 40000 RTP/AVP 8\r\n")

    def answer(self, request, status, reason, tag="", body=""):
        to = request.get("To")
        if tag and not tag_of(to):
            to += f";tag={tag}"
        lines = [f"SIP/2.0 {status} {reason}", *(f"Via: {via}" for via in request.all("Via")),
                 *(f"Record-Route: {route}" for route in request.all("Record-Route")), f"From: {request.get('From')}",
                 f"To: {to}", f"Call-ID: {request.get('Call-ID')}", f"CSeq: {request.get('CSeq')}",
                 f"Contact: {self.contact}"]
        if body:
            lines.append("Content-Type: application/sdp")
        self.send("\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]), request.source)

    def in_dialog(self, dialog, method, *, uri=None, remote=None, routes=None):
        """The text of a request within a dialog; uri, remote and routes say where it lies."""
        if method != "ACK":
            dialog.cseq += 1
        return self.request(method, uri or dialog.target, to=remote or dialog.remote, local=dialog.local,
                            call_id=dialog.call_id, cseq=dialog.cseq, routes=dialog.routes if routes is None else routes)


def establish(caller, callee):
    """A call from one agent to the other, up to the ACK; (caller's dialog, callee's dialog)."""
    local, call_id = caller.new_local(), secrets.token_hex(8)
    cseq, refusal = caller.send_with_credentials("INVITE", callee.aor, to=f"<{callee.aor}>", local=local,
                                                 call_id=call_id, cseq=1, body=caller.sdp())
    if refusal:
        raise AssertionError(f"the call to {callee.aor} was not challenged but answered: {refusal.first}")
    invite = callee.expect(lambda m: m.method == "INVITE" and not m.status, "INVITE")
    tag = secrets.token_hex(6)
    callee.answer(invite, 180, "Ringing", tag)
    callee.answer(invite, 200, "OK", tag, callee.sdp())
    ok = caller.expect(lambda m: m.status == 200 and m.method == "INVITE", "200 to INVITE")
    dialog = Dialog(call_id, local, ok.get("To"), uri_of(ok.get("Contact")), ok.list("Record-Route")[::-1], cseq)
    caller.send(caller.in_dialog(dialog, "ACK"), caller.server)
    callee.expect(lambda m: m.method == "ACK" and not m.status, "ACK")
    theirs = Dialog(call_id, f"{invite.get('To')};tag={tag}", invite.get("From"), uri_of(invite.get("Contact")),
                    invite.list("Record-Route"), 100)
    return dialog, theirs
