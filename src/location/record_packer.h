// SPDX-License-Identifier: Apache-2.0
// RecordPacker: from bindings to the packed form that AorRecord reads.
#pragma once

#include <span>
#include <string_view>

#include "location/binding.h"
#include "location/record_arena.h"

namespace ringfence::location {

/// The form: the address of record, then for each binding a fixed part of 32 bytes, its flow (IPv4 in 4
/// bytes, what is unset in none), and its texts. A binding of a usual phone takes about 190 bytes.
class RecordPacker {
 public:
  /// A record of these bindings, in this order. Texts are within Bounds, at least one and at most
  /// Bounds::contacts bindings. Lifetimes are rounded up to whole seconds.
  [[nodiscard]] static AorRecord* pack(RecordArena& arena, std::string_view aor,
                                       std::span<const Binding> bindings);
  /// Gives the memory back; on the arena's thread.
  static void destroy(const AorRecord* record);
};

}  // namespace ringfence::location
