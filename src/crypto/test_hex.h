// SPDX-License-Identifier: Apache-2.0
// Hexadecimal text of the test vectors to bytes and back. Tests only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/bytes.h"

namespace ringfence::crypto {

/// Blanks between the digits are allowed, as the RFCs print them.
inline std::vector<std::byte> from_hex(std::string_view text) {
  std::vector<std::byte> bytes;
  int high = -1;
  for (const char c : text) {
    const int value = base::hex_value(c);
    if (value < 0) continue;
    if (high >= 0) bytes.push_back(static_cast<std::byte>(high * 16 + value));
    high = high >= 0 ? -1 : value;
  }
  return bytes;
}

inline std::string to_hex(base::Bytes bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
  }
  return text;
}

}  // namespace ringfence::crypto
