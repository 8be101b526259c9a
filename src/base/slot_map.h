// SPDX-License-Identifier: Apache-2.0
// SlotMap<T>: objects at stable addresses, named by ids that stop working when the object goes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace ringfence::base {

/// Names an object in a SlotMap. Generation 0 names nothing.
struct SlotId {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  explicit constexpr operator bool() const { return generation != 0; }
  friend constexpr bool operator==(const SlotId&, const SlotId&) = default;
};

/// Holds at most `max` objects. Memory grows in chunks and is kept for reuse; an id may come from a stranger.
/// One thread.
template <class T>
class SlotMap {
 public:
  explicit SlotMap(std::size_t max) : max_{max} { RF_ASSERT(max < kLive); }
  ~SlotMap() { clear(); }
  SlotMap(const SlotMap&) = delete;
  SlotMap& operator=(const SlotMap&) = delete;

  /// Makes an object and its id; nullptr, and `id` untouched, when full. The id is set before the constructor
  /// runs, so an object may be handed its own id by reference.
  template <class... Args>
  [[nodiscard]] T* emplace(SlotId& id, Args&&... args) {
    if (free_ == kNone && !add_chunk()) return nullptr;
    const std::uint32_t slot = free_;
    Entry& entry = at(slot);
    free_ = std::exchange(entry.next_free, kLive);
    ++size_;
    id = {slot, entry.generation};
    return ::new (static_cast<void*>(entry.storage)) T(std::forward<Args>(args)...);
  }

  /// The object, or nullptr when the id is old, foreign or invented.
  [[nodiscard]] T* get(SlotId id) {
    if (id.slot >= allocated_) return nullptr;
    Entry& entry = at(id.slot);
    return entry.next_free == kLive && entry.generation == id.generation ? entry.object() : nullptr;
  }
  [[nodiscard]] const T* get(SlotId id) const { return const_cast<SlotMap*>(this)->get(id); }

  /// The full id of what lives in a slot now, or none: for handles on the wire that carry fewer generation
  /// bits.
  [[nodiscard]] SlotId live_at(std::uint32_t slot) const {
    if (slot >= allocated_) return {};
    const Entry& entry = const_cast<SlotMap*>(this)->at(slot);
    return entry.next_free == kLive ? SlotId{slot, entry.generation} : SlotId{};
  }

  /// Destroys the object; its id never works again (until its generation has wrapped at 2^32). Unknown ids:
  /// no effect.
  void erase(SlotId id) {
    T* const object = get(id);
    if (object == nullptr) return;
    Entry& entry = at(id.slot);
    if (++entry.generation == 0) entry.generation = 1;  // first: the destructor must not find itself alive
    object->~T();
    entry.next_free = std::exchange(free_, id.slot);
    --size_;
  }

  void clear() {
    for (std::uint32_t slot = 0; slot < allocated_; ++slot) erase(live_at(slot));
  }

  /// Calls `visit(SlotId, T&)` for each object; it may erase the object it is shown.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (std::uint32_t slot = 0; slot < allocated_; ++slot) {
      if (const SlotId id = live_at(slot)) visit(id, *at(slot).object());
    }
  }

  /// Allocates room for all `max` objects now, so that nothing is allocated later.
  void reserve_all() {
    while (add_chunk()) {
    }
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t capacity() const { return max_; }

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  static constexpr std::uint32_t kLive = 0xffff'fffe;
  static constexpr std::uint32_t kChunk = 256;

  struct Entry {
    std::uint32_t generation = 1;
    std::uint32_t next_free = kNone;
    alignas(T) std::byte storage[sizeof(T)];

    [[nodiscard]] T* object() { return std::launder(reinterpret_cast<T*>(storage)); }
  };

  [[nodiscard]] Entry& at(std::uint32_t slot) { return chunks_[slot / kChunk][slot % kChunk]; }

  /// Adds up to kChunk free slots behind the present ones; false when `max` is reached.
  bool add_chunk() {
    if (allocated_ >= max_) return false;
    chunks_.push_back(std::make_unique_for_overwrite<Entry[]>(kChunk));
    const auto first = allocated_;
    allocated_ = first + static_cast<std::uint32_t>(std::min<std::size_t>(kChunk, max_ - first));
    for (std::uint32_t slot = allocated_; slot-- > first;) at(slot).next_free = std::exchange(free_, slot);
    return true;
  }

  std::size_t max_;
  std::size_t size_ = 0;
  std::uint32_t allocated_ = 0;
  std::uint32_t free_ = kNone;
  std::vector<std::unique_ptr<Entry[]>> chunks_;
};

}  // namespace ringfence::base
