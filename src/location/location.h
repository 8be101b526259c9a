// SPDX-License-Identifier: Apache-2.0
// Location: who is reachable where. One writer per address of record, lock-free readers on every shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/quiescent.h"
#include "location/binding.h"
#include "location/counters.h"
#include "location/moment.h"
#include "location/options.h"
#include "net/flow.h"

namespace ringfence::location {

class Partition;

/// Where a listing goes on; start with a fresh one. Stays right while bindings come and go, and across
/// growth.
struct Cursor {
  net::ShardId shard = 0;
  std::uint64_t place = 0;  ///< in the order of hashes
  bool finished = false;
};

/// All bindings of the node, cut into one partition (location/partition.h) per shard.
class Location {
 public:
  /// @param readers  the shards and whoever else calls find() or list(); outlives us
  Location(const Options& options, base::QuiescentDomain& readers);
  ~Location();  ///< no reader may be left
  Location(const Location&) = delete;
  Location& operator=(const Location&) = delete;

  /// The shard that alone may change this address of record (docs/architecture.md).
  [[nodiscard]] net::ShardId owner_of(std::string_view aor) const {
    return static_cast<net::ShardId>(base::hash_text(options_.seed, aor) % options_.shards);
  }
  /// The record of a canonical address of record, or nullptr. Any reader of the domain; valid until its turn
  /// ends. Two or three cache misses, no lock. Bindings that are no longer live() may still be in it.
  [[nodiscard]] const AorRecord* find(std::string_view aor) const;

  /// Calls `visit(const AorRecord&)` for about `limit` records from the cursor on, and moves it. Any reader.
  template <class Visit>
  void list(Cursor& cursor, std::size_t limit, Visit&& visit) const {
    using Bare = std::remove_reference_t<Visit>;
    list_through(
        cursor, limit, [](void* to, const AorRecord& record) { (*static_cast<Bare*>(to))(record); }, &visit);
  }

  /// The writing side of one shard; use it on that shard only.
  [[nodiscard]] Partition& partition(net::ShardId shard);

  /// Takes one record of journal::Stream::Bindings back, before the shards run (one thread). What has expired
  /// meanwhile is dropped, and nothing lives longer than it was once granted, however the wall clock moved.
  /// @return false when the payload cannot be read, or there is no room for it; counted
  bool reload(base::Bytes payload, const Moment& now);

  /// Bindings, and addresses of record, as of about now. Any thread.
  [[nodiscard]] std::uint64_t bindings() const;
  [[nodiscard]] std::uint64_t aors() const;
  /// The counters of all shards, added up. Any thread.
  [[nodiscard]] std::uint64_t count(Counter counter) const;

 private:
  using Visitor = void (*)(void*, const AorRecord&);
  void list_through(Cursor& cursor, std::size_t limit, Visitor visit, void* to) const;

  Options options_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::uint64_t unreadable_ = 0;  // records of the journal, whose partition nobody knows
};

}  // namespace ringfence::location
