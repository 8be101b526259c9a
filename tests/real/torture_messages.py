# SPDX-License-Identifier: Apache-2.0
"""Messages as bytes, row by row: what a proxy and an answer may change of them, and nothing else."""

import dataclasses
import re

from real.wire import digest

COMPACT = {b"v": b"via", b"f": b"from", b"t": b"to", b"i": b"call-id", b"m": b"contact", b"l": b"content-length",
           b"c": b"content-type", b"s": b"subject", b"k": b"supported"}
ROW_END = re.compile(rb"\r\n(?![ \t])")


@dataclasses.dataclass
class Raw:
    """A message in pieces: its first line, its header rows with their folds, its body."""

    first: bytes
    rows: list
    body: bytes

    @classmethod
    def parse(cls, data):
        head, _, body = data.partition(b"\r\n\r\n")
        first, *rows = ROW_END.split(head)
        return cls(first, [row for row in rows if row], body)

    @staticmethod
    def name_of(row):
        name = row.partition(b":")[0].strip().lower()
        return COMPACT.get(name, name)

    @staticmethod
    def value_of(row):
        return row.partition(b":")[2].strip()

    def all(self, name):
        return [self.value_of(row) for row in self.rows if self.name_of(row) == name]

    def get(self, name):
        return next(iter(self.all(name)), b"")

    @property
    def status(self):
        return int(self.first.split()[1]) if self.first.startswith(b"SIP/2.0 ") else 0

    @property
    def method(self):
        return self.first.split(b" ")[0]

    @property
    def carried(self):
        """The body as Content-Length has it; all there is without one."""
        length = self.get(b"content-length")
        return self.body[:int(length)] if length.isdigit() else self.body

    def bytes(self):
        return b"\r\n".join([self.first, *self.rows, b"", self.body])


def messages_in(data):
    """The message, and the one behind its body if there is one (RFC 4475 §3.1.1.8)."""
    first = Raw.parse(data)
    rest = first.body[len(first.carried):].lstrip()
    return [first, Raw.parse(rest)] if rest.startswith(b"INVITE ") else [first]


def original_of(message, originals):
    return next((each for each in originals if each.get(b"call-id") == message.get(b"call-id")), originals[0])


# What a proxy may change


def differences(sent, got, contact, source):
    """What of RFC 3261 §16.6 a forwarded message breaks; empty when it is as it must be.

    sent and got are Raw; contact is the URI it was forwarded to, source the (host, port) it was sent from.
    """
    wrong = []
    if got.first != b" ".join([sent.method, contact.encode(), b"SIP/2.0"]):
        wrong.append(f"the request line is {got.first!r}")
    if got.body != sent.carried:
        wrong.append("the body is another one")
    added, lost = added_rows(sent, got)
    wrong += [f"{row!r} is lost or changed" for row in lost]
    return wrong + unexpected_rows(sent, got, added, source)


def added_rows(sent, got):
    """(rows of got that sent does not have in this order, rows of sent that are not in got)

    Of sent those are left out that a proxy replaces: the top Via, Max-Forwards, Route.
    """
    top_via = next(row for row in sent.rows if Raw.name_of(row) == b"via")
    kept = [row for row in sent.rows if row is not top_via and Raw.name_of(row) not in (b"max-forwards", b"route")]
    added = []
    for row in got.rows:
        if kept and row == kept[0]:
            kept.pop(0)
        else:
            added.append(row)
    return added, kept


def unexpected_rows(sent, got, added, source):
    """Of the added rows: those that must be there and are not, and those that must not be."""
    ours, second = got.all(b"via")[:2]
    wanted = wanted_rows(sent, source)
    left = [(Raw.name_of(row), Raw.value_of(row)) for row in added]
    wrong = [f"{pair} is not there, but {left}" for pair in wanted if pair not in left]
    left = [pair for pair in left if pair not in wanted and pair != (b"via", ours)]
    if not re.fullmatch(rb"SIP/2\.0/UDP [\d.]+:\d+;branch=z9hG4bK[^;]+;rport", ours) or (b"via", second) not in wanted:
        wrong.append(f"the upper Vias are {ours!r} and {second!r}")
    invites = sent.method == b"INVITE"
    if invites and b"record-route" not in dict(left):
        wrong.append("an INVITE without a Record-Route of ours")
    return wrong + [f"{pair} was added" for pair in left if not (invites and pair[0] == b"record-route")]


def wanted_rows(sent, source):
    """What a proxy writes that is the same for every proxy."""
    hops, vias = sent.get(b"max-forwards"), sent.all(b"via")
    rows = [(b"max-forwards", b"%d" % (int(hops) - 1) if hops else b"70"),
            (b"via", stamped(without_stamp(vias)[0], source, b";rport" in vias[0]))]
    if not sent.all(b"content-length"):
        rows.append((b"content-length", b"%d" % len(sent.carried)))
    return rows


def answer_differences(sent, answer, source):
    """What of RFC 3261 §8.2.6 an answer breaks; empty when it is as it must be."""
    wrong = []
    vias = unfolded(answer.all(b"via"))
    stamp = stamped(b"", source, b";rport" in sent.get(b"via"))
    # Where it stands in a Via that cannot be read is nobody's business (RFC 4475 §3.1.2.1).
    if stamp not in vias[0] or [vias[0].replace(stamp, b""), *vias[1:]] != unfolded(without_stamp(sent.all(b"via"))):
        wrong.append(f"its Vias are {vias}")
    for name in (b"from", b"call-id", b"cseq"):
        if unfolded(answer.all(name)[:1]) != unfolded(sent.all(name)[:1]):
            wrong.append(f"its {name.decode()} is {answer.get(name)!r}")
    if sent.get(b"to") and b";tag=" not in answer.get(b"to").replace(b" ", b""):
        wrong.append(f"its To is {answer.get(b'to')!r}")
    wanted = {401: b"www-authenticate", 407: b"proxy-authenticate", 420: b"unsupported"}.get(answer.status)
    if wanted and not answer.get(wanted):
        wrong.append(f"{answer.status} without {wanted.decode()}")
    if answer.status == 420 and answer.all(b"unsupported") != sent.all(b"proxy-require"):
        wrong.append(f"Unsupported names {answer.all(b'unsupported')}")
    return wrong


def unfolded(values):
    return [re.sub(rb"\s+", b" ", value) for value in values]


def without_stamp(vias):
    return [re.sub(rb";(rport|received=[^;]*)", b"", vias[0]), *vias[1:]]


def stamped(via, source, asks_port=False):
    """A Via with what RFC 3261 §18.2.1 and RFC 3581 add to it where it names another place than it came from."""
    host, port = source
    return via + b";received=" + host.encode() + (b";rport=%d" % port if asks_port else b"")


def ack_of(sent, answer):
    """ACK to a refused INVITE (RFC 3261 §17.1.1.3)."""
    via = next(row for row in sent.rows if Raw.name_of(row) == b"via")
    number = answer.get(b"cseq").split()[0]
    copied = (b"%s: %s" % (name, answer.get(name.lower())) for name in (b"From", b"To", b"Call-ID"))
    rows = [via, b"Max-Forwards: 70", *copied, b"CSeq: %s ACK" % number, b"Content-Length: 0"]
    uri = sent.first[len(sent.method) + 1:].rpartition(b" ")[0]
    return Raw(b"ACK %s SIP/2.0" % uri, rows, b"").bytes()


def credentials_for(account, password, sent, challenge):
    """A header row that answers a challenge."""
    asked, answer = ((b"www-authenticate", b"Authorization") if challenge.status == 401
                     else (b"proxy-authenticate", b"Proxy-Authorization"))
    uri = sent.first[len(sent.method) + 1:].rpartition(b" ")[0].decode()
    user = account.rsplit("@", 1)[0]
    return answer + b": " + digest(challenge.get(asked).decode(), sent.method.decode(), uri, user, password).encode()
