# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# remove what was built
#
# usage: ./dev clean [--data]
#
# Removes build/. --data removes ./ringfence-data too: the database, keys and bindings of ./dev run. While a platform
# runs on them it removes nothing.

# Asks the lock, not the program: that may be gone by now.
platform_runs_on() {
  [[ -e $1/lock ]] && ! flock --nonblock "$1/lock" true
}

cmd_clean() {
  local word
  local -a remove=(build)
  for word in "$@"; do
    case "$word" in
      --data) remove+=(ringfence-data) ;;
      *) fail "clean knows only --data, not '$word'" 2 ;;
    esac
  done
  if ((${#remove[@]} > 1)) && platform_runs_on ringfence-data; then
    fail "a platform runs on ./ringfence-data; stop it first (Ctrl-C in its terminal)"
  fi
  rm -rf "${remove[@]}"
}
