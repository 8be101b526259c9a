// SPDX-License-Identifier: Apache-2.0
// Change: one step of the directory, as the process that owns the database tells it to those that route
// calls.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/serial.h"
#include "directory/entry.h"
#include "directory/records.h"

namespace ringfence::directory {

/// Opens a full load: what follows up to LoadEnd replaces the whole directory at once.
struct LoadBegin {
  friend bool operator==(const LoadBegin&, const LoadBegin&) = default;
};
struct LoadEnd {
  friend bool operator==(const LoadEnd&, const LoadEnd&) = default;
};
/// Takes a row out; one that is not there, or of a kind that calls do not read, is no error. What was part of
/// it has removals of its own.
struct Removal {
  Kind kind = Kind::Domain;
  Id id = 0;
  friend bool operator==(const Removal&, const Removal&) = default;
};

/// A Domain, SubscriberValues, Peer or EntryValues stands for "it is now like this", whether new or known by
/// its id.
using Change = std::variant<LoadBegin, LoadEnd, Domain, SubscriberValues, Peer, Removal, EntryValues>;

void write_change(base::ByteWriter& out, const Change& change);
/// @error nullopt  the bytes end too early, a kind is unknown, a text passes its bound, or the cells of an
/// entry
///                 are not those of its kind
[[nodiscard]] std::optional<Change> read_change(base::ByteReader& in);

}  // namespace ringfence::directory
