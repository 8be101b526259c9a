# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# everything that has to hold: units, the house, real phones, fuzzing
#
# usage: ./dev test [--long] [STEP...]
#
# STEP is one of: unit house real fuzz (default: all). --long takes the full load scenarios, the unit tests under
# sanitizers and 20 minutes for each fuzz target. The last line is "N passed, N failed"; any failure fails.
source scripts/dev/lib/packages.sh
source scripts/dev/lib/fuzzing.sh

readonly FUZZ_SECONDS_IN_ALL=120
readonly FUZZ_SECONDS_LONG=1200  # each target
readonly TALLY=build/tally       # one "passed failed" line for each step

step_unit() {
  compile release all
  say "unit tests"
  python3 tests/run_units.py build/release "$TALLY"
}

step_house() {
  compile release headers_alone
  say "house checks"
  python3 tests/run.py --tally "$TALLY" --no-skips house
}

# A test that skips itself has not held. Only a person who names another program to test (RF_BINARY) may do without some.
step_real() {
  compile release ringfence ringfence_counted
  say "real programs against the real server"
  local -a words=(--tally "$TALLY")
  [[ -n ${RF_BINARY:-} ]] || words+=(--no-skips)
  python3 tests/run.py "${words[@]}" ${LONG:+--long} real
}

# Divides the time between the targets; each gets at least two seconds.
seconds_each() {
  local targets=$1
  if [[ -n ${LONG:-} ]]; then
    printf '%d' "$FUZZ_SECONDS_LONG"
    return
  fi
  local each=$((FUZZ_SECONDS_IN_ALL / (targets > 0 ? targets : 1)))
  printf '%d' $((each > 2 ? each : 2))
}

step_fuzz() {
  compile asan fuzzers
  local targets each report=build/fuzz.report code=0
  targets=$(fuzz_targets | wc -l)
  each=$(seconds_each "$targets")
  say "fuzzing $targets targets for $each s each"
  fuzz_all "$each" | tee "$report" || code=1
  printf '%d %d\n' "$(grep -c '^ok' "$report")" "$(grep -c '^FAILED' "$report")" >>"$TALLY"
  if [[ -n ${LONG:-} ]]; then
    compile asan all
    say "unit tests under sanitizers"
    python3 tests/run_units.py build/asan "$TALLY" || code=1
  fi
  return "$code"
}

# Runs one step. A step that ended before it could count, because a build failed for example, counts as one failure.
run_step() {
  local lines code=0
  lines=$(wc -l <"$TALLY")
  ("step_$1") || code=1
  (("$(wc -l <"$TALLY")" > lines)) || echo "0 1" >>"$TALLY"
  return "$code"
}

# Prints the closing line; fails when something failed or nothing ran.
close_account() {
  awk '{ passed += $1; failed += $2 } END { printf "%d passed, %d failed\n", passed, failed; exit !(passed && !failed) }' "$TALLY"
}

cmd_test() {
  local -a steps=()
  LONG=""
  local word
  for word in "$@"; do
    case "$word" in
      --long) LONG=yes ;;
      unit | house | real | fuzz) steps+=("$word") ;;
      *) fail "test knows --long and the steps unit house real fuzz, not '$word'" 2 ;;
    esac
  done
  ((${#steps[@]})) || steps=(unit house real fuzz)

  need_packages build test fuzz
  mkdir -p build
  : >"$TALLY"
  local step code=0
  for step in "${steps[@]}"; do
    run_step "$step" || code=1
  done
  close_account || code=1
  return "$code"
}
