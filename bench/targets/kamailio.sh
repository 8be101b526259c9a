#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Target: Kamailio from the Debian package.  Usage: ROLE=.. WORK=.. targets/kamailio.sh ACTION
# ACTION: start | ready | pids | addr | stat NAME | stop | version
# ROLE:   proxy | proxy-dialog | proxy-topoh | proxy-topos | registrar | flood | tcp | tls
# Options (environment): MALLOC, TCP_CHILDREN, CHILDREN, SHM_MB, PKG_MB, SUT_CPUS (taskset list), UPSTREAM (ip:port), BIND (ip:port)
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${ROLE:=proxy}" "${WORK:?}" "${CHILDREN:=1}" "${SHM_MB:=4096}" "${PKG_MB:=16}"
# MALLOC: qm (the package default) | fm | tlsf, the memory allocator
: "${MALLOC:=}" "${BIND:=127.0.0.10:5060}" "${UPSTREAM:=127.0.0.20:5070}" "${HASH_SIZE:=14}" "${DB_MODE:=sqlite}"
cfgdir=$here/../peers/kamailio
pidf=$WORK/pid
case $ROLE in proxy*) cfg=proxy.cfg ;; registrar*) cfg=registrar.cfg ;; flood*) cfg=flood.cfg ;; tcp|tls) cfg=conn.cfg ;; *) echo "role?" >&2; exit 2 ;; esac

case ${1:-} in
version) kamailio -v | head -1 ;;
options) echo "peers/kamailio/$cfg ROLE=$ROLE -n $CHILDREN -m $SHM_MB -M $PKG_MB -A ULHASH=$HASH_SIZE ${MALLOC:+-x $MALLOC}" ;;
start)
  defs=()
  case $ROLE in
    proxy-dialog) defs+=(-A WITH_DIALOG) ;;
    proxy-topoh) defs+=(-A WITH_TOPOH) ;;
    proxy-topos) defs+=(-A WITH_TOPOS)
      printf 'port 0\nunixsocket %s/redis.sock\nsave ""\nappendonly no\ndaemonize yes\npidfile %s/redis.pid\ndir %s\n' "$WORK" "$WORK" "$WORK" > "$WORK/redis.conf"
      redis-server "$WORK/redis.conf" >/dev/null ;;
    tcp) LPROTO=tcp ;;
    tls) LPROTO=tls; defs+=(-A WITH_TLS) ;;
    flood-off) defs+=(-A NO_PIKE) ;;
    registrar-noauth) defs+=(-A NO_AUTH) ;;
    registrar-cache) defs+=(-A AUTH_CACHE) ;;
  esac
  tas=(); [ -n "${SUT_CPUS:-}" ] && tas=(taskset -c "$SUT_CPUS")
  # shellcheck disable=SC2086
  "${tas[@]}" kamailio -f "$cfgdir/$cfg" -m "$SHM_MB" -M "$PKG_MB" -Y "$WORK" -P "$pidf" -l "${LPROTO:-udp}:$BIND" -n "$CHILDREN" \
     -A "UPSTREAM=\"sip:$UPSTREAM\"" -A "CTLSOCK=\"unix:$WORK/ctl\"" -A "DBURL=\"sqlite:///$WORK/../${SUBS_DB:-none}\"" -A "REDISSOCK=\"name=srv;unix=$WORK/redis.sock;db=0\"" \
     -A "ULHASH=$HASH_SIZE" -A "TCPCH=${TCP_CHILDREN:-1}" -A "TLSKEY=\"${TLSDIR:-none}/key.pem\"" -A "TLSCRT=\"${TLSDIR:-none}/crt.pem\"" ${EXTRA_DEFS:-} "${defs[@]}" ${MALLOC:+-x $MALLOC} -DD -E > "$WORK/log" 2>&1 &
  echo $! > "$WORK/main.pid"
  disown ;;
ready) kamcmd -s "unix:$WORK/ctl" core.uptime >/dev/null 2>&1 ;;
pids) m=$(cat "$WORK/main.pid"); echo "$m"; ps -o pid= --ppid "$m"
      [ "${WITH_STORE:-1}" = 1 ] && [ -f "$WORK/redis.pid" ] && [ -n "${COUNT_REDIS:-}" ] && cat "$WORK/redis.pid"; true ;;
redis-pid) cat "$WORK/redis.pid" 2>/dev/null ;;
addr) echo "$BIND" ;;
stat) case $2 in
  shm_used) kamcmd -s "unix:$WORK/ctl" core.shmmem | awk '/^[[:space:]]*used:/{print $2}' ;;
  shm_max) kamcmd -s "unix:$WORK/ctl" core.shmmem | awk '/max_used:/{print $2}' ;;
  *) kamcmd -s "unix:$WORK/ctl" $2 ;; esac ;;
stop)
  [ -f "$WORK/main.pid" ] && { m=$(cat "$WORK/main.pid"); kids=$(ps -o pid= --ppid "$m"); kill "$m" 2>/dev/null
    for _ in $(seq 100); do kill -0 "$m" 2>/dev/null || break; sleep 0.1; done
    kill -0 "$m" 2>/dev/null && kill -9 "$m" $kids 2>/dev/null; }
  [ -f "$WORK/redis.pid" ] && kill "$(cat "$WORK/redis.pid")" 2>/dev/null
  true ;;
*) echo "usage: $0 start|ready|pids|addr|stat|stop|version" >&2; exit 2 ;;
esac
