// SPDX-License-Identifier: Apache-2.0
// IndexTable: from a 64-bit hash to slots of a table that the caller owns; the caller says which slot is
// meant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ringfence::base {

/// An open-addressing index, 8 bytes an entry, without keys: they stay where the slots live. Hashes of
/// anything a stranger can choose must be seeded (base/hash.h). One thread.
class IndexTable {
 public:
  static constexpr std::uint32_t kReserved = 0xffff'ffff;  ///< the one slot number that cannot be stored

  /// @param expected  entries that fit before the table first grows
  explicit IndexTable(std::size_t expected = 48);

  /// The first slot under `hash` for which `equal(slot)` holds.
  template <class Equal>
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash, Equal&& equal) const {
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask_;; at = (at + 1) & mask_) {
      const Entry& entry = entries_[at];
      if (entry.slot == kReserved) return std::nullopt;
      if (entry.tag == tag && equal(entry.slot)) return entry.slot;
    }
  }

  /// Adds an entry; the same hash may be added again for other slots. Allocates only when it doubles.
  void insert(std::uint64_t hash, std::uint32_t slot);
  /// Removes one entry; false when there is none such.
  bool erase(std::uint64_t hash, std::uint32_t slot);
  /// Makes room for `expected` entries, so that insert() does not allocate up to there.
  void reserve(std::size_t expected);
  void clear();

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Entry {
    std::uint32_t tag = 0;
    std::uint32_t slot = kReserved;
  };

  /// Half of the hash is kept: its low bits name the home place, all of it filters before the caller
  /// compares.
  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  void place(Entry entry);
  void grow_to(std::size_t places);

  std::vector<Entry> entries_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace ringfence::base
