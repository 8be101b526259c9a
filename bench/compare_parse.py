#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The parsers beside each other: the same messages, on one core, in turn. compare_parse.py OURS [ROUNDS]

Each round starts every program once, so that a busy minute falls on all of them; the median over all rounds is compared. CPU time."""
import collections, json, os, statistics, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import record_quietly

SRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "src")
THEIRS = ("parse_sofia", "parse_osip", "parse_floor")
OURS = "ringfence"


def rows_of(program):
    core = str(max(os.sched_getaffinity(0)))
    text = subprocess.run(["taskset", "-c", core, program], check=True, text=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in text.splitlines()]


def measure(programs, rounds):
    """{what: {lib: [ns...]}} and allocations per message of ours."""
    times, allocations = collections.defaultdict(lambda: collections.defaultdict(list)), {}
    for _ in range(rounds):
        for program in programs:
            for row in rows_of(program):
                times[row["what"]][row["lib"]].append(row["ns_per_msg"])
                if row["lib"] == OURS:
                    allocations[row["what"]] = row["allocations_per_msg"]
    return times, allocations


def main():
    ours, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    subprocess.run(["make", "-s", "-C", SRC, "build", *(f"build/{name}" for name in THEIRS)], check=True)
    times, allocations = measure([ours, *(f"{SRC}/build/{name}" for name in THEIRS)], rounds)
    print(f"{'message':12} {'parser':30} {'ns (median)':>12} {'min':>8} {'max':>8} {'/ ours':>8} {'allocations':>12}")
    for what, by_lib in times.items():
        base = statistics.median(by_lib[OURS])
        for lib, ns in by_lib.items():
            median = statistics.median(ns)
            record_quietly("parse", dict(lib=lib, what=what, ns_median=median, ns_min=min(ns), ns_max=max(ns)))
            counted = allocations[what] if lib == OURS else None
            print(f"{what:12} {lib:30} {median:12.0f} {min(ns):8.0f} {max(ns):8.0f} {median / base:8.2f} "
                  f"{'' if counted is None else format(counted, '.2f'):>12}")


if __name__ == "__main__":
    main()
