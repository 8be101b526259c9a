// SPDX-License-Identifier: Apache-2.0
// Bytes from outside, and the two casts between bytes and text.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace ringfence::base {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace ringfence::base
