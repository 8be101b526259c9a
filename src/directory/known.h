// SPDX-License-Identifier: Apache-2.0
// Known: a record that was found once, to be had again without another walk.
#pragma once

#include <cstdint>

#include "directory/records.h"

namespace ringfence::directory {

/// The id of a record, and the record with the version of the snapshot it was found in. A plain value that
/// may be kept across a wait: only a snapshot opens it. One of the same version still has that very record;
/// any other goes by the id, so that what was changed meanwhile is read anew and what is gone is not found.
template <class T>
class Known {
 public:
  /// Nobody: no snapshot finds it.
  Known() = default;

  [[nodiscard]] explicit operator bool() const { return id_ != 0; }
  [[nodiscard]] Id id() const { return id_; }

 private:
  friend class Snapshot;
  Known(Id id, const T* record, std::uint64_t version) : id_{id}, record_{record}, version_{version} {}

  Id id_ = 0;
  const T* record_ = nullptr;  // dangles once the version is past
  std::uint64_t version_ = 0;
};

}  // namespace ringfence::directory
