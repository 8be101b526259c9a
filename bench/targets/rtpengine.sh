#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Target: rtpengine in userspace mode (table -1: no kernel module).  ROLE=media
# Options (environment): THREADS (worker threads), SUT_CPUS, BIND (ng control ip:port), MEDIA_IP
set -u
: "${WORK:?}" "${THREADS:=1}" "${BIND:=127.0.0.60:2223}" "${MEDIA_IP:=127.0.0.61}" "${PMIN:=30000}" "${PMAX:=60000}"
case ${1:-} in
options) echo "--table=-1 --num-threads=$THREADS" ;;
version) rtpengine --version 2>&1 | head -1 ;;
start)
  tas=(); [ -n "${SUT_CPUS:-}" ] && tas=(taskset -c "$SUT_CPUS")
  "${tas[@]}" rtpengine --config-file=none --foreground --log-stderr --log-level=3 --table=-1 --interface="$MEDIA_IP" --listen-ng="$BIND" \
     --port-min="$PMIN" --port-max="$PMAX" --num-threads="$THREADS" --pidfile="$WORK/pidfile" --timeout=3600 --silent-timeout=3600 --delete-delay=0 > "$WORK/log" 2>&1 &
  echo $! > "$WORK/main.pid"; disown ;;
ready) python3 -c "
import socket,sys
s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.settimeout(.5); h,p='$BIND'.split(':'); s.sendto(b'1 d7:command4:pinge',(h,int(p)))
sys.exit(0 if b'pong' in s.recv(500) else 1)" 2>/dev/null ;;
pids) cat "$WORK/main.pid" ;;
addr) echo "$BIND" ;;
stat) true ;;
stop) m=$(cat "$WORK/main.pid"); kill "$m" 2>/dev/null; for _ in $(seq 50); do kill -0 "$m" 2>/dev/null || break; sleep 0.1; done; kill -9 "$m" 2>/dev/null; true ;;
esac
