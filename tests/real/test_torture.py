# SPDX-License-Identifier: Apache-2.0
"""RFC 4475 and RFC 5118 on the wire: each message, byte for byte, over both transports, from each kind of sender."""

import itertools
import secrets
import unittest
from urllib.request import urlopen

from real.server import Server, parse_metrics, wait_until
from real.torture_messages import (ack_of, answer_differences, credentials_for, differences, messages_in, original_of)
from real.torture_table import DISCARD, EVERYTHING, FORWARD, FORWARDED, RFC4475, RFC5118, SILENCE
from real.torture_wire import Callee, Datagrams, Probe, Stream
from real.wire import ANSWER_SECONDS, Agent, digest

PASSWORD = "a-good-password"
OWN = "senders.ringfence.test"
# Those whom the messages call.
CALLED = (("user", "example.com"), ("UserB", "example.com"), ("joe", "example.com"), ("kumiko", "example.org"),
          ("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", "example.com"),
          ("user", "[2001:db8::10]"), ("user", "[2001:db8::c000:201]"))
DOMAINS = ("example.com", "example.net", "example.org", "east.example.com", "chair-dnrc.example.com",
           "registrar.example.com", "ift.client.example.net", "[2001:db8::10]", "[2001:db8::c000:201]", OWN)
TRUSTED, KNOWN, CALLEE = "127.4.75.1", "127.4.75.2", "127.4.75.3"
# One each, for an address is answered once a second; all of one length, which decides whether a challenge fits.
STRANGERS = (f"127.51.{number // 100}.{number % 100 + 100}" for number in itertools.count(1000))
# What a discarded response counts as: one that answers nothing of ours, or one that is malformed.
COUNTERS = {"unreason": "transport_foreign_branch", "noreason": "transport_foreign_branch",
            "bcast": "transport_foreign_branch", "scalarlg": "transport_malformed_silent",
            "bigcode": "transport_malformed_silent"}
LATE = "net_streams_deadline_completion"  # messages whose time was over


class Platform(unittest.TestCase):
    """A server that knows all who are named in the messages, and a callee who answers for those who are called."""

    def setUp(self):
        # One shard: what was sent first is dealt with first, so the answer to a probe proves the silence before it.
        # A server for each test: the messages name their transactions, which outlive a test.
        self.server = self.enterContext(Server("torture", sip__shards=1, security__trusted_sources=f"{TRUSTED}/32",
                                               sip__tcp__completion_timeout="1s"))
        self.udp, self.tcp = self.server.address("udp"), self.server.address("tcp")
        self.page = f"http://{self.server.cli_json('status')['metrics']}/metrics"
        self.provide_accounts()
        self.callee = self.enterContext(Callee("", "", "", self.udp, CALLEE))
        for user, domain in CALLED:
            self.callee.register_as(user, domain, PASSWORD)

    def provide_accounts(self):
        for domain in DOMAINS:
            self.server.cli("domain", "add", domain)
        accounts = {*(f"{user}@{domain}" for user, domain in CALLED), f"sender@{OWN}", f"~last@{OWN}",
                    *(row.account for row in EVERYTHING if row.account)}
        table = self.server.data / "accounts.csv"
        table.write_text("".join(f'"{account}",{PASSWORD}\n' for account in sorted(accounts)))
        self.server.cli("subscriber", "import", str(table))
        with Agent("~last", OWN, PASSWORD, self.udp, CALLEE) as last:
            wait_until(lambda: self.registers(last), ANSWER_SECONDS, "the accounts have reached the shard")

    @staticmethod
    def registers(agent):
        return agent.challenged("REGISTER", f"sip:{agent.domain}", to=f"<{agent.aor}>", local=agent.new_local(), cseq=1,
                                call_id=secrets.token_hex(8)).status == 200

    # What comes of a message

    def exchange(self, sender, row, data=None, probed=True):
        """Sends a message and a probe behind it. (what came of it in the table's words, what was wrong with that)"""
        originals = messages_in(row.message)
        sender.send(row.message if data is None else data)
        probe = Probe(sender.transport, "%s:%d" % sender.source, OWN) if probed else None
        if probe:
            sender.send(probe.text)
        words, wrong = [], []
        while (answer := sender.receive()) and not (probe and probe.answered_by(answer)):
            words.append(str(answer.status))
            wrong += self.look_at(answer, original_of(answer, originals), sender)
        if answer is None:
            words.append("close" if sender.closed else "nothing")
        wrong += self.let_callee_answer(sender, originals, words)
        return ", ".join(words), wrong

    @staticmethod
    def look_at(answer, sent, sender):
        if answer.status >= 300 and sent.method == b"INVITE" and sent.get(b"from") and sender.transport == "UDP":
            sender.send(ack_of(sent, answer))
        return answer_differences(sent, answer, sender.source)

    def let_callee_answer(self, sender, originals, words):
        """Accepts what was forwarded: it lies before the answer to a probe of the callee's own."""
        wrong = []
        for request, source in self.callee.take_all(OWN):
            sent = original_of(request, originals)
            wrong += differences(sent, request, self.callee.contact_uri, sender.source)
            self.callee.accept(request, source)
            if sender.closed:
                words.append(FORWARDED)
                continue
            answer = self.final(sender)
            words.append(FORWARD if answer and answer.status == 200 else f"{FORWARDED}, {answer and answer.first}")
            wrong += answer_differences(sent, answer, sender.source) if answer else []
        return wrong

    @staticmethod
    def final(sender):
        while (answer := sender.receive()) and answer.status < 200:
            pass
        return answer

    def counted(self, name):
        with urlopen(self.page, timeout=ANSWER_SECONDS) as page:
            values = parse_metrics(page.read().decode())
        return sum(values[f"ringfence_{name}_total"].values())

    def right(self, wanted, row, sender):
        """None when the message came to what the table has; else what it came to."""
        in_time = " in time" in wanted
        counter = LATE if in_time else COUNTERS.get(row.file)
        before = self.counted(counter) if counter else 0
        words, wrong = self.exchange(sender, row, probed="close" not in wanted)
        if wanted in (DISCARD, SILENCE) and words == "":
            words = wanted
        if words != wanted.replace(" in time", "") or wrong:
            return "; ".join([f"{words or 'nothing'} where {wanted} is right", *wrong])
        if counter and self.counted(counter) != before + 1:
            return f"not counted as {counter}"
        return None

    def all_right(self, senders, column):
        """Every row from a sender of its own: 49 of 49 and 12 of 12, or what was wrong."""
        wrong, counts = [], []
        for rows in (RFC4475, RFC5118):
            found = {}
            for row in rows:
                with senders() as sender:
                    if why := self.right(getattr(row, column), row, sender):
                        found[row.file] = why
            counts.append(f"{len(rows) - len(found)} of {len(rows)}")
            wrong += [f"{file}: {why}" for file, why in found.items()]
        summary = f"{counts[0]} of RFC 4475 and {counts[1]} of RFC 5118 are right"
        self.assertEqual(wrong, [], "\n".join([summary, *wrong]))


class Unchanged(Platform):
    def test_torture_trusted_udp(self):
        """torture from a trusted source over UDP: 49 of 49, 12 of 12"""
        self.all_right(lambda: Datagrams(TRUSTED, self.udp), "udp")

    def test_torture_trusted_tcp(self):
        """torture from a trusted source over TCP: 49 of 49, 12 of 12"""
        self.all_right(lambda: Stream(TRUSTED, self.tcp), "tcp")

    def test_torture_known_udp(self):
        """torture with authentication in front, from a registered phone over UDP: 49 of 49, 12 of 12"""
        with Agent("sender", OWN, PASSWORD, self.udp, KNOWN, Datagrams.PORTS[0]) as phone:
            phone.register()
        self.all_right(lambda: Datagrams(KNOWN, self.udp), "asked_udp")

    def test_torture_known_tcp(self):
        """torture with authentication in front, from a registered phone over TCP: 49 of 49, 12 of 12"""
        def registered():
            stream = Stream(KNOWN, self.tcp)
            self.register_on(stream)
            return stream
        self.all_right(registered, "asked_tcp")

    def test_torture_stranger_udp(self):
        """torture from strangers over UDP: the answer, the challenge or the silence of the table"""
        self.all_right(lambda: Datagrams(next(STRANGERS), self.udp), "stranger_udp")

    def test_torture_stranger_tcp(self):
        """torture from strangers over TCP, who are where they say: never silence"""
        self.all_right(lambda: Stream(next(STRANGERS), self.tcp), "stranger_tcp")

    def test_torture_half_closed(self):
        """torture over TCP: an incomplete message is answered as soon as its sender has closed his side"""
        for row in (row for row in EVERYTHING if "in time" in row.tcp):
            with self.subTest(row.file), Stream(next(STRANGERS), self.tcp) as sender:
                sender.send(row.message)
                sender.end()
                self.assertEqual(sender.receive().status, 400)
                self.assertIsNone(sender.receive())
                self.assertTrue(sender.closed)
        self.assertEqual(self.counted(LATE), 0)

    def register_on(self, stream):
        """Registers the sender's account over this connection: its flow is known then."""
        challenge = ""
        for number in (1, 2):
            uri = f"sip:{OWN}"
            credentials = challenge and [f"Authorization: {digest(challenge, 'REGISTER', uri, 'sender', PASSWORD)}"]
            stream.send("\r\n".join([
                f"REGISTER {uri} SIP/2.0", f"Via: SIP/2.0/TCP {KNOWN};rport;branch=z9hG4bK{secrets.token_hex(8)}",
                f"From: <sip:sender@{OWN}>;tag=1", f"To: <sip:sender@{OWN}>", f"Call-ID: {secrets.token_hex(8)}",
                f"CSeq: {number} REGISTER", f"Contact: <sip:sender@{KNOWN};transport=tcp>", *credentials,
                "Content-Length: 0", "", ""]).encode())
            answer = stream.receive()
            challenge = answer.get(b"www-authenticate").decode()
        self.assertEqual(answer.status, 200)


class Admitted(Platform):
    def test_torture_with_credentials(self):
        """torture with an answer to the challenge: who may pass passes, and nothing else of the message has changed"""
        with Agent("sender", OWN, PASSWORD, self.udp, KNOWN, Datagrams.PORTS[0]) as phone:
            phone.register()
        wrong = []
        # Registrations last: they give the callees further contacts. And over TCP, where a transaction does not outlive
        # its answer: cparam02 is a copy of cparam01 by RFC 3261 §17.2.3.
        calls = [row for row in EVERYTHING if row.account and not row.message.startswith(b"REGISTER ")]
        registrations = [row for row in EVERYTHING if row.account and row.message.startswith(b"REGISTER ")]
        for row in calls + registrations:
            with Datagrams(KNOWN, self.udp) if row in calls else Stream(KNOWN, self.tcp) as sender:
                wrong += [f"{row.file}: {why}" for why in self.admitted(row, sender)]
        self.assertEqual(wrong, [], "\n".join(wrong))

    def admitted(self, row, sender):
        """Sends the message, then once more with an answer to its challenge; what was wrong with that."""
        sent = messages_in(row.message)[0]
        # Of what lies behind the body the challenge has been seen elsewhere.
        alone = row.message[:len(row.message) - len(sent.body) + len(sent.carried)]
        sender.send(alone)
        challenge = sender.receive()
        if challenge is None or challenge.status not in (401, 407):
            return [f"{challenge and challenge.first} instead of a challenge"]
        if sent.method == b"INVITE":
            sender.send(ack_of(sent, challenge))
        line, end, rest = alone.partition(b"\r\n")
        credentials = credentials_for(row.account, PASSWORD, sent, challenge)
        words, wrong = self.exchange(sender, row, line + end + credentials + end + rest)
        return wrong + ([f"{words} where {row.admitted} is right"] if words != row.admitted else [])

    def test_torture_contact_parameters(self):
        """torture: a parameter of Contact is none of its URI, one of the URI is kept (RFC 4475 §3.3.12, §3.3.13)"""
        rows = {row.file: row for row in RFC4475}
        for file, bound in (("cparam01", "sip:+19725552222@gw1.example.net"),
                            ("cparam02", "sip:+19725552222@gw1.example.net;unknownparam")):
            with Stream(KNOWN, self.tcp) as sender:
                self.assertEqual(self.admitted(rows[file], sender), [])
            self.assertEqual(self.server.bindings()["watson@example.com"], [bound])
