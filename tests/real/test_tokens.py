# SPDX-License-Identifier: Apache-2.0
"""A token proves membership in a call, not a destination: whatever the R-URI says, nothing is sent there."""

import re
import secrets
import unittest

from real.server import Server
from real.wire import QUIET_SECONDS, Agent, Socket, establish

DOMAIN = "tokens.ringfence.test"
USERS = {"1001": "a-first-password", "1002": "a-second-password"}


class Tokens(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(Server("tokens", ("udp:127.0.0.1:0",)))
        self.server.add_subscribers(DOMAIN, USERS)
        address = self.server.address()
        self.caller = self.enterContext(Agent("1001", DOMAIN, USERS["1001"], address, "127.0.0.2"))
        self.callee = self.enterContext(Agent("1002", DOMAIN, USERS["1002"], address, "127.0.0.3"))
        self.victim = self.enterContext(Socket("127.0.0.4"))
        self.caller.register()
        self.callee.register()
        self.mine, self.theirs = establish(self.caller, self.callee)
        self.victim_uri = f"sip:1002@{self.victim.hostport}"

    def leads_nowhere(self, text):
        """Sends it from the caller: neither victim nor callee see anything of it, nor is it accepted."""
        self.caller.send(text, self.caller.server)
        answers = self.caller.everything()
        self.assertEqual([m.first for m in self.victim.everything(QUIET_SECONDS)], [])
        self.assertEqual([m.first for m in self.callee.everything(0.05)], [])
        self.assertEqual([m.first for m in answers if 100 < m.status < 300], [])

    def call_still_works(self):
        """The honest BYE of the same call goes through: the silence above was a refusal, not a dead server."""
        self.caller.send(self.caller.in_dialog(self.mine, "BYE"), self.caller.server)
        bye = self.callee.expect(lambda message: message.method == "BYE", "BYE")
        self.callee.answer(bye, 200, "OK")
        self.assertEqual(self.caller.final(self.mine.call_id, self.mine.cseq, "BYE").status, 200)

    def test_foreign_request_uri(self):
        """a valid token of one call with a foreign R-URI, from the same phone: no packet leaves"""
        for method in ("BYE", "INVITE", "INFO", "OPTIONS", "MESSAGE", "ACK"):
            with self.subTest(method):
                self.leads_nowhere(self.caller.in_dialog(self.mine, method, uri=self.victim_uri))
        self.call_still_works()

    def test_foreign_route_behind_the_token(self):
        """a Route to somebody else behind a valid token is not followed: the record knows the way"""
        for routes in ([*self.mine.routes, f"<sip:{self.victim.hostport};lr>"],
                       [f"<sip:{self.victim.hostport};lr>", *self.mine.routes]):
            with self.subTest(routes=routes):
                self.caller.send(self.caller.in_dialog(self.mine, "INFO", routes=routes), self.caller.server)
                self.assertEqual([m.first for m in self.victim.everything()], [])
                for message in self.callee.everything(0.05):
                    self.callee.answer(message, 200, "OK")
                self.caller.everything(0.05)
        self.call_still_works()

    def test_invented_tag_and_route(self):
        """an invented To-tag and Route with a foreign R-URI: no packet leaves"""
        invented = [re.sub(r"[a-z2-7]{16,}", lambda found: secrets.token_hex(len(found[0]))[:len(found[0])], route)
                    for route in self.mine.routes]
        remote = f"<sip:1002@{DOMAIN}>;tag={secrets.token_hex(6)}"
        for routes in (invented, [f"<sip:{self.victim.hostport};lr>"], []):
            for method in ("BYE", "INVITE", "INFO", "ACK"):
                with self.subTest(method=method, routes=routes):
                    self.leads_nowhere(self.caller.in_dialog(self.mine, method, uri=self.victim_uri, remote=remote,
                                                             routes=routes))
        self.call_still_works()

    def test_another_phone_with_a_token_it_saw(self):
        """a stranger who saw a token and the tags of a call cannot end it by naming another target"""
        with Agent("1001", DOMAIN, "", self.caller.server, "127.0.0.5") as stranger:
            text = self.caller.in_dialog(self.mine, "BYE", uri=self.victim_uri)
            stranger.send(text.replace(self.caller.hostport, stranger.hostport), stranger.server)
            self.assertEqual([m.first for m in self.victim.everything()], [])
            self.assertEqual([m.first for m in self.callee.everything(0.05)], [])
        self.call_still_works()
