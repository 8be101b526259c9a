// SPDX-License-Identifier: Apache-2.0
// Bytes as text and back: hex, base64, base64url (RFC 4648 §4, §5) and base32 in lower case (§6), into
// caller's buffers.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace ringfence::base {

[[nodiscard]] constexpr std::size_t hex_size(std::size_t bytes) {
  return bytes * 2;
}
[[nodiscard]] constexpr std::size_t base64_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
[[nodiscard]] constexpr std::size_t base64url_size(std::size_t bytes) {
  return (bytes * 8 + 5) / 6;
}
[[nodiscard]] constexpr std::size_t base32_size(std::size_t bytes) {
  return (bytes * 8 + 4) / 5;
}

/// Each encoder writes exactly its `_size()` characters into `out`, which must have room for them, and
/// returns that.
std::size_t encode_hex(Bytes in, std::span<char> out);        ///< 0-9a-f
std::size_t encode_base64(Bytes in, std::span<char> out);     ///< padded with '='
std::size_t encode_base64url(Bytes in, std::span<char> out);  ///< '-' and '_', no padding
std::size_t encode_base32(Bytes in, std::span<char> out);     ///< a-z2-7, no padding

/// Each decoder is strict: foreign characters, missing or surplus padding, impossible lengths, and bits that
/// the encoder would have left zero are refused, so every value has one text. Nothing when refused or when
/// `out` is too small.
[[nodiscard]] std::optional<std::size_t> decode_hex(std::string_view in, MutableBytes out);  ///< either case
[[nodiscard]] std::optional<std::size_t> decode_base64(std::string_view in, MutableBytes out);
[[nodiscard]] std::optional<std::size_t> decode_base64url(std::string_view in, MutableBytes out);
[[nodiscard]] std::optional<std::size_t> decode_base32(std::string_view in,
                                                       MutableBytes out);  ///< lower case only

/// For code that may allocate.
[[nodiscard]] std::string to_hex(Bytes in);

}  // namespace ringfence::base
