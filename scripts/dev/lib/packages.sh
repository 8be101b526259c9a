# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of scripts/dev/packages.txt that a command needs and the machine lacks.

RF_CONSENT=build/.apt-agreed  # "asks once": the answer of the first question is kept here

# packages_for NEED...: the packages of these needs, one a line.
packages_for() {
  local need
  for need in "$@"; do
    awk -v need="$need" '$1 == need { print $2 }' scripts/dev/packages.txt
  done
}

missing_packages() {
  local -a wanted
  mapfile -t wanted < <(packages_for "$@")
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
    awk '$1 == "installed" { print $2 }' | sort -u |
    comm -13 - <(printf '%s\n' "${wanted[@]}" | sort -u)
}

# Prints the word that makes a command run as root: nothing, or sudo.
root_prefix() {
  if ((EUID == 0)); then
    return 0
  fi
  command -v sudo >/dev/null && printf 'sudo'
}

agree_to_install() {
  [[ ${CI:-} != true && -t 0 && ! -e $RF_CONSENT ]] || return 0
  local answer
  read -r -p "Install them with apt-get now? [Y/n] " answer
  [[ $answer == [nN]* ]] && return 1
  mkdir -p "$(dirname "$RF_CONSENT")"
  touch "$RF_CONSENT"
}

# need_packages NEED...: returns when every package of these needs is installed.
need_packages() {
  command -v dpkg-query >/dev/null || fail "this needs Debian 12: dpkg-query is not here"
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} == 0)) && return 0

  say "Debian packages needed and not installed: ${missing[*]}"
  local prefix
  prefix=$(root_prefix) || fail "neither root nor sudo here; ask somebody to type: apt-get install ${missing[*]}"
  agree_to_install || fail "not installed; when you are ready: apt-get install ${missing[*]}"

  local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0)
  [[ -z $prefix ]] || apt=("$prefix" "${apt[@]}")
  mkdir -p build
  local log=build/apt.log
  say "installing them with apt-get (log: $log)"
  "${apt[@]}" update >"$log" 2>&1 || say "apt-get update failed; trying with the lists that are here"
  "${apt[@]}" install --no-install-recommends "${missing[@]}" >>"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail "apt-get could not install them; its last words are above, all of them in $log"
  }
}
