// SPDX-License-Identifier: Apache-2.0
// The bindings of an address of record as the journal keeps them (journal::Stream::Bindings).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/serial.h"
#include "location/binding.h"
#include "location/moment.h"

namespace ringfence::location {

/// The most that write_binding_record() may write.
inline constexpr std::size_t kMaxBindingRecord = 176 * 1024;

/// Writes all bindings of an address of record, best first; none means that it has none any more. The last
/// record of an address of record is its state.
void write_binding_record(base::ByteWriter& out, std::string_view aor, std::span<const Binding> bindings,
                          const Moment& now);

struct BindingRecord {
  std::string_view aor;  ///< a view into the payload, as all texts below
  std::vector<Binding>
      bindings;  ///< with lifetimes on our monotonic line; what has expired is still among them
};
/// Reads a record that this or an earlier process wrote. Connections of flows are gone, and `reloaded` is
/// set. No binding gets more than the lifetime it was granted, should the wall clock have gone back.
/// @return nullopt when these are not such bytes, or break a bound
[[nodiscard]] std::optional<BindingRecord> read_binding_record(base::Bytes payload, const Moment& now);

}  // namespace ringfence::location
