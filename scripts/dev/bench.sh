# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# measure the parts: time and allocations per operation
#
# usage: ./dev bench [ROOM] [BENCHMARK OPTION...]
#
# Builds and runs the benchmarks of every room, or of one (parse is another name for sip). Reports only: no
# figure makes it fail. Options are those of Google Benchmark, for example --benchmark_filter=Invite.
source scripts/dev/lib/packages.sh

cmd_bench() {
  need_packages build bench
  local room=""
  if [[ ${1:-} != "" && $1 != -* ]]; then
    room=$1
    shift
  fi
  [[ $room != parse ]] || room=sip

  compile bench benches
  local program ran=0
  for program in build/bench/bin/rf_*_bench; do
    [[ -x $program && (-z $room || $program == */rf_"$room"_bench) ]] || continue
    say "$(basename "$program")"
    "$program" "$@"
    ran=1
  done
  ((ran)) || fail "room '$room' has no benchmark"
}
