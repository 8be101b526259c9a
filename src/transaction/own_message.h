// SPDX-License-Identifier: Apache-2.0
// The little that the layer must read from messages of our own making, without an index.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/slot_map.h"

namespace ringfence::transaction {

/// The three digits of a status line; 0 when there are none.
[[nodiscard]] unsigned status_of(std::string_view response);

/// The tag of its To; empty when there is none.
[[nodiscard]] std::string_view to_tag_of(std::string_view response);

/// The method of a request we built.
[[nodiscard]] constexpr std::string_view method_of_request(std::string_view request) {
  return request.substr(0, request.find(' '));
}

/// An id as net carries it in the tag of a send: 24 bits of slot, 32 of generation.
[[nodiscard]] constexpr std::uint64_t pack(base::SlotId id) {
  return std::uint64_t{id.slot} << 32 | id.generation;
}
[[nodiscard]] constexpr base::SlotId unpack(std::uint64_t tag) {
  return {static_cast<std::uint32_t>(tag >> 32) & 0xff'ffff, static_cast<std::uint32_t>(tag)};
}

}  // namespace ringfence::transaction
