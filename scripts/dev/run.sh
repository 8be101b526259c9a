# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# build and start a platform to try things on
#
# usage: ./dev run [--address ADDRESS] [--port PORT]
#
# Starts build/release/ringfence on its embedded database in ./ringfence-data (or RINGFENCE_DATA), with ADDRESS as
# its demo domain: a phone that knows only that address reaches it, no DNS needed. ADDRESS is by default the one this
# machine uses towards its network, or 127.0.0.1 when it has none; PORT is 5060. Ctrl-C stops it; what was added
# stays. On a platform that is running already it tells what to type, and changes nothing.
source scripts/dev/lib/packages.sh

# The address other machines reach this one at.
own_address() {
  local found
  found=$(ip -4 route get 192.0.2.1 2>/dev/null | sed -n 's/.* src \([0-9.]*\).*/\1/p' | head -n 1)
  printf '%s' "${found:-127.0.0.1}"
}

bracketed() {
  [[ $1 == *:* ]] && printf '[%s]' "$1" || printf '%s' "$1"
}

# listen_list ADDRESS PORT: the address of the demo domain, and loopback for phones on this machine.
listen_list() {
  local host list="" port=$2 hosts=("$(bracketed "$1")")
  [[ $1 == 127.0.0.1 ]] || hosts+=(127.0.0.1)
  for host in "${hosts[@]}"; do
    list+="${list:+,}udp:$host:$port,tcp:$host:$port"
  done
  printf '%s' "$list"
}

# What a newcomer types next. There are no default accounts: `subscriber add` makes a password up and shows it once.
print_next_steps() {
  local domain=$1 port=$2 server user
  server=$(bracketed "$domain")
  [[ $port == 5060 ]] || server+=:$port
  printf '\n  Ringfence is ready.  Domain: %s   SIP: %s:%s, UDP and TCP   Data: %s\n\n' \
    "$domain" "$(bracketed "$domain")" "$port" "$RINGFENCE_DATA"
  if has_subscribers; then
    printf '  Its subscribers:\n\n'
    "$RF_RELEASE" subscriber ls -o table | sed 's/^/    /'
  else
    printf '  Next, in another terminal, in %s:\n\n' "$PWD"
    for user in 1001 1002; do
      printf '    %s subscriber add %s@%s\n' "$RF_RELEASE" "$user" "$(bracketed "$domain")"
    done
  fi
  printf '\n  Each phone needs: server (or domain) %s, a user name (1001), its password. Dial 1002 from 1001.\n' "$server"
  printf '  Who is registered:  %s reg ls      How it is:  %s status\n\n' "$RF_RELEASE" "$RF_RELEASE"
}

has_subscribers() {
  [[ $("$RF_RELEASE" subscriber ls -o json) != '[]' ]]
}

has_domain() {
  "$RF_RELEASE" domain show "$1" >/dev/null 2>&1
}

# Waits for the server to say it is ready; fails when it ends instead.
wait_until_ready() {
  local server=$1
  until "$RF_RELEASE" status >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
}

# Domain and port of the platform that is running, as it was started.
tell_about_running() {
  say "a platform is running on $RINGFENCE_DATA already"
  local domain port
  domain=$("$RF_RELEASE" domain ls -o tsv | awk -F'\t' 'NR == 2 { print $1 }')
  port=$("$RF_RELEASE" status -o tsv | awk -F'\t' '$1 == "listeners.0.port" { print $2 }')
  print_next_steps "$domain" "$port"
}

# Waits until the server has ended; Ctrl-C and SIGTERM are passed on and interrupt only the waiting.
wait_for_end() {
  local server=$1 code=0
  wait "$server" || code=$?
  while kill -0 "$server" 2>/dev/null; do
    code=0
    wait "$server" || code=$?
  done
  return "$code"
}

cmd_run() {
  local address="" port=5060
  while (($#)); do
    case "$1" in
      --address) address=${2:-} ;;
      --port) port=${2:-} ;;
      *) fail "run knows --address ADDRESS and --port PORT, not '$1'" 2 ;;
    esac
    [[ -n ${2:-} ]] || fail "$1 needs a value" 2
    shift 2
  done
  export RINGFENCE_DATA=${RINGFENCE_DATA:-$PWD/ringfence-data}
  need_packages build
  compile release ringfence
  if "$RF_RELEASE" status >/dev/null 2>&1; then
    tell_about_running
    return 0
  fi
  [[ -n $address ]] || address=$(own_address)

  "$RF_RELEASE" serve --set "sip.listen=$(listen_list "$address" "$port")" &
  local server=$!
  trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM
  if wait_until_ready "$server"; then
    has_domain "$address" || "$RF_RELEASE" domain add "$address" >/dev/null
    print_next_steps "$address" "$port"
  fi
  wait_for_end "$server"
}
