#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 6: plain RTP relay. Calls are set up over the ng protocol (offer/answer), then both parties send
   172-byte packets every 20 ms through the relay. run_rtp.py TARGET --calls 200 [--secs 8] [--threads 1] [--pin] [--reps 3]"""
import argparse, os, sys, time, subprocess, socket
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("--calls", type=int, default=200); ap.add_argument("--secs", type=float, default=8)
ap.add_argument("--threads", type=int, default=1); ap.add_argument("--pin", action="store_true"); ap.add_argument("--reps", type=int, default=3)
a = ap.parse_args()
subprocess.run(["make", "-s", "-C", ROOT + "/src", "build/rtpload"], check=True)


def benc(x):
    if isinstance(x, dict): return b"d" + b"".join(benc(k) + benc(x[k]) for k in sorted(x)) + b"e"
    if isinstance(x, list): return b"l" + b"".join(map(benc, x)) + b"e"
    if isinstance(x, int): return b"i%de" % x
    x = x.encode() if isinstance(x, str) else x
    return b"%d:" % len(x) + x


def bdec(b, i=0):
    c = b[i:i + 1]
    if c == b"d":
        r = {}; i += 1
        while b[i:i + 1] != b"e": k, i = bdec(b, i); r[k.decode()], i = bdec(b, i)
        return r, i + 1
    if c == b"l":
        r = []; i += 1
        while b[i:i + 1] != b"e": x, i = bdec(b, i); r.append(x)
        return r, i + 1
    if c == b"i": e = b.index(b"e", i); return int(b[i + 1:e]), e + 1
    e = b.index(b":", i); n = int(b[i:e]); return b[e + 1:e + 1 + n], e + 1 + n


def sdp(ip, port):
    return "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n" % (ip, ip, port)


def media(s):
    ip = port = None
    for l in s.decode().splitlines():
        if l.startswith("c="): ip = l.split()[2]
        if l.startswith("m="): port = int(l.split()[1])
    return ip, port


for _ in range(a.reps):
    with Target(a.target, "media", {"THREADS": a.threads}, cpus="0" if a.pin else None) as t:
        h, p = t.addr(); s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect((h, p)); s.settimeout(3); n = 0

        def ng(**kw):
            global n
            n += 1
            s.send(b"c%d " % n + benc(kw)); r = s.recv(65535).split(b" ", 1)[1]; d = bdec(r)[0]
            if d.get("result") != b"ok": raise RuntimeError(d)
            return d
        pids = t.pids(); m0 = rss_of(pids)["Pss"]; c0 = cpu_of(pids); lines = []
        A, B = "127.0.70.1", "127.0.70.2"
        for i in range(a.calls):
            pa, pb = 10000 + 2 * i, 10000 + 2 * i
            k = {"call-id": "call%d" % i, "from-tag": "a%d" % i}
            o = media(ng(command="offer", sdp=sdp(A, pa), replace=["origin"], ICE="remove", **k)["sdp"])
            b = media(ng(command="answer", sdp=sdp(B, pb), replace=["origin"], ICE="remove", **{"to-tag": "b%d" % i}, **k)["sdp"])
            lines.append("%s %d %s %d\n" % (A, pa, b[0], b[1])); lines.append("%s %d %s %d\n" % (B, pb, o[0], o[1]))
        c1 = cpu_of(pids); m1 = rss_of(pids)["Pss"]
        fn = t.work + "/legs"; open(fn, "w").writelines(lines)
        gc = "1" if a.pin else None
        w = Proc([ROOT + "/src/build/rtpload", fn, "1"], cpus=gc); w.wait(30)       # latch the ports
        m2 = rss_of(pids)["Pss"]; c2 = cpu_of(pids); b0 = busy()
        g = Proc([ROOT + "/src/build/rtpload", fn, str(a.secs)], cpus=gc); g.wait(a.secs + 30)
        b1 = busy(); c3 = cpu_of(pids); d = cpu_diff(c2, c3)
        try: r = json.loads(g.text())
        except ValueError: raise RuntimeError(g.text())
        record("rtp", dict(target=a.target, calls=a.calls, streams=2 * a.calls, threads=a.threads, pin=a.pin, sent=r["sent"], received=r["received"], lost=r["lost"], pps=r["pps"],
               sut_cpu_s=round(d["cpu_s"], 4), sut_user=round(d["user"], 2), sut_sys=round(d["sys"], 2), sut_util=round(d["cpu_s"] / r["wall"], 3),
               cpu_s_per_1M=round(d["cpu_s"] / max(r["received"], 1) * 1e6, 3), gen_cpu_s_per_1M=round(r["gen_cpu_s"] / max(r["sent"], 1) * 1e6, 3), other_cpu_s=round(others(b0, b1, pids + [g.pid]), 2),
               setup_cpu_ms_per_call=round((c1["ns"] - c0["ns"]) / 1e6 / a.calls, 3), pss_kib_per_call=round((m2 - m0) / a.calls, 1)))
