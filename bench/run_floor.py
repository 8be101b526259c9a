#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 8: UDP echo lower bounds; server on cpu 0, closed-loop client on cpu 1. run_floor.py [--size 500] [--secs 4] [--reps 3]"""
import argparse, os, sys, time, subprocess
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
ap = argparse.ArgumentParser(); ap.add_argument("--size", type=int, default=500); ap.add_argument("--secs", type=float, default=4); ap.add_argument("--reps", type=int, default=3)
ap.add_argument("--only", default="echo,sink")
a = ap.parse_args(); B = ROOT + "/src/build/"
subprocess.run(["make", "-s", "-C", ROOT + "/src"] + ["build/" + x for x in ("udpecho", "udpblast", "uringecho", "flood")], check=True)
for name, argv, win in [("recvfrom/sendto", ["udpecho", "127.0.0.50", "7000", "1"], 256), ("mmsg 32", ["udpecho", "127.0.0.50", "7000", "32"], 256),
                   ("mmsg 64", ["udpecho", "127.0.0.50", "7000", "64"], 256), ("mmsg 64, window 16", ["udpecho", "127.0.0.50", "7000", "64"], 16),
                   ("uring multishot + sendmsg sqe", ["uringecho", "127.0.0.50", "7000", "uring"], 256),
                   ("uring multishot + sendmmsg", ["uringecho", "127.0.0.50", "7000", "mix"], 256)]:
    for _ in range(a.reps if "echo" in a.only else 0):
        s = Proc([B + argv[0]] + argv[1:], cpus="0"); time.sleep(0.2)
        c = Proc([B + "udpblast", "127.0.0.50", "7000", "127.0.0.51", "7001", str(a.size), str(win), str(a.secs)], cpus="1"); c.wait(30)
        s.stop(); r = json.loads(s.text()); k = json.loads(c.text())
        record("floor", dict(name=name, size=a.size, pps=k["pps"], server_util=round((r["user"] + r["sys"]) / k["wall"], 3), ns_per_packet=r["ns_per_packet"], user=r["user"], sys=r["sys"],
               batch=round(r["packets"] / max(r["wakeups"], 1), 1), lost=k["lost"], client_util=round((k["gen_user"] + k["gen_sys"]) / k["wall"], 3)))
for name, b in [("sink recvmmsg 64", "0"), ("sink behind a BPF socket filter", "-1")]:
    for _ in range(a.reps if "sink" in a.only else 0):
        s = Proc([B + "udpecho", "127.0.0.50", "7000", b], cpus="0"); time.sleep(0.2)
        c = Proc([B + "flood", "127.0.0.50", "7000", "127.0.66.6", "7001", "0", str(a.secs), "options"], cpus="1"); c.wait(30)
        drops = udp_drops("127.0.0.50", 7000); s.stop(); r = json.loads(s.text()); k = json.loads(c.text())
        record("floor", dict(name=name, sent=k["sent"], pps=k["pps"], received=r["packets"], socket_drops=drops, server_cpu_s_per_100k=round((r["user"] + r["sys"]) / k["sent"] * 1e5, 4),
               ns_per_packet=r["ns_per_packet"], batch=round(r["packets"] / max(r["wakeups"], 1), 1), sender_cpu_s_per_100k=round(k["gen_cpu_s"] / k["sent"] * 1e5, 4)))
