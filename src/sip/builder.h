// SPDX-License-Identifier: Apache-2.0
// From a message and its edits to bytes. Everything is written into the caller's buffer; nothing allocates.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "sip/edits.h"
#include "sip/message.h"

namespace ringfence::sip {

/// Why nothing was built. The buffer then holds no message.
enum class BuildError : std::uint8_t {
  NoRoom,      // the buffer is too small
  Overflowed,  // the edits had refused something
  Unusable,    // the message lacks what the result needs (a Via, a CSeq)
  UnsafeText,  // a value of ours holds CR, LF or NUL
};
[[nodiscard]] std::string_view text_of(BuildError error);

/// Writes the message with its edits, untouched ranges copied whole. Without edits the result equals
/// message.text(), byte for byte, except that a missing Content-Length is added. Content-Length follows the
/// body.
/// @return the size written
/// @pre parse() accepted the message
std::expected<std::size_t, BuildError> build(const Message& message, const Edits& edits, std::span<char> out);

}  // namespace ringfence::sip
