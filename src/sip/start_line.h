// SPDX-License-Identifier: Apache-2.0
// The first line of a message. Internal to parse().
#pragma once

#include <string_view>

#include "sip/limits.h"
#include "sip/message_index.h"

namespace ringfence::sip {

/// Keeps the first defect.
inline void note(MessageIndex& index, ParseError error) {
  if (index.error == ParseError::None) index.error = error;
}

/// Reads the request line or status line with which a message begins into its index; kind stays None when it
/// is neither.
void read_start_line(std::string_view line, const Limits& limits, MessageIndex& index);

}  // namespace ringfence::sip
