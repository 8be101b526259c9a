# SPDX-License-Identifier: Apache-2.0
"""What a stranger, a guesser and a broken phone get for an answer, and what they do not."""

import re
import secrets
import unittest

from real.server import Server
from real.wire import QUIET_SECONDS, Agent, Socket, digest

DOMAIN = "answers.ringfence.test"
PASSWORD = "a-good-password"


class Answers(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server("answers", ("udp:127.0.0.1:0", "tcp:127.0.0.1:0")))
        self.server.add_subscribers(DOMAIN, {"1001": PASSWORD, "1002": PASSWORD})
        self.address = self.server.address()

    def agent(self, user, password=PASSWORD, host="127.0.0.2"):
        return self.enterContext(Agent(user, DOMAIN, password, self.address, host))

    def attempt(self, user, password):
        """The answers to a REGISTER without credentials and to one with a response made of this password."""
        agent = self.agent(user, password)
        parts = {"to": f"<{agent.aor}>", "local": agent.new_local(), "call_id": secrets.token_hex(8)}
        agent.send(agent.request("REGISTER", f"sip:{DOMAIN}", cseq=1, **parts), agent.server)
        first = agent.final(parts["call_id"], 1, "REGISTER")
        challenge = next(filter(agent.can_answer, first.all("WWW-Authenticate")))
        credentials = digest(challenge, "REGISTER", f"sip:{DOMAIN}", user, password)
        agent.send(agent.request("REGISTER", f"sip:{DOMAIN}", cseq=2, headers=[f"Authorization: {credentials}"], **parts),
                   agent.server)
        return first, agent.final(parts["call_id"], 2, "REGISTER")

    @staticmethod
    def shape(message):
        """A message without what is different in every message anyway; the sizes of those parts count."""
        text = "\n".join([message.first, *(f"{name}: {value}" for name, value in message.headers), message.body])
        return re.sub(r'(nonce=|tag=|branch=|Call-ID: |opaque=|rport=|127\.0\.0\.2:)"?[^";,\s]*',
                      lambda found: found[1] + "x" * (len(found[0]) - len(found[1])), text)

    def test_unknown_user_and_wrong_password(self):
        """an unknown user and a wrong password get the same answers, byte for byte in what does not have to differ"""
        wrong, unknown = self.attempt("1001", "guessed"), self.attempt("1003", "guessed")
        for one, other in zip(wrong, unknown):
            self.assertEqual(one.status, other.status)
            self.assertEqual(re.sub(r"rport=x+", "rport", self.shape(one).replace("1003", "1001")),
                             re.sub(r"rport=x+", "rport", self.shape(other).replace("1003", "1001")))

    def test_challenge_fits_the_request(self):
        """a stranger gets at most one answer, not much longer than his request, and never again by itself"""
        with Socket("127.0.0.6") as stranger:
            agent = self.agent("1001")
            text = agent.request("INVITE", agent.aor, to=f"<{agent.aor}>", local=agent.new_local(),
                                 call_id=secrets.token_hex(8), cseq=1).replace(agent.hostport, stranger.hostport)
            stranger.send(text, self.address)
            stranger.socket.settimeout(QUIET_SECONDS)
            received = [len(stranger.socket.recv(65535))]
            with self.assertRaises(TimeoutError):
                while True:
                    received.append(len(stranger.socket.recv(65535)))
            self.assertEqual(len(received), 1)
            self.assertLessEqual(received[0], len(text) + 120)

    def options(self, agent):
        """OPTIONS to the domain; whoever sends none of his credentials is asked for them."""
        return agent.request("OPTIONS", f"sip:{DOMAIN}", to=f"<sip:{DOMAIN}>", local=agent.new_local(),
                             call_id=secrets.token_hex(8), cseq=7)

    def answered(self, agent, text, statuses):
        """Sends it: exactly these answers come, and no other."""
        agent.send(text, agent.server)
        answers = [agent.receive() for _ in statuses] + agent.everything(0.2)
        self.assertEqual([message and message.status for message in answers], statuses)

    def test_malformed(self):
        """broken messages get 400 where one can be built, 505, or nothing, and the server goes on"""
        agent = self.agent("1001")
        agent.register()
        good = self.options(agent)
        broken = {
            "a CSeq that is no number": (re.sub(r"CSeq: 7", "CSeq: seven", good), [400]),
            "a CSeq of another method": (re.sub(r"CSeq: 7 OPTIONS", "CSeq: 7 INVITE", good), [400]),
            "no From": (re.sub(r"From: .*\r\n", "", good), [400]),
            "no Call-ID": (re.sub(r"Call-ID: .*\r\n", "", good), [400]),
            "no Via": (re.sub(r"Via: .*\r\n", "", good), []),
            "SIP/7.0": (good.replace("SIP/2.0\r\n", "SIP/7.0\r\n", 1), [505]),
            "a body shorter than its Content-Length": (good.replace("Content-Length: 0", "Content-Length: 9"), [400]),
            "nothing but a line": ("OPTIONS\r\n\r\n", []),
            "binary": ("\x00\x01\x02\x03" * 50, []),
        }
        for what, (text, statuses) in broken.items():
            with self.subTest(what):
                self.answered(agent, text, statuses)
        self.answered(agent, self.options(agent), [407])

    def test_surplus_bytes(self):
        """bytes behind the Content-Length of a datagram are discarded (RFC 3261 §18.3)"""
        agent = self.agent("1001")
        agent.register()
        for surplus in ("", "surplus \x00 bytes", self.options(agent)):
            with self.subTest(surplus=surplus):
                self.answered(agent, self.options(agent) + surplus, [407])
