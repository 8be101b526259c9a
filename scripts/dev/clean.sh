# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# remove what was built
#
# usage: ./dev clean [--data]
#
# Removes build/. --data removes ./ringfence-data too: the database, keys and bindings of ./dev run.

cmd_clean() {
  rm -rf build
  case "${1:-}" in
    "") ;;
    --data)
      if [[ -x $RF_BINARY ]] && "$RF_BINARY" status >/dev/null 2>&1; then
        fail "a platform runs on ./ringfence-data; stop it first (Ctrl-C in its terminal)"
      fi
      rm -rf ringfence-data
      ;;
    *) fail "clean knows only --data" 2 ;;
  esac
}
