#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memory of a held call: N calls are set up and held; what the target's memory grew by, once every transaction of theirs is over.
   run_hold.py TARGET --calls N [--rate R] [--children C]      (role proxy-dialog: the target keeps a record of each call)"""
import argparse, os, sys, time, tempfile, shutil
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *

ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("--calls", type=int, default=20000); ap.add_argument("--rate", type=int, default=1000)
ap.add_argument("--warm", type=int, default=1000)   # calls before the first look
ap.add_argument("--quiet", type=float, default=42)   # seconds until the last timer of a transaction is over (RFC 6026: Timer L, 32 s)
ap.add_argument("--children", type=int, default=1); ap.add_argument("--reps", type=int, default=1); ap.add_argument("--sut-cpus")
a = ap.parse_args()
UAC_IP, UAC_PORT = CALLER
UAS_IP, UAS_PORT = UPSTREAM


def caller(t, d, calls, hold_ms):
    host, port = t.addr()
    return Proc(["sipp", "%s:%d" % (host, port), "-sf", ROOT + "/sipp/uac_hold.xml", "-i", UAC_IP, "-p", str(UAC_PORT), "-t", "u1", "-nostdin", "-d", str(hold_ms),
                 "-default_behaviors", "bye,pingreply", "-buff_size", "4194304", "-recv_timeout", "60000", "-l", str(a.calls + a.warm),
                 "-r", str(a.rate), "-m", str(calls), "-trace_stat", "-stf", d + "/stat.csv", "-fd", "1"], cwd=d)


def one(t):
    d = tempfile.mkdtemp(prefix="bench-sipp-")
    uas = Proc(["sipp", "-sf", ROOT + "/sipp/uas.xml", "-i", UAS_IP, "-p", str(UAS_PORT), "-t", "u1", "-nostdin", "-buff_size", "4194304"], cwd=d)
    time.sleep(0.7)
    if caller(t, d, a.warm, 0).wait(60) != 0:
        raise RuntimeError("the first calls failed")
    time.sleep(a.quiet)
    near, pids = Neighbours(), t.pids(); m0 = rss_of(pids)["Pss"]
    ramp = a.calls / a.rate
    uac = caller(t, d, a.calls, int((ramp + a.quiet + 6) * 1000))
    time.sleep(ramp + a.quiet)
    m1 = rss_of(pids)["Pss"]; held = int(sipp_stat(d + "/stat.csv")["CurrentCall"])
    rc = uac.wait(ramp * 2 + 60)
    s = sipp_stat(d + "/stat.csv"); neighbours = near.seen(pids + [uas.pid, uac.pid]); uas.stop(); shutil.rmtree(d, ignore_errors=True)
    return dict(bench="hold", target=a.target, options=t.options(), children=a.children, rate=a.rate, calls=a.calls, held=held, ok=int(s["SuccessfulCall(C)"]),
                failed=int(s["FailedCall(C)"]), retrans=int(s["Retransmissions(C)"]), **neighbours, pss_growth_kib=m1 - m0, pss_per_call=round((m1 - m0) * 1024 / max(held, 1), 1), rc=rc)


for _ in range(a.reps):
    with Target(a.target, "proxy-dialog", dict(PLACES, CHILDREN=a.children), cpus=a.sut_cpus) as t:
        time.sleep(0.5)
        record("hold", one(t))
