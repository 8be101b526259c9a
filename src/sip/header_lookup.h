// SPDX-License-Identifier: Apache-2.0
// From the name of a header field to its row, by a perfect hash over length and letters. Internal: see
// header_of().
#pragma once

#include "base/ascii.h"
#include "sip/header_table.h"
#include "sip/name_key.h"

namespace ringfence::sip::detail {

/// Found by trying; a static assertion below says that no two of our names share a slot.
inline constexpr std::uint64_t kMultiplier = 0xdb4f'234c'119e'ec11U;
inline constexpr unsigned kSlotBits = 10;

constexpr std::size_t slot_of(const NameKey& key) {
  const std::uint64_t mixed = (key.head ^ (key.tail << 7 | key.tail >> 57)) + key.size;
  return static_cast<std::size_t>((mixed * kMultiplier) >> (64 - kSlotBits));
}

struct NameTable {
  std::array<NameKey, 2 * kHeaderIds> keys{};  // full names by id, then compact forms by id
  std::array<std::uint8_t, std::size_t{1} << kSlotBits> slots{};
  bool perfect = true;

  constexpr void add(std::size_t place, std::string_view name) {
    keys[place] = key_of(name);
    std::uint8_t& slot = slots[slot_of(keys[place])];
    perfect = perfect && slot == 0;
    slot = static_cast<std::uint8_t>(place);
  }
};

static_assert(2 * kHeaderIds <= 256, "a slot is one byte");

inline constexpr NameTable kNameTable = [] {
  NameTable table;
  for (std::size_t id = 1; id < kHeaderIds; ++id) {
    table.add(id, kHeaders[id].name);
    if (kHeaders[id].compact != '-') table.add(kHeaderIds + id, {&kHeaders[id].compact, 1});
  }
  return table;
}();
static_assert(kNameTable.perfect, "choose another kMultiplier");

inline HeaderId look_up(std::string_view name) {
  const NameKey key = key_of(name);
  const std::size_t place = kNameTable.slots[slot_of(key)];
  if (place == 0 || !(kNameTable.keys[place] == key)) return HeaderId::Other;
  const std::size_t id = place < kHeaderIds ? place : place - kHeaderIds;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  const bool described = key.size <= NameKey::kDescribed;
  if (!described && !base::iequals({name.data() + kWord, key.size - 2 * kWord},
                                   {kHeaders[id].name.data() + kWord, key.size - 2 * kWord})) {
    return HeaderId::Other;
  }
  return static_cast<HeaderId>(id);
}

}  // namespace ringfence::sip::detail
