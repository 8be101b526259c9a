#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 2: registrar.
   run_registrar.py TARGET auth|cache [--children C] [--subs N] [--regs N] [--window W] [--reps 3]   CPU per authenticated REGISTER
   run_registrar.py TARGET users --contacts 100000,1000000 [--shm MB]      the same, authenticated: memory per contact beyond the
                                                                          first --warm ones, and requests to users, present and absent
   run_registrar.py TARGET memory --contacts 100000,500000,1000000 [--shm MB]   without authentication, where a target can"""
import argparse, os, sys, time, subprocess
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("what", choices=["auth", "cache", "users", "memory"])
ap.add_argument("--children", type=int, default=1); ap.add_argument("--subs", type=int, default=100000)
ap.add_argument("--regs", type=int, default=40000); ap.add_argument("--window", type=int, default=32)
ap.add_argument("--reps", type=int, default=3); ap.add_argument("--shm", type=int, default=4096)
ap.add_argument("--contacts", default="100000,500000,1000000"); ap.add_argument("--hash", default="14")
ap.add_argument("--mode", default="auth"); ap.add_argument("--warm", type=int, default=50000)
ap.add_argument("--rate", type=int, default=0)   # a second; 0: as fast as it answers, WINDOW at a time
ap.add_argument("--settle", type=float, default=34)
ap.add_argument("--lookups", type=int, default=40000); ap.add_argument("--sut-cpus")
a = ap.parse_args()
subprocess.run(["make", "-s", "-C", ROOT + "/src", "build/regload"], check=True)
G = ROOT + "/src/build/regload"


def load(t, mode, first, count, window, subs=None):
    h, p = t.addr(); pids = t.pids()
    near, c0 = Neighbours(), cpu_of(pids)
    g = Proc([G, h, str(p), GENERATOR[0], str(GENERATOR[1]), mode, str(first), str(count), str(window), str(subs or count), str(a.rate)])
    if g.wait(590) is None: g.stop()
    c1 = cpu_of(pids)
    try: r = json.loads(g.text())
    except ValueError: raise RuntimeError("generator: " + g.text())
    d = cpu_diff(c0, c1)
    r.update(sut_cpu_s=round(d["cpu_s"], 4), sut_user=round(d["user"], 2), sut_sys=round(d["sys"], 2), asked=count, rate=a.rate, **near.seen(pids + [g.pid]),
             sut_cpu_s_per_1000=round(d["cpu_s"] / max(r["done"], 1) * 1000, 6), gen_cpu_s_per_1000=round(r["gen_cpu_s"] / max(r["done"], 1) * 1000, 6))
    return r


if a.what in ("auth", "cache"):
    d = tempfile.mkdtemp(prefix="bench-subs-"); db = d + "/subs.db"
    subprocess.run([sys.executable, ROOT + "/lib/mksubs.py", db, str(a.subs)], check=True)
    for _ in range(a.reps):
        role = "registrar" if a.what == "auth" else "registrar-cache"
        with Target(a.target, role, {**PLACES, "CHILDREN": a.children, "SHM_MB": a.shm, "SUBS_DB": os.path.relpath(db, tempfile.gettempdir()), "HASH_SIZE": a.hash}, cpus=a.sut_cpus) as t:
            load(t, "auth", 0, min(a.regs, 2000), a.window)      # warm up
            if a.what == "cache": load(t, "auth", 0, a.regs, a.window)   # fill the cache
            for mode in ("auth", "reauth"):
                record("registrar", dict(target=a.target, options=t.options(), what=a.what, mode=mode, children=a.children, window=a.window, subs=a.subs,
                                         **load(t, mode, 0, a.regs, a.window)))
    shutil.rmtree(d)
elif a.what == "users":
    steps = [int(x) for x in a.contacts.split(",")]; absent = 50000   # accounts that never register
    d = tempfile.mkdtemp(prefix="bench-subs-"); db = d + "/subs.db"
    subprocess.run([sys.executable, ROOT + "/lib/mksubs.py", db, str(steps[-1] + absent)], check=True)
    with Target(a.target, "registrar", {**PLACES, "CHILDREN": a.children, "SHM_MB": a.shm, "SUBS_DB": os.path.relpath(db, tempfile.gettempdir()), "HASH_SIZE": a.hash}, cpus=a.sut_cpus) as t:
        # What a system keeps for each request until its last timer (RFC 3261: 32 s) is no memory of a contact: fill it first, at the same rate.
        pids = t.pids(); have = a.warm; t0 = time.time(); near = Neighbours()
        while time.time() - t0 < a.settle: load(t, "auth", 0, a.warm, a.window)
        base = rss_of(pids)
        for n in steps:
            r = load(t, "auth", have, n - have, a.window); have = n; time.sleep(2)
            m = rss_of(pids)
            row = dict(target=a.target, options=t.options(), what="users", contacts=n, warm=a.warm, hash=a.hash, children=a.children, pss_kib=m["Pss"],
                       pss_per_contact=round((m["Pss"] - base["Pss"]) * 1024 / (n - a.warm), 1), asked=r["asked"], done=r["done"], ok=r["ok"], fail=r["fail"],
                       retrans=r["retrans"], challenges=r["challenges"], rate=a.rate, lookups=a.lookups, first_auth_cpu_s_per_1000=r["sut_cpu_s_per_1000"], first_auth_per_s=r["per_s"])
            for kind, first, count in (("absent", steps[-1], absent), ("present", 0, n)):
                lk = [load(t, "lookup", first, a.lookups, a.window, subs=count) for _ in range(3)]
                row.update({kind + "_cpu_s_per_1000": med([x["sut_cpu_s_per_1000"] for x in lk]), kind + "_p99_us": med([x["p99_us"] for x in lk]),
                            kind + "_right": [x["notfound" if kind == "absent" else "relayed"] for x in lk], kind + "_fail": sum(x["fail"] for x in lk),
                            kind + "_retrans": sum(x["retrans"] for x in lk)})
            row.update(near.seen(pids)); near = Neighbours()   # the generators are gone: they are counted as nobody
            record("registrar", row)
    shutil.rmtree(d)
else:
    steps = [int(x) for x in a.contacts.split(",")]
    with Target(a.target, "registrar-noauth", {**PLACES, "CHILDREN": a.children, "SHM_MB": a.shm, "HASH_SIZE": a.hash}, cpus=a.sut_cpus) as t:
        pids = t.pids(); base = rss_of(pids); sb = t.stat("shm_used"); have = 0
        record("registrar", dict(target=a.target, what="memory", contacts=0, hash=a.hash, pss_kib=base["Pss"], shm_used=sb, children=a.children))
        for n in steps:
            r = load(t, "plain", have, n - have, a.window); have = n
            m = rss_of(pids); su = t.stat("shm_used")
            lk = [load(t, "lookup", 0, 40000, a.window, subs=n) for _ in range(3)]
            row = dict(target=a.target, what="memory", contacts=n, hash=a.hash, children=a.children, pss_kib=m["Pss"], pss_per_contact=round((m["Pss"] - base["Pss"]) * 1024 / n, 1),
                       shm_used=su, shm_per_contact=round((int(su) - int(sb)) / n, 1) if su.isdigit() and sb.isdigit() else None,
                       insert_cpu_s_per_1000=r["sut_cpu_s_per_1000"], insert_per_s=r["per_s"], insert_fail=r["fail"], insert_rtx=r["retrans"],
                       lookup_cpu_s_per_1000=[x["sut_cpu_s_per_1000"] for x in lk], lookup_per_s=[x["per_s"] for x in lk], lookup_p99=[x["p99_us"] for x in lk], notfound=lk[0]["notfound"])
            record("registrar", row)
