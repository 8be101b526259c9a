// SPDX-License-Identifier: Apache-2.0
// Quiescent-state reclamation: readers take no lock; what a writer unlinked is freed when each reader has
// ended a turn.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/cache_line.h"

namespace ringfence::base {

/// The readers (shards) of some shared structures. A reader may hold pointers into them between two calls of
/// quiescent(), and none across one. Readers start idle.
class QuiescentDomain {
 public:
  explicit QuiescentDomain(unsigned readers);

  /// Reader: I hold nothing now. Called at the end of each turn; one load and one store.
  void quiescent(unsigned reader);
  /// Reader: I hold nothing and shall read nothing until active(); called before it sleeps. An idle reader
  /// never delays anybody.
  void idle(unsigned reader);
  /// Reader: I am about to read again; called after it slept.
  void active(unsigned reader);

  /// Writer: call after the last pointer to an object was removed; the object may be freed once safe(epoch).
  [[nodiscard]] std::uint64_t retire_epoch();
  [[nodiscard]] bool safe(std::uint64_t epoch) const { return epoch <= oldest_seen(); }
  /// The oldest epoch that a reader may still be in; the largest number when all are idle.
  [[nodiscard]] std::uint64_t oldest_seen() const;

 private:
  struct alignas(kCacheLine) Reader {
    std::atomic<std::uint64_t> seen;
  };

  alignas(kCacheLine) std::atomic<std::uint64_t> epoch_{1};
  std::unique_ptr<Reader[]> readers_;
  unsigned count_;
};

/// What one writer thread has unlinked and not yet freed, oldest first.
class Limbo {
 public:
  Limbo() = default;
  ~Limbo();  ///< frees all that is left: no reader may run any more
  Limbo(const Limbo&) = delete;
  Limbo& operator=(const Limbo&) = delete;

  /// Takes `object`, to which no shared pointer leads any more; `destroy(object)` follows in a later
  /// reclaim().
  void retire(QuiescentDomain& domain, void* object, void (*destroy)(void*));
  /// The same for an object made with new.
  template <class T>
  void retire(QuiescentDomain& domain, const T* object) {
    retire(domain, const_cast<T*>(object), [](void* gone) { delete static_cast<T*>(gone); });
  }
  /// Frees what no reader can see any more; returns how many objects that were.
  std::size_t reclaim();
  [[nodiscard]] std::size_t waiting() const { return entries_.size() - first_; }

 private:
  struct Entry {
    const QuiescentDomain* domain;
    std::uint64_t epoch;
    void* object;
    void (*destroy)(void*);
  };

  std::vector<Entry> entries_;  ///< those before first_ are freed; the vector is reused, not released
  std::size_t first_ = 0;
};

}  // namespace ringfence::base
