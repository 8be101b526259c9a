# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, read-only or refuses: calls and registrations go on, the operator is told, nothing promised is lost."""

import re
import resource
import subprocess
import time
import unittest

from real.crowd import Crowd
from real.mounts import fill, mount_small, own_mounts, remount
from real.server import BINARY, ROOT, CommandFailed, Server, wait_until

DOMAIN, PASSWORD = "disk.ringfence.test", "a-good-password"
MOVERS, CALLERS = 150, 40
MEGABYTES = 32
NOTICED_SECONDS, HEALED_SECONDS, SETTLE_SECONDS, PROGRESS_SECONDS = 10, 20, 40, 40
RING = 1 << 20
LIMITED_BYTES = 32768  # of a file, under a limit on its size: the journal is larger by then, the log is not


def total(metrics, name):
    return sum(metrics[name].values())


class Disk(unittest.TestCase):
    maxDiff = None

    def serve(self, name):
        """A server on a small file system, and phones that are registered and call each other."""
        self.server = Server(f"disk-{name}", ("udp:127.0.0.1:0",), journal__ring_size=RING, log__level="notice")
        mount_small(self.server.data, MEGABYTES)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.server.data], check=True)
        self.enterContext(self.server)
        self.server.add_subscribers(DOMAIN, dict.fromkeys(Crowd.names(MOVERS, CALLERS), PASSWORD))
        self.crowd = self.enterContext(Crowd(self.server.address(), DOMAIN, PASSWORD, name,
                                             padding="p" * 400))
        self.crowd.gather(MOVERS, CALLERS)
        self.crowd.run(1.5)

    def failing(self):
        return self.server.cli_json("status")["journal"]["failing"]

    def until(self, condition, seconds, what):
        """Like wait_until, while the phones go on."""
        wait_until(lambda: self.crowd.run(0.2) or condition(), seconds, what)

    def said(self, event):
        """How often the log says this."""
        return len(re.findall(rf" {event} ", self.server.log.read_text(errors="replace")))

    def serves(self):
        """Registrations are answered, and calls go through and end."""
        self.crowd.progress(100, 10, PROGRESS_SECONDS)
        self.assertEqual(self.crowd.failures[:5], [])

    def keeps_promises(self):
        began = time.monotonic()
        listing = self.server.cli_json("reg", "ls")
        self.assertEqual(self.crowd.broken_promises(listing, began, time.monotonic())[:5], [])
        self.assertEqual(self.crowd.failures[:5], [])

    def told(self):
        """The operator sees it wherever he looks, and reads it once."""
        self.assertTrue(self.failing())
        findings = {row["check"]: row for row in self.server.cli_json("doctor")}
        self.assertEqual(findings["journal"]["verdict"], "warning")
        self.assertNotEqual(findings["journal"]["fix"], "")
        metrics = self.server.metrics()
        self.assertEqual(total(metrics, "ringfence_journal_failing"), 1)
        self.assertGreater(total(metrics, "ringfence_journal_write_errors_total"), 0)
        self.assertEqual(self.said("journal.cannot_write"), 1)

    def healed(self):
        """The journal writes again, has written what it missed, and says so once."""
        self.until(lambda: not self.failing(), HEALED_SECONDS, "the journal writes again")
        self.until(lambda: self.server.cli_json("status")["journal"]["waiting_bytes"] < RING // 4, HEALED_SECONDS,
                   "the rings are on disk")
        self.assertEqual(self.said("journal.writes_again"), 1)
        self.assertEqual(total(self.server.metrics(), "ringfence_journal_failing"), 0)

    def survives_all_killed(self):
        self.crowd.settle(SETTLE_SECONDS)
        wait_until(lambda: self.server.cli_json("status")["journal"]["waiting_bytes"] == 0, HEALED_SECONDS, "all is on disk")
        self.server.kill_all()
        self.crowd.sip_died()
        self.server.start()
        self.keeps_promises()

    @own_mounts
    def test_full(self):
        """a full disk stops no registration and no call; changes of the directory fail whole; all heals with some space"""
        self.serve("full")
        filler = fill(self.server.data)
        self.until(self.failing, NOTICED_SECONDS, "the journal notices")
        before = self.server.cli_json("subscriber", "ls")
        with self.assertRaisesRegex(CommandFailed, "(?s)exit code 1: .*no space is left"):
            self.server.cli("subscriber", "add", f"late@{DOMAIN}", "--password", PASSWORD)
        self.assertEqual(self.server.cli_json("subscriber", "ls"), before)
        self.serves()
        self.told()
        self.fill_the_rings()
        self.serves()
        self.told()
        self.keeps_promises()

        filler.unlink()
        self.healed()
        self.server.cli("subscriber", "add", f"late@{DOMAIN}", "--password", PASSWORD)
        self.until(lambda: total(self.server.metrics(), "ringfence_journal_snapshots_total") > 0, HEALED_SECONDS,
                   "what the rings refused is written")
        self.survives_all_killed()

    def fill_the_rings(self):
        """Registers until the journal has no place left; the phones do not notice."""
        def refused():
            for _ in range(10):
                self.crowd.burst(MOVERS)
                self.crowd.run(0.05)
            return total(self.server.metrics(), "ringfence_location_unjournalled_total") > 20
        self.until(refused, 30, "both rings are full")

    @own_mounts
    def test_killed_while_full(self):
        """a process killed while the disk is full is back with the first free space, and with all that was promised"""
        self.serve("killed")
        filler = fill(self.server.data)
        self.until(self.failing, NOTICED_SECONDS, "the journal notices")
        self.serves()
        self.server.kill_all()
        self.crowd.sip_died()
        with self.assertRaisesRegex(AssertionError, "(?s)ended with 1.*No space left.*free some space"):
            self.server.start()
        filler.unlink()
        self.server.start()
        self.keeps_promises()
        self.crowd.settle(SETTLE_SECONDS)
        self.keeps_promises()

    @own_mounts
    def test_refusing(self):
        """a limit on the size of files, set while it runs, is like a full disk: no process dies of it"""
        self.serve("refusing")
        resource.prlimit(self.server.pid_of("sip"), resource.RLIMIT_FSIZE, (LIMITED_BYTES, resource.RLIM_INFINITY))
        self.until(self.failing, NOTICED_SECONDS, "the journal notices")
        self.serves()
        self.told()
        resource.prlimit(self.server.pid_of("sip"), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        self.healed()
        self.assertEqual(self.said("process.died"), 0)  # before they are killed: the supervisor may live to tell
        self.survives_all_killed()

    @own_mounts
    def test_read_only(self):
        """a read-only directory is refused at the start: what, why and what to do, and nothing runs"""
        self.serve("read-only")
        self.server.stop()
        remount(self.server.data, "ro")
        run = subprocess.run([ROOT / BINARY, "serve", "--data", self.server.data, "--set", "sip.listen=udp:127.0.0.1:0"],
                             capture_output=True, text=True, timeout=20)
        self.assertEqual(run.returncode, 1)
        what, why, following = (re.search(rf"^ *{word}: +(.*)$", run.stderr, re.MULTILINE)[1]
                                for word in ("ringfence", "why", "next"))
        self.assertIn(str(self.server.data), what)
        self.assertEqual(why, "Read-only file system")
        self.assertIn("mount the file system writable", following)
        doctor = self.server._run("doctor")
        self.assertEqual(doctor.returncode, 1)
        self.assertIn("Read-only file system", doctor.stdout)
        remount(self.server.data, "rw")
        self.server.start()
        self.crowd.sip_died()
        self.keeps_promises()
