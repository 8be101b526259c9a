// SPDX-License-Identifier: Apache-2.0
// The bindings of an address of record as the journal keeps them (journal::Stream::Bindings).
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/serial.h"
#include "base/time.h"
#include "location/binding.h"

namespace ringfence::location {

/// What the monotonic clock is to the wall clock at one moment: the bridge across a restart.
struct ClockBridge {
  base::MonoTime mono;
  base::WallTime wall;

  [[nodiscard]] static ClockBridge of(const base::Clock& clock) { return {clock.now(), clock.wall()}; }
  [[nodiscard]] base::WallTime to_wall(base::MonoTime time) const {
    return wall + std::chrono::ceil<std::chrono::milliseconds>(time - mono);
  }
  [[nodiscard]] base::MonoTime to_mono(base::WallTime time) const { return mono + (time - wall); }
};

/// The most that write_binding_record() may write.
inline constexpr std::size_t kMaxBindingRecord = 176 * 1024;

/// Writes all bindings of an address of record, best first; none means that it has none any more. The last record of an
/// address of record is its state.
void write_binding_record(base::ByteWriter& out, std::string_view aor, std::span<const Binding> bindings,
                          const ClockBridge& bridge);

struct BindingRecord {
  std::string_view aor;           ///< a view into the payload, as all texts below
  std::vector<Binding> bindings;  ///< with lifetimes on our monotonic line; what has expired is still among them
};
/// Reads a record that this or an earlier process wrote. Connections of flows are gone, and `reloaded` is set. No binding
/// gets more than the lifetime it was granted, should the wall clock have gone back.
/// @return nullopt when these are not such bytes, or break a bound
[[nodiscard]] std::optional<BindingRecord> read_binding_record(base::Bytes payload, const ClockBridge& bridge);

}  // namespace ringfence::location
