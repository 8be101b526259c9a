# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# measure the parts, and the whole beside the incumbent
#
# usage: ./dev bench [ROOM] [BENCHMARK OPTION...]
#        ./dev bench parse [ROUNDS]
#        ./dev bench side-by-side [EXPERIMENT...] [OPTION...]
#
# Builds and runs the benchmarks of every room, or of one: time and allocations per operation. Options are
# those of Google Benchmark, for example --benchmark_filter=Invite.
# parse reads the same messages with our parser, libsofia-sip and libosip2 in turn, and prints the ratios.
# side-by-side runs the shipped program and the tuned Kamailio in turn on the same work (proxy peak registrar
# users hold; all of them take 40 minutes) and prints the ratios; --help tells its options.
# Reports only: no figure makes it fail, only a measurement that is not valid.
source scripts/dev/lib/packages.sh

side_by_side() {
  need_packages build incumbent
  compile release ringfence
  RF_BINARY=$PWD/$RF_RELEASE python3 bench/side_by_side.py "$@"
}

parsers() {
  need_packages build bench
  compile bench parse_ringfence
  python3 bench/compare_parse.py build/bench/bin/parse_ringfence "$@"
}

cmd_bench() {
  if [[ ${1:-} == side-by-side ]]; then
    side_by_side "${@:2}"
    return
  fi
  if [[ ${1:-} == parse ]]; then
    parsers "${@:2}"
    return
  fi
  need_packages build bench
  local room=""
  if [[ ${1:-} != "" && $1 != -* ]]; then
    room=$1
    shift
  fi

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
