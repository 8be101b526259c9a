# SPDX-License-Identifier: Apache-2.0
"""kill -9 at random points, under registrations and calls: what was answered is there, and the rest is whole or absent.

RF_SEED repeats a run; a failure names its own.
"""

import os
import random
import re
import signal
import subprocess
import time
import unittest

from real.crowd import Crowd
from real.server import BINARY, LONG, ROOT, Server, alive, kill, wait_until

DOMAIN, PASSWORD = "crash.ringfence.test", "a-good-password"
MOVERS, CALLERS = 200, 60
ROUNDS = 20 if LONG else 1  # of each blow
SEED = int(os.environ.get("RF_SEED") or random.SystemRandom().randrange(10**6))
READY_SECONDS = 15  # the longest pause before a restart is 5 s
SETTLE_SECONDS = 40  # above 64*T1
OVERHEAD = 2  # descriptors a process may have open for somebody who asks it something


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Crash(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.random = random.Random(SEED)
        self.server = self.enterContext(Server("crash", ("udp:127.0.0.1:0",)))
        names = Crowd.names(MOVERS, CALLERS)
        self.server.add_subscribers(DOMAIN, dict.fromkeys(names, PASSWORD))
        self.subscribers, self.adding, self.last_added = {f"{name}@{DOMAIN}" for name in names}, None, 0
        self.crowd = self.enterContext(Crowd(self.server.address(), DOMAIN, PASSWORD, SEED))
        self.crowd.gather(MOVERS, CALLERS)
        self.deaths = {"sip": 0, "web": 0}
        self.orphaned = self.killed = 0

    def test_random_kills(self):
        """kill -9 of each process at random points under load: no promise is broken, nothing stays behind"""
        blows = [self.sip, self.web, self.supervisor, self.everything, self.sip_while_it_starts] * ROUNDS
        self.random.shuffle(blows)
        self.crowd.run(2)
        for number, blow in enumerate(blows, 1):
            try:
                self.crowd.progress(30, 2, SETTLE_SECONDS)
                self.crowd.run(self.random.uniform(0, 1))
                self.before_the_blow()
                blow()
                self.check()
            except AssertionError as broken:
                raise AssertionError(f"blow {number} of {len(blows)}, {blow.__name__}, RF_SEED={SEED}: {broken}") from None
        self.crowd.settle(SETTLE_SECONDS)
        self.check()
        self.check_end()
        self.assertGreater(self.crowd.calls_refused, 0)  # some calls did outlive their process

    def test_stop_under_load(self):
        """SIGTERM while messages are on their way between shards: each process ends in order, and no promise is broken"""
        self.crowd.run(2)
        for _ in range(6):
            self.crowd.run(0.3)
            self.server.process.send_signal(signal.SIGTERM)
            self.crowd.burst(300)
            self.crowd.run(0.02)
            self.server.stop()
            self.crowd.sip_died()
            self.server.start()
            self.check()

    # Blows

    def before_the_blow(self):
        """Some requests and one change of the directory are half-way when it falls."""
        self.last_added += 1
        self.adding = f"late{self.last_added}@{DOMAIN}"
        self.command = subprocess.Popen([ROOT / BINARY, "subscriber", "add", self.adding, "--password", PASSWORD,
                                         "--data", self.server.data], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, cwd=ROOT)
        self.crowd.run(self.random.uniform(0, 0.03))
        self.crowd.burst(20)
        time.sleep(self.random.uniform(0, 0.004))

    def kill_sip(self):
        """The supervisor stands still until we have read what the process had sent: no answer of the next one is among it."""
        pid = self.server.pid_of("sip")
        os.kill(self.server.process.pid, signal.SIGSTOP)
        kill(pid)
        wait_until(lambda: not alive(pid), READY_SECONDS, "the sip process is dead")
        self.crowd.sip_died()
        os.kill(self.server.process.pid, signal.SIGCONT)
        self.deaths["sip"] += 1
        return wait_until(lambda: self.server.pid_of("sip"), READY_SECONDS, "a new sip process")

    def sip(self):
        self.kill_sip()

    def sip_while_it_starts(self):
        self.kill_sip()
        time.sleep(self.random.uniform(0, 0.15))
        self.kill_sip()

    def web(self):
        """Registrations and calls go on without it."""
        pid = self.server.pid_of("web")
        kill(pid)
        self.deaths["web"] += 1
        self.crowd.run(self.random.uniform(0.1, 0.5))
        wait_until(lambda: self.server.pid_of("web") not in (None, pid), READY_SECONDS, "a new web process")

    def supervisor(self):
        orphans = self.server.children()
        kill(self.server.process.pid)
        self.server.process.wait()
        wait_until(lambda: not any(map(alive, orphans)), READY_SECONDS, "the processes follow their supervisor")
        self.crowd.sip_died()
        self.orphaned += 1
        self.killed += 1
        self.server.start()

    def everything(self):
        os.kill(self.server.process.pid, signal.SIGSTOP)
        pids = [self.server.process.pid, *self.server.children()]
        for blow in (signal.SIGSTOP, signal.SIGKILL):  # at once: none shall see, and tell, that another one died first
            for pid in pids:
                os.kill(pid, blow)
        self.server.process.wait()
        wait_until(lambda: not any(map(alive, pids)), READY_SECONDS, "all processes are dead")
        self.crowd.sip_died()
        self.killed += 1
        self.server.start()

    # Promises

    def check(self):
        wait_until(lambda: self.server._run("status").returncode == 0, READY_SECONDS, "the server is ready again")
        began = time.monotonic()
        listing = self.server.cli_json("reg", "ls")
        broken = self.crowd.broken_promises(listing, began, time.monotonic()) + self.crowd.failures
        self.assertEqual(broken[:5], [], f"{len(broken)} in all")
        self.check_subscribers()
        self.check_processes()
        self.check_log()

    def check_subscribers(self):
        if self.adding:
            refused = self.command.communicate(timeout=READY_SECONDS)[1]
            listed = {row["subscriber"] for row in self.server.cli_json("subscriber", "ls")}
            if self.command.returncode == 0 or self.adding in listed:
                self.subscribers.add(self.adding)
            else:
                self.assertNotEqual(refused, "")
            self.adding = None
        listed = {row["subscriber"] for row in self.server.cli_json("subscriber", "ls")}
        self.assertEqual(listed, self.subscribers)

    def check_processes(self):
        """Two processes of the supervisor, and no more descriptors in any than at the first look."""
        roles = {role: self.server.pid_of(role) for role in ("sip", "web")}
        self.assertEqual(sorted(self.server.children()), sorted(roles.values()))
        now = {role: descriptors(pid) for role, pid in {**roles, "supervisor": self.server.process.pid}.items()}
        if not hasattr(self, "open"):
            self.open = now
        for role, count in now.items():
            self.assertLessEqual(count, self.open[role] + OVERHEAD, f"descriptors of {role}")

    def check_end(self):
        """After an orderly end there is no socket, and nothing of the journal in memory."""
        rings = self.server.data / (self.server.data / "journal/rings").read_text().strip()
        self.assertTrue(rings.exists())
        pids = self.server.children()
        self.server.stop()
        self.assertFalse(any(map(alive, pids)))
        self.assertEqual([str(each) for each in rings.glob("ring-*")], [])
        self.assertFalse((self.server.data / "ctl.sock").exists())

    def check_log(self):
        """One line for each process that died, and what killed it; none for anything else."""
        text = self.server.log.read_text(errors="replace")
        for role, deaths in self.deaths.items():
            lines = re.findall(rf"process\.died name={role} how=(.*?) restart_in", text)
            self.assertEqual(lines, ['"killed by signal 9"'] * deaths)
        self.assertEqual(len(re.findall("platform.supervisor_gone role=sip", text)), self.orphaned)
        self.assertEqual(len(re.findall("platform.was_killed", text)), self.killed)
        self.assertEqual(re.findall(r"^.*(?:assert|journal\.damage).*$", text, re.MULTILINE), [])
