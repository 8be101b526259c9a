# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# build the program: build/release/ringfence
#
# usage: ./dev build [PRESET]
#
# PRESET is one of CMakePresets.json: release (the default), asan (sanitizers and fuzz targets, clang 19) or
# bench. Needed Debian packages are installed first.
source scripts/dev/lib/packages.sh

cmd_build() {
  local preset=${1:-release}
  case "$preset" in
    release) need_packages build ;;
    asan) need_packages build fuzz ;;
    bench) need_packages build bench ;;
    *) fail "no preset '$preset'; these exist: release asan bench" 2 ;;
  esac
  compile "$preset" all
  [[ $preset != release ]] || say "built $RF_RELEASE"
}
