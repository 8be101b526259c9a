# SPDX-License-Identifier: Apache-2.0
"""Runs sipp: thousands of telephones in one process, with scenarios that fail on any message out of order."""

import csv
import os
import pathlib
import re
import signal
import socket
import subprocess

from real.server import LOGS, wait_until

SCENARIOS = pathlib.Path(__file__).resolve().parent / "sipp"
OPEN_SECONDS = 10
OVERRUN_MS = 100
OVERRUN = re.compile(r"(\d+\.\d+): Overload warning: the \w+ watchdog timer \d+ms has been tripped \((\d+)\)")
# Now and then sipp ends a call at the 180 that it should have taken for want of an optional 100.
MISREAD = re.compile(r"while expecting '100' \(index \d+\), received 'SIP/2\.0 180 ")


class Sipp:
    """One sipp. Use as a context manager; result() waits for its end and reads its own statistics.

    rows: what is injected, call by call; [domain] in a scenario is the domain. socket_per_call: each call comes from a
    source port of its own. auth_uri: the digest uri without its scheme, which sipp cannot take from the row. clock: a
    library to preload, with which response_times() are finer than 4 ms; overruns() are then told as well.
    """

    def __init__(self, name, scenario, server, host, port=0, *, calls, rate=None, rows=None, socket_per_call=False,
                 domain="", auth_uri="", seconds=120, clock=None):
        self.name, self.host, self.port, self.seconds = name, host, port, seconds
        LOGS.mkdir(parents=True, exist_ok=True)
        self.statistics = LOGS / f"{name}.csv"
        self.errors = LOGS / f"{name}.err"
        for old in (self.statistics, self.errors):
            old.unlink(missing_ok=True)
        self.words = ["sipp", f"{server[0]}:{server[1]}", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-i", host,
                      "-p", str(port), "-bind_local", "-m", str(calls), "-nostdin", "-trace_stat", "-stf",
                      str(self.statistics), "-fd", "1", "-trace_err", "-error_file", str(self.errors), "-key", "domain",
                      domain or "none", "-buff_size", "4000000", "-l", "4000", "-cid_str", f"%u-%p-{name}@%s",
                      "-default_behaviors", "abortunexp,-bye"]
        if rate:
            self.words += ["-r", str(rate)]
        self.environment = {**os.environ, "LD_PRELOAD": str(clock)} if clock else None
        self.times = f"{scenario}_{{}}_rtt.csv"
        if clock:
            self.words += ["-trace_rtt", "-rtt_freq", "50", "-watchdog_interval", "20", "-watchdog_minor_threshold",
                           str(OVERRUN_MS), "-watchdog_minor_maxtriggers", "1000000"]
        if auth_uri:
            self.words += ["-auth_uri", auth_uri]
        if rows:
            self.rows = LOGS / f"{name}.rows"
            self.rows.write_text("SEQUENTIAL\n" + "".join(";".join(row) + "\n" for row in rows))
            self.words += ["-inf", str(self.rows)]
        if socket_per_call:
            self.words += ["-t", "un", "-max_socket", "4000"]

    def __enter__(self):
        self.log = open(LOGS / f"{self.name}.log", "wb")
        self.process = subprocess.Popen(self.words, cwd=LOGS, stdin=subprocess.DEVNULL, stdout=self.log,
                                        stderr=self.log, env=self.environment)
        return self

    def __exit__(self, *failure):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def wait_open(self):
        """Returns once its socket is bound."""
        wait_until(lambda: self.process.poll() is None and udp_bound(self.host, self.port), OPEN_SECONDS,
                   f"{self.name} opens {self.host}:{self.port}")

    def result(self):
        """{successful, failed, retransmissions} of its whole run"""
        try:
            self.process.wait(self.seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with open(self.statistics, encoding="utf-8") as lines:
            last = list(csv.DictReader(lines, delimiter=";"))[-1]
        return {"successful": int(last["SuccessfulCall(C)"]), "failed": int(last["FailedCall(C)"]),
                "retransmissions": int(last["Retransmissions(C)"])}

    def finish(self):
        """Begins no further call; those that are on go to their end."""
        self.process.send_signal(signal.SIGUSR1)

    def response_times(self):
        """[(when it came, in seconds since the start of sipp; milliseconds)], but for at most 50 at the end"""
        trace = LOGS / self.times.format(self.process.pid)
        with open(trace, encoding="ascii") as lines:
            found = [(float(row["Date_ms"]) / 1000, float(row["response_time_ms"]))
                     for row in csv.DictReader(lines, delimiter=";")]
        trace.unlink()
        return found

    def overruns(self):
        """[(begin, end)] of the times it did nothing for longer than 100 ms, in seconds since 1970"""
        return [(float(end) - int(took) / 1000, float(end)) for end, took in OVERRUN.findall(self.error_text())]

    def misread(self):
        """how many calls failed by a fault of sipp's own"""
        return len(MISREAD.findall(self.error_text()))

    def error_text(self):
        return self.errors.read_text(errors="replace") if self.errors.exists() else ""

    def complaints(self, lines=12):
        return "\n".join(self.error_text().splitlines()[:lines])


def udp_bound(host, port):
    """Is there a UDP socket on this IPv4 address and port, as the kernel lists them?"""
    packed = socket.inet_aton(host)[::-1].hex().upper()
    wanted = f"{packed}:{port:04X}"
    sockets = pathlib.Path("/proc/net/udp").read_text(encoding="ascii").splitlines()[1:]
    return any(line.split()[1] == wanted for line in sockets)
