// SPDX-License-Identifier: Apache-2.0
// Exit codes of the command line: what scripts rely on.
#pragma once

#include <cstdint>

namespace ringfence::app {

enum class Exit : std::uint8_t {
  Ok = 0,
  Failed = 1,
  Usage = 2,
  NotFound = 3,
  NotAllowed = 4,
  Unreachable = 5,
  Conflict = 6,
};

}  // namespace ringfence::app
