# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy 19, clang-format 19 and shellcheck over everything
#
# usage: ./dev lint [PATH...]
#
# With paths, clang-tidy reads only these source files. Any warning fails.
source scripts/dev/lib/packages.sh

lint_layout() {
  say "clang-format"
  git ls-files --cached --others --exclude-standard '*.h' '*.cpp' |
    xargs clang-format-19 --dry-run -Werror || fail "the layout differs; ./dev format mends it"
}

lint_scripts() {
  say "shellcheck"
  local -a scripts
  mapfile -t scripts < <(git ls-files --cached --others --exclude-standard dev .ci/run scripts/phone '*.sh')
  shellcheck -x "${scripts[@]}" || fail "shellcheck found what is above"
}

# clang-tidy reads the asan build's commands: those are clang's, without a precompiled header of another compiler.
lint_sources() {
  configure asan
  say "clang-tidy (this takes minutes)"
  local -a sources=("$@")
  ((${#sources[@]})) || mapfile -t sources < <(git ls-files --cached --others --exclude-standard 'src/*.cpp' 'tests/*.cpp' | grep -v '_bench\.cpp$')
  printf '%s\n' "${sources[@]}" |
    xargs -P "$RF_JOBS" -n 4 clang-tidy-19 -p build/asan --quiet --warnings-as-errors='*' \
      2> >(grep -vE '^[0-9]+ warnings?( and [0-9]+ errors?)? generated\.$|^Suppressed [0-9]+ warnings' >&2) ||
    fail "clang-tidy found what is above"
}

cmd_lint() {
  need_packages build fuzz lint
  lint_layout
  lint_scripts
  lint_sources "$@"
  say "nothing to complain about"
}
