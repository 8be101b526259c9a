# SPDX-License-Identifier: Apache-2.0
"""Shared helpers for the baseline runners (no third-party modules).

 * Target: drives targets/<name>.sh (see README.md for the contract)
 * cpu_of(pids): exact CPU nanoseconds (sum of /proc/PID/task/*/schedstat) plus the
   tick-based user/system split from /proc/PID/stat
 * Proc: a child process whose final rusage is kept
 * record(): appends one JSON line to results/<bench>.jsonl
"""
import atexit, json, os, signal, statistics, subprocess, sys, tempfile, time, glob, csv, shutil

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# where rows of new runs go; results/ beside this folder holds those of BASELINE.md
RESULTS = os.environ.get("BENCH_RESULTS") or os.path.join(os.path.dirname(ROOT), "build", "bench-results")
# Where the parts of a run of calls or registrations live, and how a target is told. BENCH_NET: the first three numbers of
# another network, so that two runs can go on at once.
NET = os.environ.get("BENCH_NET", "127.0.0")
SUT, UPSTREAM, CALLER, GENERATOR = ((NET + ".10", 5060), (NET + ".20", 5070), (NET + ".30", 5061), (NET + ".31", 5071))
PLACES = {name: "%s:%d" % place for name, place in dict(BIND=SUT, UPSTREAM=UPSTREAM, CALLER=CALLER, GENERATOR=GENERATOR).items()}
HZ = os.sysconf("SC_CLK_TCK")


def sh(cmd, **kw):
    return subprocess.run(cmd, shell=isinstance(cmd, str), check=True, text=True,
                          stdout=subprocess.PIPE, **kw).stdout


def cpu_of(pids):
    """-> dict(ns, user, sys): ns exact, user/sys in seconds (tick based)"""
    ns = 0; u = s = 0
    for p in pids:
        try:
            for t in os.listdir("/proc/%d/task" % p):
                try:
                    with open("/proc/%d/task/%s/schedstat" % (p, t)) as f:
                        ns += int(f.read().split()[0])
                except (FileNotFoundError, ProcessLookupError):
                    pass
            with open("/proc/%d/stat" % p) as f:
                a = f.read().rsplit(")", 1)[1].split()
                u += int(a[11]); s += int(a[12])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return {"ns": ns, "user": u / HZ, "sys": s / HZ}


def cpu_diff(a, b):
    d = {"cpu_s": (b["ns"] - a["ns"]) / 1e9, "user": b["user"] - a["user"], "sys": b["sys"] - a["sys"]}
    return d


def softirq_steal():
    with open("/proc/stat") as f:
        a = [int(x) for x in f.readline().split()[1:]]
    return {"user": a[0] / HZ, "sys": a[2] / HZ, "idle": a[3] / HZ, "irq": a[5] / HZ, "softirq": a[6] / HZ,
            "steal": a[7] / HZ}


def udp_drops(ip, port):
    """datagrams lost to a full receive buffer on the sockets bound to ip:port"""
    key = "".join("%02X" % int(x) for x in reversed(ip.split("."))) + ":%04X" % port
    n = 0
    with open("/proc/net/udp") as f:
        for l in f:
            w = l.split()
            if w[1] == key:
                n += int(w[-1])
    return n


def busy():
    """-> {pid: CPU ns of its live threads} for every process (exact; /proc/stat is tick-sampled here and misses
    most short wake-ups, and this kernel has no /proc/schedstat)"""
    r = {}
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                r[int(p)] = cpu_of([int(p)])["ns"]
            except OSError:
                pass
    return r


def others(b0, b1, mine):
    """CPU seconds used between two busy() by processes that are neither in mine nor this runner"""
    mine = set(mine) | {os.getpid()}
    return sum(v - b0.get(p, 0) for p, v in b1.items() if p not in mine) / 1e9


class Neighbours:
    """What else the machine did since this was made: CPU of programs that live through it, programs started (a compiler
    starts hundreds that end before anybody looks at them), and time the host took away."""

    def __init__(self):
        self.cpu, self.forks, self.stolen, self.since = busy(), forks(), softirq_steal()["steal"], time.time()

    def seen(self, mine):
        """-> columns of a row. `mine`: the pids of the run; this runner is none of the others"""
        return dict(other_cpu_s=round(others(self.cpu, busy(), mine), 2), forks=forks() - self.forks, steal=round(softirq_steal()["steal"] - self.stolen, 2),
                    watched_s=round(time.time() - self.since, 2))


def forks():
    """processes and threads started since the machine was"""
    with open("/proc/stat") as f:
        return int(next(l for l in f if l.startswith("processes ")).split()[1])


def rss_of(pids):
    """-> dict of KiB sums: pss, pss_anon, pss_shmem, rss, private"""
    r = {"Pss": 0, "Pss_Anon": 0, "Pss_Shmem": 0, "Pss_File": 0, "Rss": 0}
    for p in pids:
        try:
            with open("/proc/%d/smaps_rollup" % p) as f:
                for l in f:
                    k = l.split(":")[0]
                    if k in r:
                        r[k] += int(l.split()[1])
        except (FileNotFoundError, ProcessLookupError):
            pass
    return r


class Target:
    """One system under test, run through targets/<name>.sh"""

    def __init__(self, name, role, env=None, cpus=None):
        self.script = os.path.join(ROOT, "targets", name + ".sh")
        if not os.path.exists(self.script):
            raise SystemExit("no such target: " + self.script)
        self.name, self.role = name, role
        self.work = tempfile.mkdtemp(prefix="bench-%s-" % name)
        self.env = dict(os.environ, ROLE=role, WORK=self.work, BENCH=ROOT)
        for k, v in (env or {}).items():
            self.env[k] = str(v)
        if cpus is not None:
            self.env["SUT_CPUS"] = str(cpus)

    def call(self, action, check=True):
        r = subprocess.run(["bash", self.script, action], env=self.env, text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
        if check and r.returncode:
            sys.stderr.write(r.stdout + r.stderr)
            try:
                sys.stderr.write(open(os.path.join(self.work, "log")).read()[-3000:])
            except OSError:
                pass
            raise RuntimeError("%s %s failed" % (self.name, action))
        return r

    def start(self, timeout=30):
        self.call("start")
        t = time.time()
        while self.call("ready", check=False).returncode:
            if time.time() - t > timeout:
                sys.stderr.write(open(os.path.join(self.work, "log")).read()[-3000:])
                self.stop()
                raise RuntimeError("%s not ready" % self.name)
            time.sleep(0.1)
        return self

    def pids(self):
        return [int(x) for x in self.call("pids").stdout.split()]

    def stat(self, what):
        r = subprocess.run(["bash", self.script, "stat", what], env=self.env, text=True, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
        return r.stdout.strip()

    def addr(self):
        h, p = self.call("addr").stdout.strip().rsplit(":", 1)
        return h, int(p)

    def options(self):
        """what the target sets beside its defaults, printed with each result"""
        return self.call("options").stdout.strip()

    def stop(self):
        self.call("stop", check=False)
        if not os.environ.get("KEEP"):
            shutil.rmtree(self.work, ignore_errors=True)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *a):
        self.stop()


_children = []


@atexit.register
def _reap():
    for c in _children:
        if c.rc is None:
            c.stop()


class Proc:
    """A helper process (load generator); keeps wait4 rusage. Whatever is still running at exit is ended."""

    def __init__(self, argv, cpus=None, cwd=None, out=None):
        if cpus is not None:
            argv = ["taskset", "-c", str(cpus)] + argv
        self.out = open(out, "w+") if out else tempfile.TemporaryFile("w+")
        self.p = subprocess.Popen(argv, stdout=self.out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd)
        self.pid = self.p.pid
        self.rc = None; self.ru = None
        _children.append(self)

    def wait(self, timeout):
        t = time.time()
        while True:
            pid, st, ru = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self.rc = os.waitstatus_to_exitcode(st); self.ru = ru
                self.p.returncode = self.rc
                return self.rc
            if time.time() - t > timeout:
                return None
            time.sleep(0.01)

    def stop(self, sig=signal.SIGTERM):
        if self.rc is None:
            os.kill(self.pid, sig)
            if self.wait(5) is None:
                os.kill(self.pid, signal.SIGKILL); self.wait(5)

    def cpu(self):
        return self.ru.ru_utime + self.ru.ru_stime

    def text(self):
        self.out.flush(); self.out.seek(0)
        return self.out.read()


def sipp_stat(path):
    """last line of a SIPp -trace_stat file as dict"""
    with open(path) as f:
        rows = list(csv.reader(f, delimiter=";"))
    return dict(zip(rows[0], rows[-1]))


def record(bench, row):
    """appends the row to the results of this bench and prints it"""
    print(json.dumps(record_quietly(bench, row)), flush=True)


def record_quietly(bench, row):
    row = dict(row, ts=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    os.makedirs(os.path.join(RESULTS), exist_ok=True)
    with open(os.path.join(RESULTS, bench + ".jsonl"), "a") as f:
        f.write(json.dumps(row) + "\n")
    return row


def med(xs):
    return statistics.median(xs)


def spread(xs):
    m = med(xs)
    return "%.4g [%.4g..%.4g]" % (m, min(xs), max(xs))
