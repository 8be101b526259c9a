#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Target: Ringfence, with documented options and verbs only.  Usage: ROLE=.. WORK=.. targets/ringfence.sh ACTION
# ACTION: start | ready | pids | addr | stat NAME | stop | version | options
# ROLE:   proxy | registrar (accounts from the table SUBS_DB)
# Options (environment): CHILDREN (shards), SUT_CPUS (taskset list), RF_BINARY,
# BIND, UPSTREAM, CALLER, GENERATOR (each ip:port)
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${ROLE:=proxy}" "${WORK:?}" "${CHILDREN:=1}" "${BIND:=127.0.0.10:5060}" "${UPSTREAM:=127.0.0.20:5070}"
: "${CALLER:=127.0.0.30:5061}" "${GENERATOR:=127.0.0.31:5071}"  # peers: the incumbent trusts who sends
: "${RF_BINARY:=$here/../../build/release/ringfence}"
realm=bench.example

# What is set beside the defaults, and why.
settings=(
  "sip.listen=udp:$BIND"     # the one address of the benchmark
  "sip.shards=$CHILDREN"     # as many as the incumbent has children
  "metrics.listen="          # no second program listens here
)
case $ROLE in
proxy*) settings+=(
    limits.transactions=4000000  # 12,000 calls/s are 24,000 transactions/s a side, kept 32 s (Timers J, L, M)
    limits.calls=1000000
  ) ;;
registrar*) settings+=(
    auth.algorithms=MD5     # what the generator speaks, and the table has HA1s for
    limits.bindings=2000000
    limits.transactions=8000000  # a million registrations within Timer J (32 s), two requests each
  ) ;;
*) echo "role $ROLE? ringfence.sh knows proxy and registrar" >&2; exit 2 ;;
esac

verb() { "$RF_BINARY" --data "$WORK/data" "$@"; }

# The verbs that provision it, one a line.
verbs() {
  case $ROLE in
  proxy*)
    echo "peer add upstream --address $UPSTREAM/udp --default"
    echo "peer add caller --address $CALLER/udp --transit yes"  # the incumbent relays for whoever asks
    ;;
  registrar*)
    echo "domain add $realm"
    echo "peer add generator --address $GENERATOR/udp"  # its OPTIONS are trusted; each REGISTER is authenticated
    local part
    for part in "$WORK"/accounts-*.csv; do echo "subscriber import $part"; done
    ;;
  esac
}
provision() {
  local words
  while read -ra words; do verb "${words[@]}" < /dev/null || return 1; done < <(verbs)
}
accounts() {  # the incumbent's table as CSV, in files of at most a million lines (the bound of one import)
  python3 - "$WORK/../${SUBS_DB:?}" "$WORK" <<'PY'
import itertools, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("select username, domain, ha1 from subscriber")
for number in itertools.count(1):
    part = list(itertools.islice(rows, 1_000_000))
    if not part:
        break
    with open(f"{sys.argv[2]}/accounts-{number}.csv", "w") as out:
        out.write("subscriber,ha1_md5\n")
        out.writelines(f"{user}@{domain},{ha1}\n" for user, domain, ha1 in part)
PY
}

case ${1:-} in
version) "$RF_BINARY" --version ;;
options) echo "${settings[*]}; $(verbs | sed "s|$WORK/||" | paste -sd, | sed 's/,/, /g')" ;;
start)
  sets=(); for each in "${settings[@]}"; do sets+=(--set "$each"); done
  tas=(); [ -n "${SUT_CPUS:-}" ] && tas=(taskset -c "$SUT_CPUS")
  "${tas[@]}" "$RF_BINARY" serve --data "$WORK/data" "${sets[@]}" > "$WORK/log" 2>&1 &
  echo $! > "$WORK/main.pid"
  disown
  for _ in $(seq 200); do verb status > /dev/null 2>&1 && break; sleep 0.1; done
  case $ROLE in registrar*) accounts ;; esac
  provision >> "$WORK/provisioning.log" 2>&1 || { cat "$WORK/provisioning.log" >&2; exit 1; } ;;
ready) verb status > /dev/null 2>&1 ;;
pids) m=$(cat "$WORK/main.pid"); echo "$m"; ps -o pid= --ppid "$m" ;;
addr) echo "$BIND" ;;
stat) true ;;
stop)
  [ -f "$WORK/main.pid" ] || exit 0
  m=$(cat "$WORK/main.pid"); kids=$(ps -o pid= --ppid "$m"); kill "$m" 2>/dev/null
  for _ in $(seq 150); do kill -0 "$m" 2>/dev/null || break; sleep 0.1; done
  # shellcheck disable=SC2086
  kill -0 "$m" 2>/dev/null && kill -9 "$m" $kids 2>/dev/null
  true ;;
*) echo "usage: $0 start|ready|pids|addr|stat|stop|version|options" >&2; exit 2 ;;
esac
