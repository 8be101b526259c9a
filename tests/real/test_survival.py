# SPDX-License-Identifier: Apache-2.0
"""kill -9 of each of our processes between registration and call: no binding is lost, and the call comes through."""

import unittest

from real.server import Server
from real.wire import Agent, establish

DOMAIN = "survival.ringfence.test"
USERS = {"1001": "a-first-password", "1002": "a-second-password"}


class Survival(unittest.TestCase):
    def survives(self, name, blow):
        with Server(f"survival-{name}", ("udp:127.0.0.1:0",)) as server:
            server.add_subscribers(DOMAIN, USERS)
            address = server.address()
            with Agent("1001", DOMAIN, USERS["1001"], address, "127.0.0.2") as caller, \
                    Agent("1002", DOMAIN, USERS["1002"], address, "127.0.0.3") as callee:
                caller.register()
                callee.register()
                before = server.bindings()
                self.assertEqual(len(before), 2, before)

                blow(server)

                self.assertEqual(server.bindings(), before)
                mine, theirs = establish(caller, callee)
                callee.send(callee.in_dialog(theirs, "BYE"), callee.server)
                bye = caller.expect(lambda message: message.method == "BYE", "BYE")
                caller.answer(bye, 200, "OK")
                self.assertEqual(callee.final(theirs.call_id, theirs.cseq, "BYE").status, 200)

    def test_sip_process(self):
        """kill -9 of the sip process between registration and call loses no binding"""
        self.survives("sip", lambda server: server.kill_role("sip"))

    def test_web_process(self):
        """kill -9 of the web process between registration and call loses no binding"""
        self.survives("web", lambda server: server.kill_role("web"))

    def test_supervisor(self):
        """kill -9 of the supervisor between registration and call loses no binding"""
        self.survives("supervisor", lambda server: server.kill_supervisor_and_restart())

    def test_all_at_once(self):
        """kill -9 of all processes at once between registration and call loses no binding"""
        def blow(server):
            server.kill_all()
            server.start()
        self.survives("all", blow)
