#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks 1 and 7: INVITE..BYE calls with SIPp uac -> SUT -> SIPp uas (or uac -> uas with --direct).
   usage: run_proxy.py TARGET ROLE --rate R --calls N [--children C] [--reps 3] [--sut-cpus L] [--direct]"""
import argparse, os, sys, time, tempfile, shutil
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *

ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("role", nargs="?", default="proxy")
ap.add_argument("--rate", type=int, default=500); ap.add_argument("--calls", type=int, default=5000)
ap.add_argument("--children", type=int, default=1); ap.add_argument("--reps", type=int, default=3)
ap.add_argument("--sut-cpus"); ap.add_argument("--gen-cpus"); ap.add_argument("--uas-cpus")
ap.add_argument("--direct", action="store_true"); ap.add_argument("--limit", type=int, default=20000)
ap.add_argument("--label", default="")
a = ap.parse_args()

UAC_IP, UAC_PORT = CALLER
UAS_IP, UAS_PORT = UPSTREAM


def one(t, host, port):
    d = tempfile.mkdtemp(prefix="bench-sipp-")
    S = os.path.join(ROOT, "sipp")
    uas = Proc(["sipp", "-sf", S + "/uas.xml", "-i", UAS_IP, "-p", str(UAS_PORT), "-t", "u1", "-nostdin", "-buff_size", "4194304"],
               cpus=a.uas_cpus or a.gen_cpus, cwd=d)
    time.sleep(0.7)
    pids = t.pids() if t else []
    near, c0, u0, w0 = Neighbours(), cpu_of(pids), cpu_of([uas.pid]), time.time()
    m0 = rss_of(pids)["Pss"]
    uac = Proc(["sipp", "%s:%d" % (host, port), "-sf", S + "/uac.xml", "-i", UAC_IP, "-p", str(UAC_PORT), "-t", "u1", "-nostdin",
                "-default_behaviors", "bye,pingreply", "-buff_size", "4194304", "-recv_timeout", "8000", "-l", str(a.limit),
                "-r", str(a.rate), "-m", str(a.calls), "-trace_stat", "-stf", d + "/stat.csv", "-fd", "1",
                "-timeout", str(int(a.calls / a.rate * 3) + 20)], cpus=a.gen_cpus, cwd=d)
    rc = uac.wait(a.calls / a.rate * 4 + 40)
    w = time.time() - w0
    if rc is None:
        uac.stop()
    # the SUT may still be cleaning transactions up (timer H / wait timer): count 6 more seconds of it
    m1 = rss_of(pids)["Pss"]; c1 = cpu_of(pids); u1 = cpu_of([uas.pid])
    drops = dict(sut=udp_drops(host, port) if t else 0, uas=udp_drops(UAS_IP, UAS_PORT))
    neighbours = near.seen(pids + [uas.pid, uac.pid])
    if t: time.sleep(6)
    c2 = cpu_of(pids)
    shm = t.stat("shm_max") if t else ""
    uas.stop()
    s = sipp_stat(d + "/stat.csv")
    ok, fail = int(s["SuccessfulCall(C)"]), int(s["FailedCall(C)"])
    row = dict(bench="proxy", label=a.label, target=a.target if t else "none", options=t.options() if t else "", role=a.role if t else "direct", children=a.children, rate=a.rate,
               calls=a.calls, ok=ok, failed=fail, retrans=int(s["Retransmissions(C)"]), wall=round(w, 3),
               achieved_cps=round(ok / w, 1), udp_drops=drops, **neighbours, maxconc=s.get("CurrentCall"),
               sut_cpu_s=round((c2["ns"] - c0["ns"]) / 1e9, 4), sut_user=round(c2["user"] - c0["user"], 2), sut_sys=round(c2["sys"] - c0["sys"], 2),
               sut_util=round((c1["ns"] - c0["ns"]) / 1e9 / w, 3),
               uac_cpu_s=round(uac.cpu(), 4), uas_cpu_s=round((u1["ns"] - u0["ns"]) / 1e9, 4),
               uac_util=round(uac.cpu() / w, 3), uas_util=round((u1["ns"] - u0["ns"]) / 1e9 / w, 3),
               rtd=s.get("ResponseTime1(C)"), shm_max=shm, pss_growth_kib=m1 - m0, rc=rc)
    n = max(ok, 1) / 1000
    row.update(sut_cpu_s_per_1000=round(row["sut_cpu_s"] / n, 5), uac_per_1000=round(row["uac_cpu_s"] / n, 5), uas_per_1000=round(row["uas_cpu_s"] / n, 5))
    shutil.rmtree(d, ignore_errors=True)
    return row


if a.direct:
    for _ in range(a.reps):
        record("proxy", one(None, UAS_IP, UAS_PORT))
else:
    for _ in range(a.reps):
        with Target(a.target, a.role, dict(PLACES, CHILDREN=a.children), cpus=a.sut_cpus) as t:
            time.sleep(0.5)
            record("proxy", one(t, *t.addr()))
