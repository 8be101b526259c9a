#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 5: parser microbenchmarks (single core, CPU time clock). run_parse.py [extra-binary...]: an extra binary must
print the same JSON lines (lib, what, bytes, msgs_per_s, ns_per_msg)."""
import os, sys, subprocess, collections
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
B = ROOT + "/src/build/"
subprocess.run(["make", "-s", "-C", ROOT + "/src"] + ["build/" + x for x in ("parse_osip", "parse_sofia", "parse_floor")], check=True)
for exe in [B + "parse_osip", B + "parse_sofia", B + "parse_floor"] + sys.argv[1:]:
    acc = collections.OrderedDict()
    for l in sh(["taskset", "-c", "1", exe]).splitlines():
        r = json.loads(l); acc.setdefault((r["lib"], r["what"], r["bytes"]), []).append(r["ns_per_msg"])
    for (lib, what, b), ns in acc.items():
        m = med(ns)
        record("parse", dict(lib=lib, what=what, bytes=b, ns_median=m, ns_min=min(ns), ns_max=max(ns), msgs_per_s=round(1e9 / m), gb_per_s=round(b / m, 3)))
