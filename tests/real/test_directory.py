# SPDX-License-Identifier: Apache-2.0
"""What is provisioned acts on the next request; files go out of one platform and into another."""

import json
import secrets
import stat
import unittest

from real.server import CommandFailed, Server
from real.wire import Agent, digest

DOMAIN = "directory.ringfence.test"
PASSWORD = "a-good-password"

# What an operator types to set up a small reseller, each kind of rows once: (words..., {field: what its answer's
# column gives later lines}).
CHAIN = [
    ("contact", "add", "smith", "--email", "smith@example.test", "--country", "at"),
    ("billing-profile", "add", "flat", "--currency", "eur", "--interval-charge", "990"),
    ("zone", "add", "flat", "--name", "Austria"),
    ("fee", "add", "flat", "--zone", "{zone}", "--destination", "43", "--onpeak-init-rate", "0.25"),
    ("off-peak", "add", "flat", "--week-day", "6"),
    ("contract", "add", "carriers", "--contact", "smith"),
    ("customer", "add", "smith", "--contact", "smith", "--billing-profile", "flat"),
    ("domain", "add", DOMAIN, "--zone", "Europe/Vienna"),
    ("subscriber", "add", f"1001@{DOMAIN}", "--password", PASSWORD, "--customer", "smith", "--number", "+431001"),
    ("number", "add", "431002", "--subscriber", f"1001@{DOMAIN}"),
    ("fixed-contact", "add", f"1001@{DOMAIN}", "--contact", "sip:door@192.0.2.7"),
    ("trusted-source", "add", f"1001@{DOMAIN}", "--network", "192.0.2.0/28"),
    ("speed-dial", "add", f"1001@{DOMAIN}", "--slot", "*1", "--destination", "431003"),
    ("reminder", "add", f"1001@{DOMAIN}", "--time", "07:30"),
    ("rewrite-set", "add", "austria"),
    ("rewrite-rule", "add", "austria", "--pattern", "^0([1-9].*)$", "--replacement", r"${caller_cc}\1"),
    ("time-set", "add", "--name", "office"),
    ("period", "add", "{time-set}", "--week-days", "2-6", "--hours", "8-17"),
    ("ncos-level", "add", "national", "--mode", "whitelist", "--time-set", "{time-set}"),
    ("ncos-pattern", "add", "national", "--pattern", "^43"),
    ("peer-group", "add", "carriers", "--contract", "carriers"),
    ("peer", "add", "carrier", "--address", "192.0.2.1:5060/udp", "--group", "carriers"),
    ("peer-rule", "add", "carriers", "--callee-prefix", "43"),
    ("inbound-rule", "add", "carriers", "--field", "ruri_user", "--pattern", "^43"),
    ("destination-set", "add", f"1001@{DOMAIN}", "--name", "mobile"),
    ("destination", "add", "{destination-set}", "--destination", "436641234567"),
    ("source-set", "add", f"1001@{DOMAIN}", "--name", "friends"),
    ("source", "add", "{source-set}", "--pattern", "43*"),
    ("number-set", "add", f"1001@{DOMAIN}", "--name", "both"),
    ("number-pattern", "add", "{number-set}", "--pattern", "43100?"),
    ("forward", "add", f"1001@{DOMAIN}", "--type", "cfb", "--destination-set", "{destination-set}",
     "--source-set", "{source-set}", "--number-set", "{number-set}"),
    ("preference", "add", "--name", "rewrite_rule_set", "--value", "austria", "--domain", DOMAIN),
    ("ban", "add", f"guesser@{DOMAIN}", "--reason", "guessed passwords"),
    ("admin", "add", "boss", "--role", "reseller"),
]
KINDS = [words[0] for words in CHAIN]


def provision(server, *scope):
    """Runs the chain; the answers by kind."""
    answers = {}
    for words in CHAIN:
        filled = [word.format(**{kind: answer["id"] for kind, answer in answers.items()}) if word.startswith("{") else word
                  for word in words]
        # A peer is placed by who sees all resellers; it is the reseller's by its group.
        answers[words[0]] = server.cli_json(*(() if words[0] == "peer" else scope), *filled)
    return answers


class Directory(unittest.TestCase):
    maxDiff = None

    def server(self, name, **settings):
        return self.enterContext(Server(name, ("udp:127.0.0.1:0", "tcp:127.0.0.1:0"), **settings))

    def register(self, server, user="1001"):
        """The final answer to a REGISTER with the right password."""
        with Agent(user, DOMAIN, PASSWORD, server.address(), "127.0.0.2") as agent:
            parts = {"to": f"<{agent.aor}>", "local": agent.new_local(), "call_id": secrets.token_hex(8)}
            agent.send(agent.request("REGISTER", f"sip:{DOMAIN}", cseq=1, **parts), agent.server)
            first = agent.final(parts["call_id"], 1, "REGISTER")
            challenge = next(filter(agent.can_answer, first.all("WWW-Authenticate")))
            credentials = digest(challenge, "REGISTER", f"sip:{DOMAIN}", user, PASSWORD)
            agent.send(agent.request("REGISTER", f"sip:{DOMAIN}", cseq=2, headers=[f"Authorization: {credentials}"],
                                     **parts), agent.server)
            return agent.final(parts["call_id"], 2, "REGISTER").status

    def assertRefused(self, code, said, server, *words):
        with self.assertRaises(CommandFailed) as caught:
            server.cli(*words)
        self.assertEqual(caught.exception.code, code, caught.exception)
        self.assertIn(said, str(caught.exception))

    def test_every_kind(self):
        """every kind is added, listed, shown, changed and removed from the command line, and the audit tells of it"""
        server = self.server("kinds")
        answers = provision(server)
        for kind in KINDS:
            with self.subTest(kind):
                listed = server.cli_json(kind, "ls", "--limit", "1000")
                self.assertEqual([row["id"] for row in listed], [answers[kind]["id"]])
                key = f"id:{answers[kind]['id']}"
                shown = server.cli_json(kind, "show", key)
                self.assertEqual({name: value for name, value in shown.items() if name != "subscribers"},
                                 {name: value for name, value in answers[kind].items() if name not in ("password", "subscribers")})
        server.cli("customer", "set", "smith", "--external-id", "4711")
        self.assertEqual([row["customer"] for row in server.cli_json("customer", "ls", "--external-id", "4711")], ["smith"])
        self.assertRefused(6, "it still has 1 subscriber", server, "customer", "rm", "smith")
        server.cli("subscriber", "rm", f"1001@{DOMAIN}")
        for kind in ("number", "forward", "destination", "speed-dial", "fixed-contact"):
            self.assertEqual(server.cli_json(kind, "ls"), [], kind)
        server.cli("customer", "rm", "smith")
        removed = [entry["entity"] for entry in server.cli_json("audit", "ls", "--limit", "100") if entry["action"] == "remove"]
        self.assertIn("destination", removed)
        self.assertEqual(removed.count("customer"), 1)

    def test_next_request(self):
        """a locked customer, domain or reseller locks its phones with the next request, and no restart is needed"""
        server = self.server("live")
        server.cli("reseller", "add", "acme")
        scope = ("--reseller", "acme")
        server.cli(*scope, "customer", "add", "smith")
        server.cli(*scope, "domain", "add", DOMAIN)
        server.cli(*scope, "subscriber", "add", f"1001@{DOMAIN}", "--password", PASSWORD, "--customer", "smith")
        self.assertEqual(self.register(server), 200)
        for kind, key in (("customer", "smith"), ("domain", DOMAIN), ("reseller", "acme"), ("subscriber", f"1001@{DOMAIN}")):
            with self.subTest(kind):
                server.cli(kind, "set", key, "--state", "locked")
                self.assertEqual(self.register(server), 401)
                server.cli(kind, "set", key, "--state", "active")
                self.assertEqual(self.register(server), 200)
        server.cli("customer", "set", "smith", "--state", "locked")
        server.kill_role("sip")  # the snapshot is loaded anew
        self.assertEqual(self.register(server), 401)

    def test_files(self):
        """what one platform exports another imports, in both formats, and exports again as the same"""
        one = self.server("export")
        provision(one)
        two = self.server("import")
        for kind in KINDS:
            if kind == "admin":
                continue  # its password is nowhere to be had
            with self.subTest(kind):
                secret = ("--with-secrets",) if kind == "subscriber" else ()
                form = "jsonl" if KINDS.index(kind) % 2 else "csv"
                file, again = one.data / f"{kind}.{form}", two.data / f"{kind}.{form}"
                self.assertEqual(one.cli_json(kind, "export", str(file), "--format", form, *secret), {"exported": 1})
                self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
                self.assertEqual(two.cli_json(kind, "import", str(file)), {"imported": 1})
                two.cli(kind, "export", str(again), "--format", form, *secret)
                self.assertEqual(file.read_text(), again.read_text())
        self.assertEqual(self.register(two), 200)  # the HA1s came along

    def test_wrong_lines(self):
        """of a file with wrong lines nothing is imported, and each wrong line is named"""
        server = self.server("lines")
        server.cli("domain", "add", DOMAIN)
        file = server.data / "wrong.jsonl"
        lines = [{"subscriber": f"1@{DOMAIN}", "password": PASSWORD}, {"subscriber": "2@nowhere.test", "password": PASSWORD},
                 {"subscriber": f"3@{DOMAIN}", "password": PASSWORD, "number": "x"}, {"subscriber": f"1@{DOMAIN}", "password": PASSWORD},
                 {"subscriber": f"5@{DOMAIN}", "password": PASSWORD, "colour": "red"}, {"subscriber": f"6@{DOMAIN}"}]
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        with self.assertRaises(CommandFailed) as caught:
            server.cli("subscriber", "import", str(file))
        for said in ("5 of 6 lines are wrong", "line 2: there is no domain nowhere.test", "line 3: number", "line 4:",
                     "line 5: there is no option --colour", "line 6: it has neither a password nor an HA1"):
            self.assertIn(said, str(caught.exception))
        self.assertEqual(server.cli_json("subscriber", "ls"), [])

    def test_resellers(self):
        """one reseller sees nothing of another, in lists, by name, by id, in files or in what is refused"""
        server = self.server("resellers")
        for name in ("one", "two"):
            server.cli("reseller", "add", name)
        answers = provision(server, "--reseller", "one")
        for kind in KINDS:
            with self.subTest(kind):
                self.assertEqual(server.cli_json("--reseller", "two", kind, "ls"), [])
                self.assertEqual(len(server.cli("--reseller", "two", kind, "export").splitlines()), 1)  # the names
                self.assertRefused(3, f"there is no such {kind}", server, "--reseller", "two", kind, "show",
                                   f"id:{answers[kind]['id']}")
        self.assertRefused(4, "leave --reseller out", server, "--reseller", "two", "audit", "ls")
        self.assertRefused(6, "taken", server, "--reseller", "two", "domain", "add", DOMAIN)
        self.assertRefused(3, "there is no domain", server, "--reseller", "two", "subscriber", "add", f"9@{DOMAIN}")
        self.assertRefused(6, "it still has", server, "reseller", "rm", "one")
        server.cli("reseller", "rm", "two")
