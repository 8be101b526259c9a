// SPDX-License-Identifier: Apache-2.0
// From the name of a header field to its row, by a perfect hash over length and letters. Internal: see
// header_of().
#pragma once

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "sip/header_table.h"
#include "sip/name_key.h"

namespace ringfence::sip::detail {

/// Found by trying; a static assertion below says that no two of our names share a slot.
inline constexpr std::uint64_t kMultiplier = 0x17e6'a260'aa41'2ab7U;
inline constexpr unsigned kSlotBits = 10;

/// The first sixteen characters of a name in lower case, as two words; zero behind the name.
struct NamePrefix {
  static constexpr std::size_t kSize = 16;

  std::uint64_t head = 0;
  std::uint64_t tail = 0;

  friend constexpr bool operator==(const NamePrefix&, const NamePrefix&) = default;
};

/// Which bytes of sixteen belong to a name, by its size.
inline constexpr auto kNameBytes = [] {
  std::array<NamePrefix, NamePrefix::kSize + 1> masks{};
  for (std::size_t size = 0; size < masks.size(); ++size) {
    for (std::size_t i = 0; i < size; ++i)
      (i < 8 ? masks[size].head : masks[size].tail) |= std::uint64_t{0xff} << 8 * (i % 8);
  }
  return masks;
}();

/// @param at  sixteen characters, of which `size` are the name or its beginning
constexpr NamePrefix prefix_of(const char* at, std::size_t size) {
  const NamePrefix& bytes = kNameBytes[size];
  return {fold_case(load<std::uint64_t>(at) & bytes.head),
          fold_case(load<std::uint64_t>(at + 8) & bytes.tail)};
}

constexpr std::size_t slot_of(const NamePrefix& prefix, std::size_t size) {
  const std::uint64_t mixed = (prefix.head ^ (prefix.tail << 7 | prefix.tail >> 57)) + size;
  return static_cast<std::size_t>((mixed * kMultiplier) >> (64 - kSlotBits));
}

struct NameTable {
  struct Row {
    NamePrefix prefix;
    std::uint8_t size = 0;  // 0: an empty slot
    HeaderId id = HeaderId::Other;
  };
  std::array<Row, 2 * kHeaderIds> rows{};
  std::array<std::uint8_t, std::size_t{1} << kSlotBits> slots{};
  bool perfect = true;

  constexpr void add(std::size_t place, HeaderId id, std::string_view name) {
    std::array<char, NamePrefix::kSize> start{};
    for (std::size_t i = 0; i < name.size() && i < start.size(); ++i) start[i] = name[i];
    rows[place] = {prefix_of(start.data(), std::min(name.size(), start.size())),
                   static_cast<std::uint8_t>(name.size()), id};
    std::uint8_t& slot = slots[slot_of(rows[place].prefix, name.size())];
    perfect = perfect && slot == 0;
    slot = static_cast<std::uint8_t>(place);
  }
};

static_assert(2 * kHeaderIds <= 256, "a slot is one byte");

inline constexpr NameTable kNameTable = [] {
  NameTable table;
  for (std::size_t i = 1; i < kHeaderIds; ++i) {
    const HeaderInfo& info = kHeaders[i];
    table.add(i, info.id, info.name);
    if (info.compact != '-') table.add(kHeaderIds + i, info.id, {&info.compact, 1});
  }
  return table;
}();
static_assert(kNameTable.perfect, "choose another kMultiplier");

inline const NameTable::Row& row_of(const NamePrefix& prefix, std::size_t size) {
  return kNameTable.rows[kNameTable.slots[slot_of(prefix, size)]];
}

/// For a name of fewer than sixteen characters: nearly every one.
/// @param sixteen  at least sixteen readable characters, which begin with the name
inline HeaderId look_up_short(const char* sixteen, std::size_t size) {
  const NamePrefix prefix = prefix_of(sixteen, size);
  const NameTable::Row& row = row_of(prefix, size);
  return row.prefix == prefix && row.size == size ? row.id : HeaderId::Other;
}

/// @param sixteen  at least sixteen readable characters, which begin with the name
inline HeaderId look_up(const char* sixteen, std::string_view name) {
  const NamePrefix prefix = prefix_of(sixteen, std::min(name.size(), NamePrefix::kSize));
  const NameTable::Row& row = row_of(prefix, name.size());
  if (row.prefix != prefix || row.size != name.size()) return HeaderId::Other;
  if (name.size() <= NamePrefix::kSize) return row.id;
  const std::string_view known = name_of(row.id);
  return base::iequals(known.substr(NamePrefix::kSize), name.substr(NamePrefix::kSize)) ? row.id
                                                                                        : HeaderId::Other;
}

/// For a name with nothing readable behind it.
inline HeaderId look_up(std::string_view name) {
  std::array<char, NamePrefix::kSize> start{};
  if (!name.empty()) std::memcpy(start.data(), name.data(), std::min(name.size(), start.size()));
  return look_up(start.data(), name);
}

}  // namespace ringfence::sip::detail
