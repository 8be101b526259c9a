// SPDX-License-Identifier: Apache-2.0
// From the name of a header field to its row, by a perfect hash over length and letters. Internal: see header_of().
#pragma once

#include <cstring>

#include "base/ascii.h"
#include "sip/header_table.h"

namespace ringfence::sip::detail {

/// A name as two words in lower case. Names of up to 16 characters are described completely.
struct NameKey {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  std::size_t size = 0;

  friend constexpr bool operator==(const NameKey&, const NameKey&) = default;
};

/// Letters to lower case, eight at once. Only bytes with bit 6 are touched, so '-' and control characters stay.
constexpr std::uint64_t fold_case(std::uint64_t word) { return word | ((word & 0x4040'4040'4040'4040U) >> 1); }

template <class Word>
constexpr std::uint64_t load(const char* at) {
  if consteval {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
      word |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    }
    return word;
  } else {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
}

constexpr NameKey key_of(std::string_view name) {
  const char* const at = name.data();
  const std::size_t size = name.size();
  if (size >= 8) return {fold_case(load<std::uint64_t>(at)), fold_case(load<std::uint64_t>(at + size - 8)), size};
  if (size >= 4) return {fold_case(load<std::uint32_t>(at)), fold_case(load<std::uint32_t>(at + size - 4)), size};
  if (size == 0) return {};
  const auto byte = [at](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])); };
  return {fold_case(byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16), 0, size};
}

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
  constexpr std::size_t kDescribed = 16;
  if (key.size > kDescribed &&
      !base::iequals(name.substr(8, key.size - kDescribed), kHeaders[id].name.substr(8, key.size - kDescribed))) {
    return HeaderId::Other;
  }
  return static_cast<HeaderId>(id);
}

}  // namespace ringfence::sip::detail
