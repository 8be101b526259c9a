# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# feed the parsers with what nobody expects
#
# usage: ./dev fuzz [TARGET|all] [SECONDS]
#
# Without a target: lists them. SECONDS is the time for each target (60). Starts from corpus/TARGET/
# (sip_message_fuzz also from corpus/rfc4475/ and corpus/rfc5118/), keeps what it learns in build/corpus/TARGET/ and a
# finding in build/findings/, with the line that repeats it.
source scripts/dev/lib/packages.sh
source scripts/dev/lib/fuzzing.sh

cmd_fuzz() {
  need_packages build fuzz
  compile asan fuzzers
  local target=${1:-} seconds=${2:-60}
  [[ $seconds =~ ^[1-9][0-9]*$ ]] || fail "SECONDS is a number above 0, not '$seconds'" 2
  if [[ -z $target ]]; then
    fuzz_targets
    return
  fi
  if [[ $target != all ]]; then
    fuzz_targets | grep -qx -- "$target" || fail "no fuzz target '$target'; ./dev fuzz lists them" 3
    fuzz_one "$target" "$seconds"
    return
  fi
  fuzz_all "$seconds" || fail "findings are in build/findings/"
}
