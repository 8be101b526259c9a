#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Benchmark 4: idle TCP/TLS connections and TLS handshake rate.
   run_conns.py TARGET hold tcp|tls [--count 10000] [--cert rsa|ec]     memory per idle connection (SUT + kernel)
   run_conns.py TARGET rate tls [--count 4000] [--cert rsa|ec]          handshakes per CPU-second of the SUT"""
import argparse, os, sys, time, subprocess
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from benchlib import *
ap = argparse.ArgumentParser()
ap.add_argument("target"); ap.add_argument("what", choices=["hold", "rate"]); ap.add_argument("proto", choices=["tcp", "tls"])
ap.add_argument("--count", type=int, default=10000); ap.add_argument("--cert", default="ec"); ap.add_argument("--reps", type=int, default=3)
ap.add_argument("--shm", type=int, default=6144); ap.add_argument("--tlsver", default="1.3")
a = ap.parse_args()
subprocess.run(["make", "-s", "-C", ROOT + "/src", "build/conns"], check=True)


def meminfo():
    r = {}
    for l in open("/proc/meminfo"):
        k, v = l.split(":"); r[k] = int(v.split()[0])
    return r


def kern():
    m = meminfo(); ss = {}
    for l in open("/proc/net/sockstat"):
        if l.startswith("TCP:"):
            w = l.split(); ss = dict(zip(w[1::2], map(int, w[2::2])))
    return m["Slab"], m["MemAvailable"], ss.get("mem", 0) * 4


d = tempfile.mkdtemp(prefix="bench-crt-")
alg = ["-newkey", "rsa:2048"] if a.cert == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
subprocess.run(["openssl", "req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=bench.example", "-keyout", d + "/key.pem", "-out", d + "/crt.pem"] + alg, check=True, stderr=subprocess.DEVNULL)
env = dict(os.environ, TLSVER=a.tlsver)
for _ in range(a.reps):
    with Target(a.target, a.proto, {"TLSDIR": d, "SHM_MB": a.shm, "BIND": "127.0.0.10:5061"}) as t:
        h, p = t.addr(); pids = t.pids(); os.environ["TLSVER"] = a.tlsver
        G = ROOT + "/src/build/conns"
        w = Proc([G, "rate" if a.what == "rate" else "hold", h, str(p), a.proto, "200", "0.1"]); w.wait(30); time.sleep(1)
        m0, k0, c0, b0 = rss_of(pids), kern(), cpu_of(pids), busy(); s0 = t.stat("shm_used")
        if a.what == "rate":
            g = Proc([G, "rate", h, str(p), a.proto, str(a.count)]); g.wait(150); c1 = cpu_of(pids); b1 = busy()
            r = json.loads(g.text() or '{"up":0,"dead":-1,"per_s":0,"gen_cpu_s":0}'); dd = cpu_diff(c0, c1)
            if r["dead"] or t.call("ready", check=False).returncode or t.pids() != pids:
                record("conns", dict(tcp_children=int(os.environ.get("TCP_CHILDREN", "1")), target=a.target, what="rate", proto=a.proto, cert=a.cert, tlsver=a.tlsver, INVALID="the SUT lost connections, died or hung", up=r["up"], dead=r["dead"],
                       log=[l[:160] for l in open(t.work + "/log", errors="replace") if "CRITICAL" in l or "ALERT" in l or "BUG" in l][:4])); continue
            record("conns", dict(tcp_children=int(os.environ.get("TCP_CHILDREN", "1")), target=a.target, what="rate", proto=a.proto, cert=a.cert, tlsver=a.tlsver, ok=r["up"], dead=r["dead"], per_s=r["per_s"], sut_cpu_s=round(dd["cpu_s"], 3),
                   handshakes_per_cpu_s=round(r["up"] / dd["cpu_s"], 1), sut_user=round(dd["user"], 2), sut_sys=round(dd["sys"], 2), gen_cpu_s=r["gen_cpu_s"], other_cpu_s=round(others(b0, b1, pids + [g.pid]), 2)))
        else:
            g = Proc([G, "hold", h, str(p), a.proto, str(a.count), "12"]); t0 = time.time()
            while time.time() - t0 < 130 and not g.text().strip() and g.wait(0.2) is None: pass
            r = json.loads(g.text() or '{"up":0,"dead":-1,"per_s":0,"gen_cpu_s":0}'); time.sleep(3)
            if r["dead"] or t.call("ready", check=False).returncode or t.pids() != pids:
                g.stop()
                record("conns", dict(tcp_children=int(os.environ.get("TCP_CHILDREN", "1")), target=a.target, what="hold", proto=a.proto, cert=a.cert, tlsver=a.tlsver, INVALID="the SUT lost connections, died or hung", up=r["up"], dead=r["dead"],
                       log=[l[:160] for l in open(t.work + "/log", errors="replace") if "CRITICAL" in l or "ALERT" in l or "BUG" in l][:4])); continue
            m1, k1, c1 = rss_of(pids), kern(), cpu_of(pids); gm = rss_of([g.pid])["Pss"]; s1 = t.stat("shm_used"); n = max(r["up"], 1)
            time.sleep(5); c2 = cpu_of(pids)
            record("conns", dict(tcp_children=int(os.environ.get("TCP_CHILDREN", "1")), target=a.target, what="hold", proto=a.proto, cert=a.cert if a.proto == "tls" else None, up=r["up"], dead=r["dead"], setup_per_s=r["per_s"], setup_cpu_ms=round((c1["ns"] - c0["ns"]) / 1e6 / n, 4),
                   sut_pss_bytes_per_conn=round((m1["Pss"] - m0["Pss"]) * 1024 / n), sut_private=round((m1["Pss_Anon"] - m0["Pss_Anon"]) * 1024 / n), sut_shmem=round((m1["Pss_Shmem"] - m0["Pss_Shmem"]) * 1024 / n),
                   slab_bytes_per_conn_both_ends=round((k1[0] - k0[0]) * 1024 / n), avail_bytes_per_conn_both_ends=round((k0[1] - k1[1] - gm) * 1024 / n), tcp_mem_kib=k1[2] - k0[2], shm_used=[s0, s1],
                   idle_cpu_ms_per_s=round((c2["ns"] - c1["ns"]) / 1e6 / 5, 3)))
            g.stop()
shutil.rmtree(d)
