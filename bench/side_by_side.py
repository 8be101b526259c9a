#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two systems, the same work, in turn: medians and their ratio.
   side_by_side.py [EXPERIMENT...] [--reps 3] [--against kamailio-fm] [--sut-cpus L] [--short]

Runs alternate (theirs, ours, theirs, ours...). A run that lost a call or a datagram, sent something again, missed its rate or had to
share the machine is thrown away, said so, and repeated, up to twice as many runs as asked for. The exit code says only whether every
figure rests on the asked number of valid runs."""
import argparse, os, subprocess, sys
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *

OURS = "ringfence"
CORES = os.cpu_count()
FOREIGN_CPU = 0.05  # of the machine: what other programs may use during a run
OWN_FORKS, FOREIGN_FORKS_PER_S = 300, 5  # processes and threads: those of a run and its runner, and what may come beside
RUN_SECONDS = 900  # the longest run; one that takes longer is ended and thrown away


class Experiment:
    """One runner with its arguments; `figures` are (name, unit, key, the rows it stands in, target ratio of BASELINE.md)."""

    def __init__(self, about, command, short, figures, faults):
        self.about, self.command, self.short, self.figures, self.own_faults = about, command, short, figures, faults

    def faults(self, row):
        yield from self.own_faults(row)
        yield from machine_faults(row)

    def argv(self, target, args):
        words = (self.short if args.short else self.command).replace("TARGET", target).split()
        words[0] = os.path.join(ROOT, words[0])
        return [sys.executable, *words, *(["--sut-cpus", args.sut_cpus] if args.sut_cpus else [])]


def every(row):
    return True


def mode(name):
    return lambda row: row.get("mode") == name


def last_step(row):
    return row["contacts"] == row["last"]


def machine_faults(row):
    """Who shares the machine changes what the work costs, by caches and wake-ups."""
    wall = row["watched_s"]
    used = row["other_cpu_s"] / (wall * CORES)
    if used > FOREIGN_CPU:
        yield "other programs used %.0f %% of the machine" % (used * 100)
    if row["forks"] > OWN_FORKS + FOREIGN_FORKS_PER_S * wall:
        yield "%d programs were started meanwhile" % row["forks"]
    if row["steal"] > FOREIGN_CPU * wall * CORES:
        yield "the host took %.1f s away" % row["steal"]


def rate_faults(row, reached):
    if row["rate"] and reached < row["rate"] * 0.95:
        yield "%.0f a second instead of %d" % (reached, row["rate"])


def proxy_faults(row):
    if row["ok"] != row["calls"] or row["failed"] or row["retrans"]:
        yield "%d of %d calls, %d failed, %d retransmissions" % (row["ok"], row["calls"], row["failed"], row["retrans"])
    if any(row["udp_drops"].values()):
        yield "datagrams were lost: %s" % row["udp_drops"]
    yield from rate_faults(row, row["achieved_cps"])


def registration_faults(row):
    if row["ok"] != row["asked"] or row["fail"] or row["retrans"]:
        yield "%d of %d registered, %d failed, %d sent again" % (row["ok"], row["asked"], row["fail"], row["retrans"])


def registrar_faults(row):
    yield from registration_faults(row)
    most = row["asked"] if row["mode"] == "auth" else row["window"]
    if row["challenges"] > most or (row["mode"] == "auth" and row["challenges"] < most):
        yield "%d challenges: this was not %s" % (row["challenges"], row["mode"])
    yield from rate_faults(row, row["per_s"])


def users_faults(row):
    yield from registration_faults(row)
    for kind in ("absent", "present"):
        if set(row[kind + "_right"]) != {row["lookups"]} or row[kind + "_fail"] or row[kind + "_retrans"]:
            yield "%s users: %s of %d answered as they should, %d failed, %d sent again" % (
                kind, row[kind + "_right"], row["lookups"], row[kind + "_fail"], row[kind + "_retrans"])
    yield from rate_faults(row, row["first_auth_per_s"])


def hold_faults(row):
    if row["held"] != row["calls"] or row["failed"] or row["retrans"]:
        yield "%d of %d calls held, %d failed, %d retransmissions" % (row["held"], row["calls"], row["failed"], row["retrans"])


EXPERIMENTS = {
    "proxy": Experiment("calls through the proxy, 2,000/s", "run_proxy.py TARGET proxy --rate 2000 --calls 12000 --reps 1",
                        "run_proxy.py TARGET proxy --rate 500 --calls 1000 --reps 1",
                        [("proxied call", "CPU-s per 1000", "sut_cpu_s_per_1000", every, 0.5)], proxy_faults),
    "peak": Experiment("calls through the proxy, 8,000/s", "run_proxy.py TARGET proxy --rate 8000 --calls 64000 --reps 1",
                       "run_proxy.py TARGET proxy --rate 2000 --calls 4000 --reps 1",
                       [("proxied call near the peak", "CPU-s per 1000", "sut_cpu_s_per_1000", every, 0.5)], proxy_faults),
    "registrar": Experiment("REGISTER, digest, 100,000 accounts, 20,000/s", "run_registrar.py TARGET cache --regs 60000 --rate 20000 --reps 1",
                            "run_registrar.py TARGET cache --subs 5000 --regs 5000 --reps 1",
                            [("REGISTER, 401 and digest", "CPU-s per 1000", "sut_cpu_s_per_1000", mode("auth"), 0.56),
                             ("REGISTER with a live nonce", "CPU-s per 1000", "sut_cpu_s_per_1000", mode("reauth"), 0.52)], registrar_faults),
    "users": Experiment("memory of contacts, requests to users, 10,000/s", "run_registrar.py TARGET users --contacts 100000,1000000 --rate 10000 --shm 6144 --hash 16",
                        "run_registrar.py TARGET users --contacts 10000 --warm 2000 --settle 1 --lookups 4000",
                        [("memory of a contact", "bytes", "pss_per_contact", last_step, 0.31),
                         ("request to an absent user: 480", "CPU-s per 1000", "absent_cpu_s_per_1000", last_step, 0.30),
                         ("request relayed to a user", "CPU-s per 1000", "present_cpu_s_per_1000", last_step, None)], users_faults),
    "hold": Experiment("memory of a held call, a record kept of it", "run_hold.py TARGET --calls 20000", "run_hold.py TARGET --calls 500 --rate 250",
                       [("memory of a held call", "bytes", "pss_per_call", every, None)], hold_faults),
}


def run(experiment, target, args):
    """-> (rows, faults) of one run"""
    try:
        made = subprocess.run(experiment.argv(target, args), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return [], ["it took more than %d s" % RUN_SECONDS]
    rows = [json.loads(line) for line in made.stdout.splitlines() if line.startswith("{")]
    if made.returncode or not rows:
        return [], ["the runner failed: " + (made.stderr.strip().splitlines() or ["without a word"])[-1]]
    for row in rows:
        row["last"] = rows[-1].get("contacts")
    return rows, [fault for row in rows for fault in experiment.faults(row)]


def gather(name, args):
    """Runs the two in turn -> {target: [rows of each valid run]}, options by target"""
    experiment, valid = EXPERIMENTS[name], {args.against: [], OURS: []}
    for _ in range(2 * args.reps):
        for target, runs in valid.items():
            if len(runs) == args.reps: continue
            rows, faults = run(experiment, target, args)
            if faults: print("  discarded, %s: %s" % (target, "; ".join(faults)), flush=True)
            else: runs.append(rows)
            print("  %-14s %d of %d" % (target, len(runs), args.reps), flush=True)
        if all(len(runs) == args.reps for runs in valid.values()): break
    return valid


def table(experiment, valid, args):
    """-> lines of the table; fewer than asked when a side has no valid run"""
    for name, unit, key, stands_in, target in experiment.figures:
        theirs, ours = ([row[key] for rows in valid[each] for row in rows if stands_in(row)] for each in (args.against, OURS))
        if not theirs or not ours: continue
        yield "%-32s %-15s %-30s %-30s %4s %6.2f %s" % (name, unit, spread(theirs), spread(ours), "%d+%d" % (len(theirs), len(ours)),
                                                      med(ours) / med(theirs), "" if target is None else "%6.2f" % target)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("experiment", nargs="*", metavar="EXPERIMENT", help=", ".join(EXPERIMENTS))
    ap.add_argument("--reps", type=int, default=3, help="valid runs of each side (3)")
    ap.add_argument("--against", default="kamailio-fm", help="the other target (kamailio-fm)")
    ap.add_argument("--sut-cpus", help="pin both systems to these cores")
    ap.add_argument("--short", action="store_true", help="small loads: shows that it works, measures nothing")
    args = ap.parse_args()
    names = args.experiment or list(EXPERIMENTS)
    unknown = [name for name in names if name not in EXPERIMENTS]
    if unknown: ap.error("no experiment %s; there are %s" % (", ".join(unknown), ", ".join(EXPERIMENTS)))

    for target in (args.against, OURS):
        print("%-14s %s" % (target, subprocess.run(["bash", os.path.join(ROOT, "targets", target + ".sh"), "version"], env=dict(os.environ, WORK="/nonexistent"),
                                                   text=True, stdout=subprocess.PIPE).stdout.strip()))
    print("machine        %d cores, %s, Linux %s" % (CORES, cpu_model(), os.uname().release), flush=True)
    lines, complete, options = [], True, {}
    for name in names:
        experiment = EXPERIMENTS[name]
        print("%s: %s\n  %s" % (name, experiment.about, experiment.short if args.short else experiment.command), flush=True)
        valid = gather(name, args)
        lines += table(experiment, valid, args)
        complete = complete and all(len(runs) == args.reps for runs in valid.values())
        for target, runs in valid.items():
            for rows in runs: options.setdefault((target, rows[-1]["options"]), None)
    if args.short: print("\nshort loads: these figures show that it works, and measure nothing")
    print("\n%-32s %-15s %-30s %-30s %4s %6s %6s" % ("work", "unit", args.against, OURS, "runs", "ratio", "target"))
    print("\n".join(lines))
    print("\nset beside the defaults:")
    for target, words in options: print("  %-14s %s" % (target, words))
    if not complete: print("not valid: some figures rest on fewer than %d valid runs" % args.reps)
    return 0 if complete else 1


def cpu_model():
    with open("/proc/cpuinfo") as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith("model name")), "unknown processor")


if __name__ == "__main__":
    sys.exit(main())
