# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What every ./dev command may use: messages, presets, where things lie.

RF_JOBS=${RF_JOBS:-$(nproc)}
# shellcheck disable=SC2034  # the commands use it
RF_RELEASE=build/release/ringfence  # what ./dev builds; RF_BINARY, which the tests read, is a person's alone

# Says what is being done. On stderr, so that a command's output can be piped.
say() {
  printf '\033[1m==>\033[0m %s\n' "$*" >&2
}

# fail MESSAGE [EXIT_CODE]: one clear line, then the end.
fail() {
  printf 'dev: %s\n' "$1" >&2
  exit "${2:-1}"
}

# configure PRESET: does nothing when the build folder is there already; CMake repeats itself when a list changes.
configure() {
  [[ -f build/$1/build.ninja ]] && return 0
  say "configuring build/$1"
  local log=build/$1.configure.log
  mkdir -p build
  cmake --preset "$1" >"$log" 2>&1 || {
    rm -f "build/$1/build.ninja"
    cat "$log" >&2
    fail "CMake could not configure build/$1; its output is above and in $log"
  }
}

# compile PRESET TARGET...: quiet unless something has to be built or fails.
compile() {
  local preset=$1
  shift
  configure "$preset"
  say "building build/$preset: $*"
  cmake --build "build/$preset" --parallel "$RF_JOBS" --target "$@" >&2 ||
    fail "building build/$preset failed; the compiler's words are above"
}
