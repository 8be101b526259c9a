// SPDX-License-Identifier: Apache-2.0
// Linear probing with removal by shifting back, so that no graves slow the look-ups down.
#include "base/index_table.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/assert.h"

namespace ringfence::base {
namespace {

constexpr std::size_t kFewest = 16;

/// At most three quarters of the places are used.
std::size_t places_for(std::size_t entries) {
  return std::max(kFewest, std::bit_ceil(entries + entries / 3 + 1));
}

}  // namespace

IndexTable::IndexTable(std::size_t expected) {
  grow_to(places_for(expected));
}

void IndexTable::place(Entry entry) {
  std::size_t at = entry.tag & mask_;
  while (entries_[at].slot != kReserved) at = (at + 1) & mask_;
  entries_[at] = entry;
}

void IndexTable::grow_to(std::size_t places) {
  const auto old = std::exchange(entries_, std::vector<Entry>(places));
  mask_ = places - 1;
  for (const Entry& entry : old) {
    if (entry.slot != kReserved) place(entry);
  }
}

void IndexTable::insert(std::uint64_t hash, std::uint32_t slot) {
  RF_ASSERT(slot != kReserved);
  if (size_ + 1 > entries_.size() / 4 * 3) grow_to(entries_.size() * 2);
  place({tag_of(hash), slot});
  ++size_;
}

bool IndexTable::erase(std::uint64_t hash, std::uint32_t slot) {
  const std::uint32_t tag = tag_of(hash);
  std::size_t hole = tag & mask_;
  while (entries_[hole].slot != slot || entries_[hole].tag != tag) {
    if (entries_[hole].slot == kReserved) return false;
    hole = (hole + 1) & mask_;
  }
  // Whoever could not get this place, or one before it, moves back; the run ends at the first empty place.
  for (std::size_t at = (hole + 1) & mask_; entries_[at].slot != kReserved; at = (at + 1) & mask_) {
    const std::size_t home = entries_[at].tag & mask_;
    if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
    entries_[hole] = entries_[at];
    hole = at;
  }
  entries_[hole] = {};
  --size_;
  return true;
}

void IndexTable::reserve(std::size_t expected) {
  if (places_for(expected) > entries_.size()) grow_to(places_for(expected));
}

void IndexTable::clear() {
  std::fill(entries_.begin(), entries_.end(), Entry{});
  size_ = 0;
}

}  // namespace ringfence::base
