// SPDX-License-Identifier: Apache-2.0
// Draft: the next version of the directory while it is written, and Garbage: what the one before leaves.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "directory/change.h"
#include "directory/children.h"
#include "directory/index.h"
#include "directory/snapshot.h"

namespace ringfence::directory {

/// What one publication made unreachable; goes to limbo as one object.
struct Garbage {
  const Snapshot* snapshot = nullptr;
  std::vector<TriePage*> pages;
  std::vector<std::pair<Shape, const void*>> records;
  Tries tries;  // whole versions, after a full load

  Garbage() = default;
  Garbage(const Garbage&) = delete;
  Garbage& operator=(const Garbage&) = delete;
  ~Garbage();
};

/// Pages that a draft made are its own; all others, and every record, readers may hold. One thread.
class Draft {
 public:
  /// A patch over this version.
  Draft(const base::HashSeed& seed, std::uint64_t edit, const Tries& tries, const Peer* default_peer)
      : seed_{seed}, edit_{edit}, tries_{tries}, default_peer_{default_peer} {}
  /// A full load: starts from nothing and replaces everything.
  Draft(const base::HashSeed& seed, std::uint64_t edit) : seed_{seed}, edit_{edit}, is_load_{true} {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  /// A load that was broken off leaves nothing behind; a patch is always published.
  ~Draft();

  void apply(const Change& change);
  /// Ends the draft: writes the lists and preferences that its entries touched. Nothing is applied from then
  /// on.
  [[nodiscard]] std::unique_ptr<const Snapshot> finish(std::uint64_t version);
  /// What the version before has and the finished one has not.
  [[nodiscard]] std::unique_ptr<Garbage> take_garbage();
  [[nodiscard]] bool is_load() const { return is_load_; }

 private:
  void take(const LoadBegin&) {}
  void take(const LoadEnd&) {}
  void take(const Domain& domain);
  void take(const SubscriberValues& values);
  void take(const Peer& peer);
  void take(const EntryValues& values);
  void take(const Removal& removal);

  [[nodiscard]] const void* put_row(Shape shape, Kind kind, Id id, const void* record);
  void put_in(const Index& index, const void* record, const void* old);
  void remove_from(const Index& index, const void* record);
  void write_children(const ChildKey& key, std::span<const Entry* const> entries);
  void write_preferences(const ChildKey& owner, std::span<const Entry* const> entries);
  void replace(Shape shape, const void* before, const void* record);
  [[nodiscard]] TrieKeys keys(const Index& index) const { return {&seed_, index.hash, index.same}; }

  const base::HashSeed& seed_;
  TrieEdit edit_;
  Tries tries_;
  ChildMoves moves_;
  const Peer* default_peer_ = nullptr;
  bool is_load_ = false;
  std::unique_ptr<Garbage> garbage_ = std::make_unique<Garbage>();
};

}  // namespace ringfence::directory
