# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# build and start a platform to try things on
#
# usage: ./dev run [--address ADDRESS]
#
# Starts build/release/ringfence on its embedded database in ./ringfence-data, with ADDRESS as its demo domain:
# a phone that knows only that address reaches it, no DNS needed. ADDRESS is by default the one this machine
# uses towards its network, or 127.0.0.1 when it has none. Ctrl-C stops it; what was added stays.
# On a platform that is running already it tells what to type, and changes nothing.
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

# The listeners: the address of the demo domain, and loopback for phones on this machine.
listen_list() {
  local host list="" hosts=("$(bracketed "$1")")
  [[ $1 == 127.0.0.1 ]] || hosts+=(127.0.0.1)
  for host in "${hosts[@]}"; do
    list+="${list:+,}udp:$host:5060,tcp:$host:5060"
  done
  printf '[%s]' "$list"
}

new_password() {
  od -An -N9 -tx1 /dev/urandom | tr -d ' \n'
}

# What a newcomer types next. Nothing here is a default: each password is fresh and unknown to the server.
print_next_steps() {
  local domain=$1 user
  printf '\n  Ringfence is ready.  Domain: %s   SIP: %s:5060, UDP and TCP\n' "$domain" "$domain"
  printf '  Metrics: http://127.0.0.1:9464/metrics   Data: %s\n\n' "$PWD/ringfence-data"
  local subscribers
  subscribers=$("$RF_BINARY" subscriber ls -o tsv 2>/dev/null | grep -v '^id\b' || true)
  if [[ -n $subscribers ]]; then
    printf '  Its subscribers:\n\n'
    "$RF_BINARY" subscriber ls -o table | sed 's/^/    /'
    printf '\n  Who is registered:  %s reg ls\n\n' "$RF_BINARY"
    return
  fi
  printf '  Next, in another terminal, in %s:\n\n' "$PWD"
  for user in 1001 1002; do
    printf '    %s subscriber add %s@%s --password %s\n' "$RF_BINARY" "$user" "$(bracketed "$domain")" "$(new_password)"
  done
  printf '\n  Then give each phone: server (or domain) %s, user name 1001 or 1002, its password. Dial 1002 from 1001.\n' "$domain"
  printf '  Who is registered:  %s reg ls      How it is:  %s status\n\n' "$RF_BINARY" "$RF_BINARY"
}

has_domain() {
  "$RF_BINARY" domain show "$1" >/dev/null 2>&1
}

# Waits for the server to say it is ready; fails when it ends instead.
wait_until_ready() {
  local server=$1
  until "$RF_BINARY" status >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
}

cmd_run() {
  local address=""
  case "${1:-}" in
    "") ;;
    --address) address=${2:?--address needs an address} ;;
    *) fail "run knows only --address ADDRESS, not '$1'" 2 ;;
  esac
  need_packages build
  compile release ringfence
  if "$RF_BINARY" status >/dev/null 2>&1; then
    say "a platform is running on ./ringfence-data already"
    print_next_steps "$("$RF_BINARY" domain ls -o tsv | awk -F'\t' 'NR == 2 { print $2 }')"
    return 0
  fi
  [[ -n $address ]] || address=$(own_address)

  "$RF_BINARY" serve --data ringfence-data --set "sip.listen=$(listen_list "$address")" &
  local server=$! code=0
  trap 'kill -TERM "$server" 2>/dev/null || true' INT TERM
  if wait_until_ready "$server"; then
    has_domain "$address" || "$RF_BINARY" domain add "$address" >/dev/null || kill -TERM "$server"
    print_next_steps "$address"
  fi
  # A signal interrupts the first wait; the second one collects the server's own exit code.
  wait "$server" || code=$?
  while kill -0 "$server" 2>/dev/null; do
    code=0
    wait "$server" || code=$?
  done
  trap - INT TERM
  return "$code"
}
