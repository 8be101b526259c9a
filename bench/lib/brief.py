# SPDX-License-Identifier: Apache-2.0
"""Condense JSON lines on stdin: brief.py key,key,..."""
import sys, json
ks = sys.argv[1].split(",") if len(sys.argv) > 1 else None
for l in sys.stdin:
    try:
        r = json.loads(l)
    except ValueError:
        print(l.rstrip()[:300]); continue
    print(" ".join("%s=%s" % (k, r.get(k)) for k in (ks or r)))
