# SPDX-License-Identifier: Apache-2.0
"""What the platform does with each message of RFC 4475 and each case of RFC 5118; docs/torture.md is made from it."""

import dataclasses
import pathlib

CORPUS = pathlib.Path(__file__).resolve().parents[2] / "corpus"

# How a verdict is written: what the sender sees, in order, separated by commas.
#   a number   that answer
#   forward    the message reaches the callee, changed as RFC 3261 §16.6 says and nowhere else, and the callee's 200
#              comes back
#   forwarded  the same, but the sender's connection is closed before the callee's answer
#   close      the connection is closed
#   in time    the answer comes when the time for a whole message is over (sip.tcp.completion_timeout)
#   discard    a response that answers nothing of ours: dropped and counted
#   silence    a request that is not answered
DISCARD, SILENCE, FORWARD, FORWARDED = "discard", "silence", "forward", "forwarded"


@dataclasses.dataclass(frozen=True)
class Row:
    """One message and its verdicts; a verdict left out follows from another one."""

    file: str
    section: str
    wants: str              # what the RFC has us do, in short
    udp: str                # from a trusted source, no authentication in front
    tcp: str = ""           # the same over TCP
    asked_udp: str = ""     # from a known source that has to authenticate
    asked_tcp: str = ""
    stranger_udp: str = ""
    stranger_tcp: str = ""
    account: str = ""       # whose credentials let it pass where it is challenged; none: nobody's can
    admitted: str = ""      # the verdict with these credentials

    def __post_init__(self):
        def default(name, value):
            object.__setattr__(self, name, getattr(self, name) or value)
        default("tcp", self.udp)
        default("asked_udp", challenged(self.udp))
        default("asked_tcp", challenged(self.tcp))
        default("stranger_udp", self.asked_udp)
        default("stranger_tcp", self.asked_tcp)
        default("admitted", self.udp)

    @property
    def path(self):
        return CORPUS / ("rfc5118" if self.section.startswith("4.") else "rfc4475") / f"{self.file}.dat"

    @property
    def message(self):
        return self.path.read_bytes()


def challenged(verdict):
    """The verdict where authentication is in front: what is refused for its form stays refused for its form."""
    return ", ".join("407" if word in (FORWARD, "404", "200") else word for word in verdict.split(", "))


RFC4475 = (
    Row("wsinv", "3.1.1.1", "well-formed: folds and white space", "481", stranger_udp=SILENCE),
    Row("intmeth", "3.1.1.2", "well-formed: unknown method, every character class", FORWARD,
        account="mundane@example.com"),
    Row("esc01", "3.1.1.3", "well-formed: the user is `sips:user@example.com`, and none of ours", "404"),
    Row("escnull", "3.1.1.4", "well-formed: registers two contacts; a registrar may ask for credentials", "401"),
    Row("esc02", "3.1.1.5", "well-formed: an unknown method, not REGISTER", "501", asked_udp="407", asked_tcp="407",
        account="resource@example.com"),
    Row("lwsdisp", "3.1.1.6", "well-formed: no white space before `<`", FORWARD, stranger_udp=SILENCE,
        account="caller@example.com"),
    Row("longreq", "3.1.1.7", "well-formed: long values, 34 Vias", FORWARD,
        account="amazinglylongcallername" * 5 + "@example.net"),
    Row("dblreq", "3.1.1.8", "a datagram ends with its body; on a stream the rest is the next message, and five bytes "
        "behind that one, which are none", "401", tcp="401, close, forwarded", asked_tcp="401, 407, close",
        account="j.user@example.com", admitted="200"),
    Row("semiuri", "3.1.1.9", "well-formed: the user is `user;par=u@example.net`, and none of ours", "404"),
    Row("transports", "3.1.1.10", "well-formed: unknown transports below the top Via", FORWARD, stranger_udp=SILENCE,
        account="caller@example.com"),
    Row("mpart01", "3.1.1.11", "well-formed: binary multipart body", FORWARD, account="fluffy@example.com"),
    Row("unreason", "3.1.1.12", "well-formed response, to nothing of ours", DISCARD),
    Row("noreason", "3.1.1.13", "well-formed response, to nothing of ours", DISCARD),
    Row("badinv01", "3.1.2.1", "400", "400"),
    Row("clerr", "3.1.2.2", "400; on a stream wait, then close", "400", tcp="400 in time, close"),
    Row("ncl", "3.1.2.3", "an error; a stream is closed", "400", tcp="400, close"),
    Row("scalar02", "3.1.2.4", "400", "400"),
    Row("scalarlg", "3.1.2.5", "discard", DISCARD),
    Row("quotbal", "3.1.2.6", "400", "400"),
    Row("ltgtruri", "3.1.2.7", "400", "400"),
    Row("lwsruri", "3.1.2.8", "400", "400"),
    Row("lwsstart", "3.1.2.9", "400", "400"),
    Row("trws", "3.1.2.10", "400", "400"),
    Row("escruri", "3.1.2.11", "400", "400"),
    Row("baddate", "3.1.2.12", "400", "400"),
    Row("regbadct", "3.1.2.13", "400", "400"),
    Row("badaspec", "3.1.2.14", "400", "400"),
    Row("baddn", "3.1.2.15", "400; the archive's bytes end without an empty line, so that a stream waits for it", "400",
        tcp="400 in time, close"),
    Row("badvers", "3.1.2.16", "505", "505"),
    Row("mismatch01", "3.1.2.17", "400", "400"),
    Row("mismatch02", "3.1.2.18", "501 (or 400)", "501"),
    Row("bigcode", "3.1.2.19", "discard", DISCARD),
    Row("badbranch", "3.2.1", "400 without state", "400"),
    Row("insuf", "3.3.1", "400", "400"),
    Row("unkscm", "3.3.2", "416", "416"),
    Row("novelsc", "3.3.3", "416", "416"),
    Row("unksm2", "3.3.4", "400 from a registrar: To is no SIP URI", "400", stranger_udp=SILENCE, stranger_tcp="400"),
    Row("bext01", "3.3.5", "420 with what Proxy-Require names", "420"),
    Row("invut", "3.3.6", "415 from who needs the body; a proxy forwards", FORWARD, account="caller@example.net"),
    Row("regaut01", "3.3.7", "as if there were no credentials", "401", account="j.user@example.com", admitted="200"),
    Row("multi01", "3.3.8", "400", "400"),
    Row("mcl01", "3.3.9", "an error; a stream is closed", "400", tcp="400, close"),
    Row("bcast", "3.3.10", "discard: never to a broadcast address", DISCARD),
    Row("zeromf", "3.3.11", "483", "483"),
    Row("cparam01", "3.3.12", "registers; the parameter belongs to the header", "401", account="watson@example.com",
        admitted="200"),
    Row("cparam02", "3.3.13", "registers; the parameter belongs to the URI", "401", account="watson@example.com",
        admitted="200"),
    Row("regescrt", "3.3.14", "registers, and does not obey the escaped header; 403: the contact would loop", "401",
        account="user@example.com", admitted="403"),
    Row("sdp01", "3.3.15", "406 from who answers the call; a proxy forwards", FORWARD, account="caller@example.net"),
    Row("inv2543", "3.4.1", "served; a stream needs its Content-Length", FORWARD, tcp="400, close",
        account="+13035551111@ift.client.example.net"),
)

RFC5118 = (
    Row("ipv6-good", "4.1", "well-formed: an IPv6 reference", "401", account="user@example.com", admitted="200"),
    Row("ipv6-bad", "4.2", "400: no brackets", "400"),
    Row("port-ambiguous", "4.3", "well-formed: no port", "401", account="user@example.com", admitted="200"),
    Row("port-unambiguous", "4.4", "well-formed: a port", "401", account="user@example.com", admitted="200"),
    Row("via-received-with-delim", "4.5", "read; a BYE of no call of ours", "481", stranger_udp=SILENCE),
    Row("via-received-no-delim", "4.5", "read; answered by the domain", "200", account="caller@example.com"),
    Row("ipv6-in-sdp", "4.6", "well-formed", FORWARD, account="caller@example.com"),
    Row("mult-ip-in-header", "4.7", "well-formed; a BYE of no call of ours", "481", stranger_udp=SILENCE),
    Row("mult-ip-in-sdp", "4.8", "well-formed", FORWARD, account="caller@example.com"),
    Row("ipv4-mapped-ipv6", "4.9", "well-formed", FORWARD, account="caller@east.example.com"),
    Row("abnf-three-colons", "4.10", "tolerated: the same address as without the third colon", FORWARD,
        stranger_udp=SILENCE, account="caller@example.com"),
    Row("abnf-two-colons", "4.10", "well-formed", FORWARD, stranger_udp=SILENCE, account="caller@example.com"),
)

EVERYTHING = RFC4475 + RFC5118
