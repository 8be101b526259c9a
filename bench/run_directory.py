#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The directory at full size in the real program: import, restart, memory; then calls while it is changed.

Users call a carrier, quietly and with commits, in turn; what the callers' set-up time varies by from one quiet
stretch to the other is the noise. A stretch in which a generator of calls stood still is thrown away, and said so.
The exit code says only whether the measurement is valid.
"""
import argparse
import os
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE.parent / "tests")]
from benchlib import Neighbours, record_quietly, rss_of  # noqa: E402
from commits import Ledger, Prober, Writer, audit_ids  # noqa: E402
from real.load import Sipp  # noqa: E402
from real.server import CommandFailed, Server, free_port, wait_until  # noqa: E402

DOMAIN, PASSWORD, DIALLED = "directory.example", "the-same-for-all", "+431234567"
CALLER_HOST, CARRIER_HOST, OBSERVER_HOST = "127.0.3.1", "127.0.3.9", "127.0.3.8"
CALLERS, WRITERS = 2000, 4
WARM_SECONDS = 5
SETTLE_SECONDS, MARGIN_SECONDS = 1.0, 0.5  # not counted at the begin and the end of a stretch
PROBES_A_SECOND = 10
FEWEST = 3  # stretches of each kind, where as many were asked for
PATIENCE_SECONDS = 300
FULL = 1_000_000


def user(number):
    return f"user{number}@{DOMAIN}"


# Loading

def write_table(path, count):
    with open(path, "w", encoding="ascii") as table:
        table.write("subscriber,password,number,customer\n")
        table.writelines(f"{user(n)},{PASSWORD},4312{n:08},customer{n % WRITERS}\n" for n in range(count))


def sip_bytes(server):
    return 1024 * rss_of([server.pid_of("sip")])["Pss"]


def wait_loaded(server, count):
    def loaded():
        try:
            return server.cli_json("status")["subscribers"] == count
        except CommandFailed:  # it is too busy with them to answer
            return False
    wait_until(loaded, PATIENCE_SECONDS, f"{count} subscribers", 0.1)


def seconds_of(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def provision(server, carrier_port, observer_port):
    server.cli("domain", "add", DOMAIN)
    for number in range(WRITERS):
        server.cli("customer", "add", f"customer{number}")
    server.cli("peer", "add", "carrier", "--address", f"{CARRIER_HOST}:{carrier_port}/udp", "--default")
    server.cli("peer", "add", "observer", "--address", f"{OBSERVER_HOST}:{observer_port}/udp")


def load(server, count):
    """-> columns: seconds and bytes of an import, and of a start with what was imported"""
    table = server.data / "subscribers.csv"
    write_table(table, count)
    empty = sip_bytes(server)
    import_s = seconds_of(lambda: server.cli("subscriber", "import", str(table)))
    told_s = seconds_of(lambda: wait_loaded(server, count))
    after_import = sip_bytes(server)
    server.stop()
    table.unlink()
    begun = time.monotonic()
    server.start()
    ready_s = time.monotonic() - begun
    wait_loaded(server, count)
    return {"subscribers": count, "import_s": import_s, "told_s": told_s, "ready_s": ready_s,
            "loaded_s": time.monotonic() - begun, "bytes_each": (sip_bytes(server) - empty) / count,
            "bytes_each_after_import": (after_import - empty) / count,
            "database_bytes_each": (server.data / "ringfence.db").stat().st_size / count}


# Calls

class Stretch:
    """A part of the load: with commits or without, from when to when."""

    def __init__(self, busy, begin, end):
        self.busy, self.begin, self.end = busy, begin + SETTLE_SECONDS, end - MARGIN_SECONDS

    def figures(self, times, overruns, rate):
        """@param overruns  when a generator stood still: what calls then took is not the platform's"""
        mine = sorted(took for at, took in times if self.begin <= at < self.end)
        spoilt = any(begin < self.end + MARGIN_SECONDS and end > self.begin for begin, end in overruns)
        return {"busy": self.busy, "kept": bool(mine) and not spoilt,
                "reached": len(mine) / (self.end - self.begin) / rate,
                "p50": mine[len(mine) // 2] if mine else 0.0, "p99": mine[len(mine) * 99 // 100] if mine else 0.0}


def sipps(server, carrier_port, args, chosen):
    address = server.address()
    seconds = WARM_SECONDS + 2 * args.rounds * args.seconds + 2 * args.probes / PROBES_A_SECOND + 60
    calls = int(args.rate * seconds)  # more than there will be: finish() ends it
    rows = [(f"user{n}", CALLER_HOST, DIALLED, f"[authentication username=user{n} password={PASSWORD}]")
            for n in chosen]
    clock = HERE / "src/build/fine_clock.so"
    return (Sipp("directory-carrier", "answers", address, CARRIER_HOST, carrier_port, calls=calls, seconds=60,
                 clock=clock),
            Sipp("directory-callers", "user_calls", address, CALLER_HOST, free_port(socket.SOCK_DGRAM, CALLER_HOST),
                 calls=calls, rate=args.rate, rows=rows, domain=DOMAIN, auth_uri=f"{DIALLED}@{DOMAIN}", seconds=60,
                 clock=clock))


def stretches(args, since, going):
    """Quiet and busy in turn."""
    time.sleep(WARM_SECONDS)
    found = []
    for number in range(2 * args.rounds):
        busy = number % 2 == 1
        (going.set if busy else going.clear)()
        begin = time.monotonic() - since
        time.sleep(args.seconds)
        found.append(Stretch(busy, begin, time.monotonic() - since))
    return found


def probe(args, prober, keys):
    """[what Prober.time_change() measured], each at a moment of its own"""
    found, states = [], ("locked", "active")
    for number in range(args.probes):
        time.sleep(random.uniform(0.5, 1.5) / PROBES_A_SECOND)
        found.append(prober.time_change(keys[number // 2 % len(keys)], states[number % 2]))
    return found


class Cast:
    """Who calls, whom the writers change, and whose changes are timed: nobody is two of them."""

    def __init__(self, server, args, count):
        numbers = random.sample(range(count), min(count, 3 * CALLERS))
        third = len(numbers) // 3
        self.callers, changed = numbers[:third], [user(n) for n in numbers[third:2 * third]]
        self.probed = [user(n) for n in numbers[2 * third:]]
        self.ledger, self.going, self.stop = Ledger(), threading.Event(), threading.Event()
        self.writers = [Writer(n, server.data, changed[n::WRITERS], WRITERS / args.commits, self.ledger, self.going,
                               self.stop) for n in range(WRITERS)]

    def __enter__(self):
        for each in self.writers:
            each.start()
        return self

    def __exit__(self, *failure):
        self.stop.set()
        for each in self.writers:
            each.join()


def call_and_change(args, cast, prober):
    """-> columns: the stretches, and what came of commits; while calls go on"""
    since = time.monotonic()
    with cast:
        found = stretches(args, since, cast.going)
        commits = cast.ledger.acknowledged
        cast.going.set()
        probes = probe(args, prober, cast.probed)
    return {"stretches": found, "commits_per_s": commits / (args.rounds * args.seconds),
            "probes": [each for each in probes if each], "late": sum(each is None for each in probes),
            "acknowledged": cast.ledger.acknowledged, "refusals": cast.ledger.refusals}


def call(server, args, count, ports):
    """-> columns: set-up times of each stretch, delays of commits, and what tells whether they are valid"""
    carrier_port, observer_port = ports
    cast, last_audit, near = Cast(server, args, count), max(audit_ids(server.data)), Neighbours()
    carrier, caller = sipps(server, carrier_port, args, cast.callers)
    with carrier, Prober(server.data, cast.ledger, DOMAIN, server.address(), OBSERVER_HOST, observer_port) as prober:
        carrier.wait_open()
        since_1970 = time.time()
        with caller:
            row = call_and_change(args, cast, prober)
            row |= near.seen([server.process.pid, *server.children(), carrier.process.pid, caller.process.pid])
            row["ended_early"] = caller.process.poll() is not None
            if not row["ended_early"]:
                caller.finish()
            row |= caller.result()
    server.stop()
    overruns = [(begin - since_1970, end - since_1970) for each in (caller, carrier) for begin, end in each.overruns()]
    times = caller.response_times()
    row["stretches"] = [each.figures(times, overruns, args.rate) for each in row["stretches"]]
    return {**row, "rate": args.rate, "rounds": args.rounds, "commits_asked": args.commits,
            "misread": caller.misread(), "audited": len(audit_ids(server.data, last_audit))}


def faults(row):
    """What makes a measurement invalid, in words."""
    if row["failed"] > row["misread"]:
        yield f"{row['failed']} calls failed, and {row['misread']} of them by a fault of sipp's"
    if row["ended_early"]:
        yield "the callers ended before the measurement did"
    kept = [[each for each in row["stretches"] if each["kept"] and each["busy"] == busy] for busy in (False, True)]
    if min(map(len, kept)) < min(FEWEST, row["rounds"]):
        yield f"the generators stood still in all but {len(kept[0])} quiet and {len(kept[1])} busy stretches"
    slowest = min((each["reached"] for each in sum(kept, [])), default=1.0)
    if slowest < 0.95:
        yield f"a stretch had {slowest * 100:.0f} % of the calls it was to have"
    if row["commits_per_s"] < 0.9 * row["commits_asked"]:
        yield f"{row['commits_per_s']:.0f} commits a second instead of {row['commits_asked']}"
    if row["refusals"]:
        yield f"{len(row['refusals'])} changes were refused, the first one: {row['refusals'][0]}"
    if row["audited"] != row["acknowledged"]:
        yield f"{row['acknowledged']} commits were acknowledged, {row['audited']} are in the audit"
    if row["late"]:
        yield f"{row['late']} changes had no effect in time"


# The table

def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f}  [{min(values):.{digits}f}..{max(values):.{digits}f}]"


def load_lines(row):
    count = row["subscribers"]
    yield "import, with passwords and numbers", f"{row['import_s']:.1f} s, {1e6 * row['import_s'] / count:.0f} us each"
    yield "until calls know all of them", f"{row['told_s']:.1f} s after the command ended"
    yield "start until ready", f"{row['ready_s']:.1f} s"
    yield "start until calls know all of them", f"{row['loaded_s']:.1f} s"
    yield "memory of the sip process", (f"{row['bytes_each']:.0f} bytes each; {row['bytes_each_after_import']:.0f} "
                                        "before the restart")
    yield "ringfence.db", f"{row['database_bytes_each']:.0f} bytes each"


def call_lines(row):
    kept = [each for each in row["stretches"] if each["kept"]]
    quiet, busy = ([each for each in kept if each["busy"] == kind] for kind in (False, True))
    yield "stretches without and with commits", (f"{len(quiet)} and {len(busy)}; thrown away: "
                                                 f"{row['rounds'] - len(quiet)} and {row['rounds'] - len(busy)}")
    yield f"set-up at {row['rate']} calls/s, p50", f"{spread([each['p50'] for each in quiet])} ms"
    yield f"  with {row['commits_per_s']:.0f} commits/s", f"{spread([each['p50'] for each in busy])} ms"
    calm, stirred = [each["p99"] for each in quiet], [each["p99"] for each in busy]
    yield f"set-up at {row['rate']} calls/s, p99", f"{spread(calm)} ms"
    yield f"  with {row['commits_per_s']:.0f} commits/s", f"{spread(stirred)} ms"
    middle = statistics.median(calm)
    yield "p99 with commits / without", (f"{statistics.median(stirred) / middle:.2f}; without alone "
                                         f"{min(calm) / middle:.2f} to {max(calm) / middle:.2f}")
    for place, name in enumerate(("from the command to its effect", "from the acknowledgement to its effect")):
        delays = sorted(each[place] for each in row["probes"])
        yield name, (f"median {statistics.median(delays):.1f} ms, p99 {delays[len(delays) * 99 // 100]:.1f} ms, "
                     f"most {delays[-1]:.1f} ms, {len(delays)} changes")
    yield "calls", (f"{row['successful']}; {row['retransmissions']} requests sent again, {row['failed']} failed, "
                    f"{row['misread']} of them by a fault of sipp's")
    yield "other programs", f"{100 * row['other_cpu_s'] / row['watched_s'] / os.cpu_count():.0f} % of the machine"


def tell(title, lines):
    print(title)
    for name, figure in lines:
        print(f"  {name:40} {figure}")
    sys.stdout.flush()


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subscribers", type=int, default=200_000, help="in the directory (200000)")
    parser.add_argument("--full", action="store_true", help="once more with 1000000; the calls are made at this size")
    parser.add_argument("--rate", type=int, default=1000, help="calls a second (1000)")
    parser.add_argument("--commits", type=int, default=100, help="commits a second, in busy stretches (100)")
    parser.add_argument("--rounds", type=int, default=5, help="quiet and busy stretches of calls, in turn (5 of each)")
    parser.add_argument("--seconds", type=float, default=10, help="of a stretch, more than 2 (10)")
    parser.add_argument("--probes", type=int, default=120, help="changes whose delay is taken (120)")
    return parser.parse_args()


def measure(args, count, with_calls):
    """Prints what was measured at one size. -> is it valid?"""
    ports = (free_port(socket.SOCK_DGRAM, CARRIER_HOST), free_port(socket.SOCK_DGRAM, OBSERVER_HOST))
    server = Server("directory", ("udp:127.0.0.1:0",), auth__algorithms="MD5")  # sipp knows no other digest
    server.start_seconds = PATIENCE_SECONDS
    with server:
        provision(server, *ports)
        row = record_quietly("directory", {"bench": "directory", **load(server, count)})
        tell(f"directory of {count:,} subscribers", load_lines(row))
        if not with_calls:
            return True
        row = record_quietly("directory", {"bench": "directory-calls", "subscribers": count,
                                           **call(server, args, count, ports)})
    wrong = list(faults(row))
    if row["probes"] and {each["busy"] for each in row["stretches"] if each["kept"]} == {True, False}:
        tell(f"calls, {count:,} subscribers", call_lines(row))
    for each in wrong:
        print(f"not valid: {each}")
    return not wrong


def main():
    args = options()
    subprocess.run(["make", "-s", "-C", HERE / "src", "build/fine_clock.so"], check=True)
    sizes = [args.subscribers, *([FULL] if args.full else [])]
    valid = [measure(args, count, with_calls=count == sizes[-1]) for count in sizes]
    return 0 if all(valid) else 1


if __name__ == "__main__":
    sys.exit(main())
