// SPDX-License-Identifier: Apache-2.0
// Change: one step of the directory, as the process that owns the database tells it to those that route
// calls.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/serial.h"
#include "directory/records.h"

namespace ringfence::directory {

enum class Kind : std::uint8_t { Domain, Subscriber, Peer };

/// Opens a full load: what follows up to LoadEnd replaces the whole directory at once.
struct LoadBegin {
  friend bool operator==(const LoadBegin&, const LoadBegin&) = default;
};
struct LoadEnd {
  friend bool operator==(const LoadEnd&, const LoadEnd&) = default;
};
/// Takes a row out; one that is not there is no error.
struct Removal {
  Kind kind = Kind::Domain;
  Id id = 0;
  friend bool operator==(const Removal&, const Removal&) = default;
};

/// A Domain, SubscriberValues or Peer stands for "it is now like this", whether new or known by its id.
using Change = std::variant<LoadBegin, LoadEnd, Domain, SubscriberValues, Peer, Removal>;

void write_change(base::ByteWriter& out, const Change& change);
/// @error nullopt  the bytes end too early, a kind is unknown, or a text passes its bound
[[nodiscard]] std::optional<Change> read_change(base::ByteReader& in);

}  // namespace ringfence::directory
