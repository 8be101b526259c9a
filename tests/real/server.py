# SPDX-License-Identifier: Apache-2.0
"""Starts the real server on free ports in a folder of its own, talks to its command line, and stops it by pid."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from urllib.request import urlopen

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("RF_BINARY") or "build/release/ringfence")
LOGS = ROOT / "build/logs"
LONG = bool(os.environ.get("RF_LONG"))

START_SECONDS = 20
STOP_SECONDS = 15


def free_port(kind=socket.SOCK_STREAM, host="127.0.0.1"):
    """A port that was free a moment ago, for programs that cannot choose one themselves."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def wait_until(condition, seconds, what, pause=0.02):
    """Returns the first true value of condition(), asked every `pause` seconds; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)


def split_address(text):
    """"[::1]:5060" and "127.0.0.1:5060" to (host, port)"""
    host, port = text.rsplit(":", 1)
    return host.strip("[]"), int(port)


class CommandFailed(AssertionError):
    def __init__(self, words, run):
        super().__init__(f"ringfence {' '.join(words)}: exit code {run.returncode}: {run.stderr.strip()}")
        self.code = run.returncode


class Server:
    """A platform of one test. Use as a context manager; its log ends in build/logs/."""

    def __init__(self, name, listen=("udp:127.0.0.1:0", "tcp:127.0.0.1:0"), **settings):
        self.name = name
        self.data = pathlib.Path(tempfile.mkdtemp(prefix=f"rf-{name}-"))
        self.settings = {"sip.listen": ",".join(listen), "sip.shards": 2, "metrics.listen": "127.0.0.1:0",
                         **{key.replace("__", "."): value for key, value in settings.items()}}
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = LOGS / f"{name}.log"
        self.log.unlink(missing_ok=True)
        self.process = None
        self.start_seconds = START_SECONDS

    def __enter__(self):
        return self.start()

    def __exit__(self, *failure):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

    def start(self):
        sets = [word for key, value in self.settings.items() for word in ("--set", f"{key}={value}")]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([ROOT / BINARY, "serve", "--data", self.data, *sets],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT)
        self.wait_ready()
        self.keep_ports()
        return self

    def keep_ports(self):
        """A server started again listens where its phones know it, as an operator's would."""
        listeners = self.cli_json("status")["listeners"]
        self.settings["sip.listen"] = ",".join(f"{each['protocol'].lower()}:{each['address']}" for each in listeners)

    def wait_ready(self):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.last_words()}")
            return self._run("status").returncode == 0
        try:
            wait_until(ready, self.start_seconds, "the server's status says ready")
        except AssertionError:
            self.kill_all()
            raise

    def last_words(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self):
        """Asks it to stop; a server that does not is ended, and the test fails."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise AssertionError(f"the server did not stop within {STOP_SECONDS} s of SIGTERM") from None
        if code != 0:
            raise AssertionError(f"the server stopped with {code}:\n{self.last_words()}")

    def kill_all(self):
        for pid in [*self.children(), self.process.pid]:
            kill(pid)
        self.process.wait()

    # Processes

    def children(self):
        """pids of the supervisor's processes, found in /proc so that a silent server can be ended too"""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except (OSError, ValueError):
                    continue
                if parent == self.process.pid:
                    found.append(int(entry.name))
        return found

    def kill_role(self, role):
        """kill -9 of the process that runs a role, then waits until the supervisor has put another one there."""
        before = self.pid_of(role)
        kill(before)
        wait_until(lambda: self.pid_of(role) not in (None, before), START_SECONDS, f"a new process for {role}")
        self.wait_ready()

    def kill_supervisor_and_restart(self):
        """kill -9 of the first process, as the kernel would; the service manager then starts it again."""
        orphans = self.children()
        kill(self.process.pid)
        self.process.wait()
        wait_until(lambda: not any(alive(pid) for pid in orphans), STOP_SECONDS, "the processes follow their supervisor")
        self.start()

    def pid_of(self, role):
        """the supervisor's process for a role: its arguments name it"""
        for pid in self.children():
            try:
                words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[1:3] == [b"@child", role.encode()] and alive(pid):
                return pid
        return None

    # The command line

    def _run(self, *words):
        return subprocess.run([ROOT / BINARY, *words, "--data", self.data], capture_output=True, text=True, cwd=ROOT,
                              stdin=subprocess.DEVNULL)

    def cli(self, *words):
        """Runs a verb that must succeed; its standard output."""
        run = self._run(*words)
        if run.returncode != 0:
            raise CommandFailed(words, run)
        return run.stdout

    def cli_json(self, *words):
        return json.loads(self.cli(*words, "-o", "json"))

    def add_subscribers(self, domain, users):
        """Adds a domain and subscribers; users is {name: password}."""
        self.cli("domain", "add", domain)
        table = self.data / "import.csv"
        table.write_text("".join(f"{user}@{domain},{password}\n" for user, password in users.items()))
        self.cli("subscriber", "import", str(table))

    def address(self, protocol="udp", host="127.0.0.1"):
        """(host, port) of one listener, as `status` tells it."""
        for listener in self.cli_json("status")["listeners"]:
            bound = split_address(listener["address"])
            if listener["protocol"].lower() == protocol and bound[0] == host:
                return bound
        raise AssertionError(f"no {protocol} listener on {host}")

    def bindings(self):
        """{USER@DOMAIN: [contact, ...]} of everybody registered"""
        found = {}
        for row in self.cli_json("reg", "ls"):
            found.setdefault(row["aor"].removeprefix("sip:"), []).append(row["contact"])
        return found

    def metrics(self):
        """{name: {labels: value}} of the Prometheus page, which stays in build/logs/"""
        with urlopen(f"http://{self.cli_json('status')['metrics']}/metrics", timeout=5) as page:
            text = page.read().decode()
        (LOGS / f"{self.name}.metrics").write_text(text)
        return parse_metrics(text)


def parse_metrics(text):
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            series, value = line.rsplit(" ", 1)
            name, _, labels = series.partition("{")
            values = found.setdefault(name, {})
            if labels.rstrip("}") in values:
                raise AssertionError(f"a series stands twice on the metrics page: {series}")
            values[labels.rstrip("}")] = float(value)
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
