# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# measure the parts, and the whole beside the incumbent
#
# usage: ./dev bench [ROOM] [BENCHMARK OPTION...]
#        ./dev bench directory [OPTION...]
#        ./dev bench parse [ROUNDS]
#        ./dev bench side-by-side [EXPERIMENT...] [OPTION...]
#
# Builds and runs the benchmarks of every room, or of one: time and allocations per operation. Options are
# those of Google Benchmark, for example --benchmark_filter=Invite.
# directory measures that room, then the real program with 200,000 subscribers: import, start, memory, calls while it
# is changed (five minutes; --full does it with a million too, --help tells the other options).
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

# rooms ROOM [OPTION...]: the benchmarks of one room, or of every room when ROOM is empty.
rooms() {
  local room=$1 target=benches program
  shift
  if [[ -n $room ]]; then
    target=rf_${room}_bench
    compgen -G "src/$room/*_bench.cpp" >/dev/null || fail "room '$room' has no benchmark"
  fi
  need_packages build bench
  compile bench "$target"
  for program in build/bench/bin/rf_*_bench; do
    [[ -x $program && (-z $room || $program == */"$target") ]] || continue
    say "$(basename "$program")"
    "$program" "$@"
  done
}

# The room, then the program. Options of Google Benchmark are for the first, the others for the second.
directory() {
  local word
  local -a parts=() whole=()
  for word in "$@"; do
    if [[ $word == --benchmark_* ]]; then parts+=("$word"); else whole+=("$word"); fi
  done
  if [[ " ${whole[*]} " != *" --help "* ]]; then
    rooms directory "${parts[@]}"
    compile release ringfence
  fi
  RF_BINARY=$PWD/$RF_RELEASE python3 bench/run_directory.py "${whole[@]}"
}

cmd_bench() {
  case ${1:-} in
  side-by-side) side_by_side "${@:2}" ;;
  parse) parsers "${@:2}" ;;
  directory) directory "${@:2}" ;;
  "" | -*) rooms "" "$@" ;;
  *) rooms "$@" ;;
  esac
}
