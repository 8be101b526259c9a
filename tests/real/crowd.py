# SPDX-License-Identifier: Apache-2.0
"""A few hundred phones in one thread: they register, leave, call each other, and know what they were promised.

What a phone was told in a 200 is a promise. `Crowd.broken_promises()` compares all of them with a listing of the
server; what went wrong in between (no answer within 64*T1, an answer that nobody should get) stands in
`Crowd.failures`.
"""

import dataclasses
import heapq
import itertools
import random
import re
import secrets
import selectors
import time

from real.wire import Agent, Dialog, Message, digest, tag_of, uri_of

T1, T2, TIMEOUT = 0.5, 4, 32  # RFC 3261 §17.1.1.1: the last is 64 * T1
REGISTERS_A_SECOND, CALLS_A_SECOND = 120, 12
LIFETIMES = (600, 3600)
JITTER = 0.1  # registrar.expires_jitter: granted lifetimes are shorter by up to this part
ROUNDING = 1.5  # a listing shows whole seconds; a machine under load needs some time to write it


@dataclasses.dataclass(frozen=True)
class Lease:
    """A contact's lifetime as far as its phone can know it: when it was granted, and for how long."""

    least: float
    most: float
    asked_at: float
    answered_at: float

    def allows(self, left, listed_from, listed_until):
        """Can `left` seconds be what a listing made in that time shows?"""
        longest = self.most - max(0.0, listed_from - self.answered_at)
        return self.least - (listed_until - self.asked_at) - ROUNDING <= left <= longest


class Transaction:
    """A request on its way to its final answer (RFC 3261 §17.1)."""

    def __init__(self, phone, text, on_answer):
        self.phone, self.text, self.on_answer = phone, text, on_answer
        self.method = text.split(" ", 1)[0]
        self.branch = re.search(r"branch=([^;\s]+)", text)[1]
        self.done = self.quiet = False  # quiet: a provisional answer ended the repetitions of an INVITE
        self.began = phone.crowd.now()
        phone.transactions[self.branch, self.method] = self
        self._send(T1)

    def _send(self, interval):
        if self.done or self.quiet:
            return
        if self.phone.crowd.now() - self.began > TIMEOUT:
            self.end()
            self.phone.crowd.fail(f"{self.phone.user}: no answer to {self.method}\n{self.text}")
            return
        self.phone.send(self.text, self.phone.server)
        longest = TIMEOUT if self.method == "INVITE" else T2
        self.phone.crowd.after(interval, lambda: self._send(min(2 * interval, longest)))

    def answer(self, message):
        if message.status < 200:
            self.quiet = self.quiet or self.method == "INVITE"
        elif self.method != "INVITE" or message.status >= 300:
            self.end()
        self.on_answer(message)

    def end(self):
        self.done = True
        self.phone.transactions.pop((self.branch, self.method), None)


class Phone(Agent):
    """One account on one socket. What it holds is what the last 200 to its REGISTER said."""

    def __init__(self, crowd, user, host):
        self.crowd, self.leases, self.wanted = crowd, {}, None
        self.transactions, self.call = {}, None
        self.challenge, self.uses, self.cseq = None, 0, 0
        self.contact_value = None
        self.register_id, self.register_from = secrets.token_hex(8), None
        super().__init__(user, crowd.domain, crowd.password, crowd.address, host)
        self.socket.setblocking(False)
        self.register_from = self.new_local()

    @property
    def contact(self):
        return self.contact_value or f"<{self.contacts[0]}>"

    @property
    def contacts(self):
        return [f"sip:{self.user}{which}@{self.hostport}" for which in ("", "-too" + self.crowd.padding)]

    def read(self):
        """Takes all that waits at the socket."""
        while True:
            try:
                data, source = self.socket.recvfrom(65535)
            except BlockingIOError:
                return
            message = Message.parse(data, source)
            if not message.status:
                self.crowd.on_request(self, message)
                continue
            branch = re.search(r"branch=([^;\s]+)", message.get("Via"))[1]
            transaction = self.transactions.get((branch, message.method))
            if transaction:
                transaction.answer(message)

    def with_credentials(self, method, uri, headers=(), **parts):
        """The text of a request that carries what the last challenge asks for."""
        self.cseq += 1
        headers = list(headers)
        if self.challenge:
            self.uses += 1
            name = "Authorization" if method == "REGISTER" else "Proxy-Authorization"
            headers.append(f"{name}: " + digest(self.challenge, method, uri, self.user, self.password, self.uses))
        return self.request(method, uri, headers=headers, cseq=self.cseq, **parts)

    def challenged(self, answer):
        """Keeps the challenge of an answer; False when it is no challenge."""
        if answer.status not in (401, 407):
            return False
        rows = answer.all("WWW-Authenticate" if answer.status == 401 else "Proxy-Authenticate")
        self.challenge, self.uses = next(filter(self.can_answer, rows)), 0
        return True

    # Registration

    def register(self, contacts, expires, wildcard=False):
        """Asks for these contacts; with 0 they go, with `wildcard` all go."""
        after = {} if wildcard else dict(self.leases)
        now = time.monotonic()
        for contact in () if wildcard else contacts:
            after.pop(contact, None)
            if expires:
                after[contact] = Lease(expires * (1 - JITTER) - 1, expires, now, float("inf"))
        self.wanted = after
        self._send_register("*" if wildcard else ", ".join(f"<{each}>" for each in contacts), expires, 3)

    def _send_register(self, contact_value, expires, tries):
        self.contact_value = contact_value
        text = self.with_credentials("REGISTER", f"sip:{self.domain}", [f"Expires: {expires}"], to=f"<{self.aor}>",
                                     local=self.register_from, call_id=self.register_id)
        self.contact_value = None
        sent = time.monotonic()

        def on_answer(answer):
            if tries and self.challenged(answer):
                self._send_register(contact_value, expires, tries - 1)
            elif answer.status == 200:
                self._promised(answer, sent)
            elif answer.status >= 200:
                self.wanted = None
                self.crowd.fail(f"{self.user}: REGISTER got {answer.first}")
        Transaction(self, text, on_answer)

    def _promised(self, answer, sent):
        granted = {uri_of(value): int(re.search(r";expires=(\d+)", value)[1]) for value in answer.list("Contact")}
        if granted.keys() != self.wanted.keys():
            self.crowd.fail(f"{self.user}: asked for {sorted(self.wanted)}, was told {sorted(granted)}")
        now = time.monotonic()
        for contact, lease in self.wanted.items():
            if lease.answered_at == float("inf") and contact in granted:
                # Its first copy may have been the one that counts: the oldest moment stays.
                seconds = granted[contact]
                self.wanted[contact] = Lease(seconds, seconds + 1, min(lease.asked_at, sent), now)
        self.leases, self.wanted = self.wanted, None
        self.crowd.answered += 1

    def broken_promise(self, rows, listed_from, listed_until):
        """What a listing shows of this account and must not; None when all is well."""
        for state in [self.leases] + ([self.wanted] if self.wanted is not None else []):
            if state.keys() == rows.keys() and all(
                    lease.allows(rows[contact], listed_from, listed_until) for contact, lease in state.items()):
                return None
        wanted = "" if self.wanted is None else f", or in flight {self.wanted}"
        return f"{self.aor}: listed {rows} between {listed_from:.2f} and {listed_until:.2f}; promised {self.leases}{wanted}"


class Call:
    """One call between two phones, from INVITE to BYE."""

    def __init__(self, caller, callee):
        self.caller, self.callee, self.crowd = caller, callee, caller.crowd
        self.id, self.local = secrets.token_hex(8), caller.new_local()
        self.dialogs = {}  # phone: Dialog; the caller's stands once the call is up
        self.era = None  # of the sip process that knows the call
        self.heard_bye = self.over = False
        self.outlived = False  # the sip process that knew the call is gone, and somebody was told so
        self.tag = self.invited = self.ack = None
        caller.call = callee.call = self
        self._invite(3)

    def _invite(self, tries):
        text = self.caller.with_credentials("INVITE", self.callee.aor, to=f"<{self.callee.aor}>", local=self.local,
                                            call_id=self.id, body=self.caller.sdp())

        def on_answer(answer):
            if self.over or answer.status < 200:
                return
            if answer.status >= 300:
                self.caller.send(self.caller.ack_of_failure(text, answer), self.caller.server)
                if tries and self.caller.challenged(answer):
                    self._invite(tries - 1)
                    return
                self.crowd.fail(f"call {self.id} from {self.caller.user} to {self.callee.user} got {answer.first}")
                self.end()
            elif self.ack:
                self.caller.send(self.ack, self.caller.server)  # its 200 came again: the ACK was lost
            else:
                self._answered(answer)
        self.transaction = Transaction(self.caller, text, on_answer)

    def _answered(self, answer):
        dialog = Dialog(self.id, self.local, answer.get("To"), uri_of(answer.get("Contact")),
                        answer.list("Record-Route")[::-1], self.caller.cseq)
        self.transaction.quiet = True
        self.dialogs[self.caller], self.era = dialog, self.crowd.era
        self.ack = self.caller.in_dialog(dialog, "ACK")
        self.caller.send(self.ack, self.caller.server)
        self.crowd.calls_up += 1
        self.crowd.after(self.crowd.random.uniform(0.2, 4), self.hang_up)

    def on_invite(self, invite):
        """At the callee: an INVITE, or its repetition."""
        if self.invited and self.invited.get("Via") == invite.get("Via"):
            return
        self.invited, self.tag = invite, secrets.token_hex(6)
        self.dialogs[self.callee] = Dialog(self.id, f"{invite.get('To')};tag={self.tag}", invite.get("From"),
                                           uri_of(invite.get("Contact")), invite.list("Record-Route"), 100)
        self.callee.answer(invite, 180, "Ringing", self.tag)
        self.crowd.after(self.crowd.random.uniform(0, 0.2), lambda: self._accept(invite, T1))

    def _accept(self, invite, interval):
        if self.over or self.invited is not invite:
            return
        self.callee.answer(invite, 200, "OK", self.tag, self.callee.sdp())
        self.crowd.after(interval, lambda: self._accept(invite, min(2 * interval, T2)))

    def on_ack(self):
        self.invited = None

    def on_bye(self, phone, bye):
        phone.answer(bye, 200, "OK")
        self.heard_bye = True

    def hang_up(self):
        """One side ends the call; a sip process that was started since does not know it and says so to both."""
        if self.over:
            return
        first = self.crowd.random.choice([self.caller, self.callee])
        other = self.callee if first is self.caller else self.caller
        self._bye(first, lambda: self._bye(other, self.end) if self.outlived and not self.heard_bye else self.end())

    def _bye(self, phone, then):
        """BYE from one side: 200, or 481 from a process that never knew the call."""
        if self.over or phone not in self.dialogs:
            return then()
        known = self.era == self.crowd.era
        text = phone.in_dialog(self.dialogs[phone], "BYE")

        def on_answer(answer):
            died_since = known and self.era != self.crowd.era
            self.outlived = self.outlived or self.era != self.crowd.era
            allowed = (200, 481) if died_since else (200,) if known else (481,)
            if answer.status not in allowed:
                self.crowd.fail(f"BYE from {phone.user} in call {self.id} of era {self.era} got {answer.first} in era "
                                f"{self.crowd.era}; {allowed} would be right")
            elif answer.status == 200 and not self.heard_bye:
                self.crowd.fail(f"BYE in call {self.id} was answered and did not reach the other side")
            if answer.status == 481:
                self.crowd.calls_refused += 1
            then()
        Transaction(phone, text, on_answer)

    def survived(self):
        """The sip process died. What had a provisional answer and no 200 is lost: the caller gives up."""
        if self.era is None and self.transaction.quiet:
            self.end()

    def end(self):
        if self.over:
            return
        self.over = True
        self.transaction.end()
        self.caller.call = self.callee.call = None
        self.crowd.calls_over += 1


class Crowd:
    """All phones, their timers and their sockets. run() is the only thing that lets time pass for them."""

    def __init__(self, address, domain, password, seed, padding=""):
        """`padding` makes the second contact of each phone, and so its records, larger."""
        self.padding = padding
        self.address, self.domain, self.password = address, domain, password
        self.random = random.Random(seed)
        self.failures, self.era = [], 0
        self.answered = self.calls_up = self.calls_over = self.calls_refused = 0
        self._selector, self._timers, self._order = selectors.DefaultSelector(), [], itertools.count()
        self.movers, self.callers, self.calls = [], [], []
        self._paused, self._left_at, self._idle = 0.0, time.monotonic(), False

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._selector.close()
        for phone in self.phones:
            phone.socket.close()

    @property
    def phones(self):
        return self.movers + self.callers

    @staticmethod
    def names(movers, callers):
        return [f"mover{i}" for i in range(movers)] + [f"caller{i}" for i in range(callers)]

    def gather(self, movers, callers):
        """Makes the phones: movers come and go, callers stay registered and call each other."""
        for name in self.names(movers, callers):
            phone = Phone(self, name, f"127.0.1.{1 + len(self.phones) % 200}")
            (self.movers if name.startswith("mover") else self.callers).append(phone)
            self._selector.register(phone.socket, selectors.EVENT_READ, phone)
        for phone in self.callers:
            phone.register(phone.contacts[:1], LIFETIMES[1])
        self._every(1 / REGISTERS_A_SECOND, self._move)
        self._every(1 / CALLS_A_SECOND, self._call)

    # Time

    def now(self):
        """Seconds of run(): the time in which nobody looks after the phones does not count."""
        return time.monotonic() - self._paused

    def after(self, seconds, what):
        heapq.heappush(self._timers, (self.now() + seconds, next(self._order), what))

    def _every(self, seconds, what):
        def again():
            if not self._idle:
                what()
            self.after(seconds, again)
        self.after(0, again)

    def run(self, seconds):
        self._paused += time.monotonic() - self._left_at
        end = self.now() + seconds
        while (now := self.now()) < end:
            while self._timers and self._timers[0][0] <= now:
                heapq.heappop(self._timers)[2]()
            self._take(max(0.0, min(end, self._timers[0][0]) - self.now()))
        self._left_at = time.monotonic()

    def _take(self, wait):
        for key, _ in self._selector.select(wait):
            key.data.read()

    def progress(self, answers, calls, seconds):
        """Runs until that many more registrations were answered and calls have ended: a busy machine takes its time."""
        answers, calls = answers + self.answered, calls + self.calls_over
        deadline = time.monotonic() + seconds
        while (self.answered < answers or self.calls_over < calls) and not self.failures:
            if time.monotonic() > deadline:
                self.fail(f"not within {seconds} s: {answers} answers (there are {self.answered}) and {calls} calls "
                          f"({self.calls_over})")
            self.run(0.1)

    def settle(self, seconds):
        """Nothing new begins; until everything that has begun has ended."""
        self._idle = True
        deadline = time.monotonic() + seconds
        while any(phone.transactions or phone.call for phone in self.phones):
            if time.monotonic() > deadline:
                self.fail("requests or calls without an end: " + ", ".join(
                    f"{phone.user} {[key[1] for key in phone.transactions]} {phone.call and phone.call.id}"
                    for phone in self.phones if phone.transactions or phone.call))
                break
            self.run(0.1)

    def resume(self):
        self._idle = False

    def sip_died(self):
        """Call it once the process is dead: what it said is read, what it knew is gone."""
        self._take(0)
        for phone in self.phones:
            phone.read()
        self.era += 1
        for call in [call for call in self.calls if not call.over]:
            call.survived()

    def fail(self, what):
        self.failures.append(what)

    # Load

    def _move(self):
        phone = self.random.choice(self.phones)
        if phone.wanted is not None:
            return
        lifetime = self.random.randint(*LIFETIMES)
        if phone in self.callers:
            return phone.register(phone.contacts[:1], lifetime)
        held = list(phone.leases)
        luck = self.random.random()
        if not held or luck < 0.4:
            phone.register(self.random.sample(phone.contacts, self.random.randint(1, 2)), lifetime)
        elif luck < 0.6:
            phone.register(held, lifetime)
        elif luck < 0.85:
            phone.register(self.random.sample(held, self.random.randint(1, len(held))), 0)
        else:
            phone.register([], 0, wildcard=True)

    def burst(self, count):
        """That many registrations at once, so that some are half-way when the blow falls."""
        for _ in range(count):
            self._move()

    def _call(self):
        free = [phone for phone in self.callers if phone.call is None and phone.leases]
        if len(free) >= 2:
            self.calls = [call for call in self.calls if not call.over]
            self.calls.append(Call(*self.random.sample(free, 2)))

    def on_request(self, phone, message):
        call = phone.call
        if call is None or call.id != message.get("Call-ID"):
            if message.method == "BYE":
                phone.answer(message, 200, "OK")  # repeated: its call is over
            return
        if message.method == "INVITE":
            call.on_invite(message)
        elif message.method == "ACK":
            call.on_ack()
        elif message.method == "BYE":
            call.on_bye(phone, message)

    # Promises

    def broken_promises(self, listing, listed_from, listed_until):
        """What `reg ls` shows and must not, account by account."""
        rows = {}
        for row in listing:
            rows.setdefault(row["aor"].removeprefix("sip:"), {})[row["contact"]] = row["expires"]
        known = {f"{phone.user}@{self.domain}" for phone in self.phones}
        broken = [f"{aor}: nobody ever registered it" for aor in rows.keys() - known]
        broken += filter(None, (phone.broken_promise(rows.get(f"{phone.user}@{self.domain}", {}), listed_from,
                                                     listed_until) for phone in self.phones))
        return broken
