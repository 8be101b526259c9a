# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# lay out the sources with clang-format 19
#
# usage: ./dev format [--check]
#
# --check changes nothing and fails when a file would change.
source scripts/dev/lib/packages.sh

cmd_format() {
  need_packages lint
  local -a files mode=(-i)
  [[ ${1:-} != --check ]] || mode=(--dry-run -Werror)
  mapfile -t files < <(git ls-files --cached --others --exclude-standard '*.h' '*.cpp')
  clang-format-19 "${mode[@]}" "${files[@]}" || fail "the layout differs; ./dev format mends it"
}
