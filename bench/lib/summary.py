# SPDX-License-Identifier: Apache-2.0
"""Medians [min..max] of results/*.jsonl, grouped by what identifies a run. summary.py [bench...]"""
import json, os, sys, statistics, collections
R = os.environ.get("BENCH_RESULTS") or os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "results")
ID = {"proxy": "target role label children rate INVALID", "registrar": "target what mode children contacts hash", "flood": "target role children pin pps_set kind",
      "conns": "target tcp_children what proto cert tlsver up INVALID", "parse": "lib what", "rtp": "target calls threads pin", "floor": "name"}
SKIP = {"ts", "rc", "bench", "window", "subs"}
for f in sorted(os.listdir(R)):
    b = f[:-6]
    if not f.endswith(".jsonl") or (len(sys.argv) > 1 and b not in sys.argv[1:]): continue
    g = collections.OrderedDict()
    for l in open(os.path.join(R, f)):
        r = json.loads(l)
        if b == "flood":
            r["pps_set"] = 50000 if abs(r["pps"] - 50000) < 500 else "max"
            for k in ("quiet", "probe"):
                for kk, v in (r.get(k) or {}).items(): r[k + "_" + kk] = v
        g.setdefault(tuple(str(r.get(k)) for k in ID.get(b, "target").split()), []).append(r)
    print("==", b)
    for k, rs in g.items():
        o = []
        for key in rs[0]:
            if key in SKIP or key in ID[b].split(): continue
            v = [r[key] for r in rs if isinstance(r.get(key), (int, float)) and not isinstance(r.get(key), bool)]
            if v and any(v): m = statistics.median(v); o.append("%s=%.5g" % (key, m) + ("[%.4g..%.4g]" % (min(v), max(v)) if len(v) > 1 and max(v) != min(v) else ""))
        print(" ", " ".join(k), "n=%d" % len(rs), " ".join(o))
