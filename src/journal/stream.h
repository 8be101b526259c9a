// SPDX-License-Identifier: Apache-2.0
// Stream: whose records share the journal. A number once given is never used for anything else.
#pragma once

#include <cstdint>

namespace ringfence::journal {

enum class Stream : std::uint8_t {
  Bindings = 1,  ///< location: all contacts of one address of record
  Test = 255,
};

}  // namespace ringfence::journal
