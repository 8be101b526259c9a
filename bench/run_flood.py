#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 3: one source floods, another is served.
   run_flood.py TARGET [--role flood|flood-off] --pps 50000 --secs 10 [--children 2] [--probe-rate 200] [--kind options] [--reps 3] [--pin]"""
import argparse, os, sys, time, subprocess
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("--role", default="flood"); ap.add_argument("--pps", type=int, default=50000)
ap.add_argument("--secs", type=float, default=8); ap.add_argument("--children", type=int, default=2)
ap.add_argument("--probe-rate", type=int, default=200); ap.add_argument("--kind", default="options"); ap.add_argument("--reps", type=int, default=3)
ap.add_argument("--pin", action="store_true", help="SUT on cpu 0, generators on cpu 1"); ap.add_argument("--no-probe", action="store_true")
a = ap.parse_args()
subprocess.run(["make", "-s", "-C", ROOT + "/src", "build/flood", "build/probe"], check=True)
B = ROOT + "/src/build/"
gc = "1" if a.pin else None
for _ in range(a.reps):
    with Target(a.target, a.role, {"CHILDREN": a.children, "SHM_MB": 256, "EXTRA_DEFS": "-A PIKE_DENSITY=%d" % (a.probe_rate * 5)}, cpus="0" if a.pin else None) as t:
        h, p = t.addr(); p = str(p); time.sleep(0.3)
        quiet = Proc([B + "probe", h, p, "127.0.0.40", "5080", str(a.probe_rate), "3"], cpus=gc); quiet.wait(10)
        # get the source banned first (0.5 s), then measure the steady state
        f = Proc([B + "flood", h, p, "127.0.66.6", "5090", "20000", "0.5", a.kind], cpus=gc); f.wait(10); time.sleep(0.7)
        pids = t.pids(); d0 = udp_drops(h, int(p)); c0 = cpu_of(pids); b0 = busy()
        f = Proc([B + "flood", h, p, "127.0.66.6", "5090", str(a.pps), str(a.secs), a.kind], cpus=gc)
        pr = None
        if not a.no_probe:
            pr = Proc([B + "probe", h, p, "127.0.0.40", "5080", str(a.probe_rate), str(a.secs - 1)], cpus=gc); pr.wait(a.secs + 10)
        f.wait(a.secs + 20); time.sleep(0.5)
        b1 = busy(); c1 = cpu_of(pids); drops = udp_drops(h, int(p)) - d0
        fl = json.loads(f.text()); d = cpu_diff(c0, c1); handled = fl["sent"] - drops
        probe = json.loads(pr.text()) if pr else None
        # the probe's own requests cost something as well: subtract nothing, but say how many there were
        record("flood", dict(target=a.target, role=a.role, pin=a.pin, kind=a.kind, children=a.children, sent=fl["sent"], pps=fl["pps"], kernel_drops=drops, handled=handled,
               sut_cpu_s=round(d["cpu_s"], 4), sut_user=round(d["user"], 2), sut_sys=round(d["sys"], 2), sut_util=round(d["cpu_s"] / fl["wall"], 3),
               sut_cpu_s_per_100k=round(d["cpu_s"] / max(handled, 1) * 1e5, 4), gen_cpu_s_per_100k=round(fl["gen_cpu_s"] / fl["sent"] * 1e5, 4),
               other_cpu_s=round(others(b0, b1, pids + [f.pid] + ([pr.pid] if pr else [])), 2),
               quiet=json.loads(quiet.text()), probe=probe))
