# SPDX-License-Identifier: Apache-2.0
"""Two baresip phones register, call each other both ways, hear each other, hang up."""

import unittest

from real.phone import Phone
from real.server import Server, wait_until

DOMAIN = "phones.ringfence.test"
USERS = {"1001": "a-first-password", "1002": "a-second-password", "1003": "a-third-password"}
LISTEN = ("udp:127.0.0.1:0", "tcp:127.0.0.1:0", "udp:[::1]:0", "tcp:[::1]:0")
TONES = {"1001": 440, "1002": 700, "1003": 850}
HEARABLE_SECONDS = 10


class Phones(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("phones", LISTEN).start()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.add_subscribers(DOMAIN, USERS)

    def phone(self, user, transport, host, server_host, password=None):
        return Phone(user, DOMAIN, password or USERS[user], self.server.address(transport, server_host), transport, host,
                     TONES[user])

    def talk(self, caller, callee):
        """One call in which both hear the other's tone; the callee hangs up."""
        caller.dial(callee.aor)
        caller.event("CALL_ESTABLISHED")
        callee.event("CALL_ESTABLISHED")
        for phone in (caller, callee):
            phone.event("CALL_RTPESTAB")
        wait_until(lambda: all(phone.recorded_seconds() > 1 for phone in (caller, callee)), HEARABLE_SECONDS,
                   "a second of sound")
        callee.hang_up()
        for phone in (caller, callee):
            phone.event("CALL_CLOSED")
        self.assertEqual((caller.heard(), callee.heard()), (callee.tone, caller.tone))

    def both_ways(self, transports, hosts, server_host):
        with self.phone("1001", transports[0], hosts[0], server_host) as one, \
                self.phone("1002", transports[1], hosts[1], server_host) as two:
            one.wait_registered()
            two.wait_registered()
            self.talk(one, two)
            self.talk(two, one)

    def test_udp(self):
        """two phones over UDP on 127.0.0.2 and 127.0.0.3 talk both ways"""
        self.both_ways(("udp", "udp"), ("127.0.0.2", "127.0.0.3"), "127.0.0.1")

    def test_tcp(self):
        """two phones over TCP on 127.0.0.2 and 127.0.0.3 talk both ways"""
        self.both_ways(("tcp", "tcp"), ("127.0.0.2", "127.0.0.3"), "127.0.0.1")

    def test_udp_with_tcp(self):
        """a phone over UDP and a phone over TCP talk both ways"""
        self.both_ways(("udp", "tcp"), ("127.0.0.2", "127.0.0.3"), "127.0.0.1")

    def test_udp_on_ipv6(self):
        """two phones over UDP on ::1 talk both ways"""
        self.both_ways(("udp", "udp"), ("::1", "::1"), "::1")

    def test_tcp_on_ipv6(self):
        """two phones over TCP on ::1 talk both ways"""
        self.both_ways(("tcp", "tcp"), ("::1", "::1"), "::1")

    def test_wrong_password(self):
        """a phone with a wrong password is refused, over UDP and TCP, and leaves no binding"""
        for transport in ("udp", "tcp"):
            with self.phone("1003", transport, "127.0.0.2", "127.0.0.1", password="guessed") as phone:
                phone.wait_refused()
            self.assertNotIn(f"1003@{DOMAIN}", self.server.bindings())
