# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Runs libFuzzer targets of build/asan for a given time.

export ASAN_OPTIONS=${ASAN_OPTIONS:-abort_on_error=0:detect_leaks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}

fuzz_targets() {
  [[ -s build/asan/fuzzers.txt ]] || return 0
  sort build/asan/fuzzers.txt
}

# seeds_of TARGET: the folders it starts from, one a line.
seeds_of() {
  if [[ -d corpus/$1 ]]; then echo "corpus/$1"; fi
  if [[ $1 == sip_message_fuzz ]]; then printf '%s\n' corpus/rfc4475 corpus/rfc5118; fi
}

# Seconds after which an input counts as endless. By the clock on the wall, which runs on while others have the processor.
readonly ENDLESS_SECONDS=30

# fuzz_one TARGET SECONDS: fails when the target has a finding.
fuzz_one() {
  local target=$1 seconds=$2
  local learnt=build/corpus/$target findings=build/findings log=build/fuzz-$target.log
  local -a seeds
  mkdir -p "$learnt" "$findings"
  mapfile -t seeds < <(seeds_of "$target")
  if "build/asan/bin/$target" -max_total_time="$seconds" -timeout="$ENDLESS_SECONDS" -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$findings/$target-" "$learnt" "${seeds[@]}" >"$log" 2>&1; then
    printf 'ok      %-32s %s inputs in %s s\n' "$target" \
      "$(awk '/stat::number_of_executed_units/ { print $2 }' "$log")" "$seconds"
    return 0
  fi
  printf 'FAILED  %-32s %s\n' "$target" "its words: $log; to repeat: build/asan/bin/$target $findings/$target-*"
  grep -m 3 -E 'ERROR|SUMMARY|runtime error' "$log" || tail -n 3 "$log"
  return 1
}

# fuzz_all SECONDS_EACH: as many at a time as there are cores; fails when one fails.
fuzz_all() {
  local seconds=$1
  export -f fuzz_one seeds_of
  export ENDLESS_SECONDS
  fuzz_targets | xargs -r -P "$RF_JOBS" -I{} bash -euo pipefail -c "fuzz_one {} $seconds"
}
