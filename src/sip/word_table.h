// SPDX-License-Identifier: Apache-2.0
// From a word to its place in a small table, by a perfect hash that the compiler looks for. Internal to the
// readers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"
#include "sip/name_key.h"

namespace ringfence::sip::detail {

enum class Case : std::uint8_t { Ignored, Counts };

/// A set of words. Place 0 stands for "none of them"; empty words are never found.
template <std::size_t kWords, Case kCase = Case::Ignored>
class WordTable {
 public:
  consteval explicit WordTable(const std::array<std::string_view, kWords>& words) : words_{words} {
    for (std::size_t i = 1; i < kWords; ++i) keys_[i] = key(words[i]);
    while (!fill()) multiplier_ = multiplier_ * 0x5851'f42d'4c95'7f2dU + 0x1405'7b7e'f767'814fU;
  }

  [[nodiscard]] constexpr std::size_t find(std::string_view word) const {
    const NameKey wanted = key(word);
    const std::size_t place = slots_[slot_of(wanted)];
    return keys_[place] == wanted && (wanted.size <= NameKey::kDescribed || same(words_[place], word)) ? place
                                                                                                       : 0;
  }

 private:
  static constexpr NameKey key(std::string_view word) {
    return kCase == Case::Counts ? exact_key_of(word) : key_of(word);
  }
  static constexpr unsigned kSlotBits = 7;
  static_assert(kWords <= 32, "too many words for so few slots");

  static constexpr bool same(std::string_view a, std::string_view b) {
    return kCase == Case::Counts ? a == b : base::iequals(a, b);
  }
  [[nodiscard]] constexpr std::size_t slot_of(const NameKey& key) const {
    const std::uint64_t mixed = (key.head ^ (key.tail << 7 | key.tail >> 57)) + key.size;
    return static_cast<std::size_t>((mixed * multiplier_) >> (64 - kSlotBits));
  }
  /// False when two words share a slot.
  consteval bool fill() {
    slots_ = {};
    for (std::size_t i = 1; i < kWords; ++i) {
      if (keys_[i].size == 0) continue;
      std::uint8_t& slot = slots_[slot_of(keys_[i])];
      if (slot != 0) return false;
      slot = static_cast<std::uint8_t>(i);
    }
    return true;
  }

  std::array<std::string_view, kWords> words_;
  std::array<NameKey, kWords> keys_{};
  std::array<std::uint8_t, std::size_t{1} << kSlotBits> slots_{};
  std::uint64_t multiplier_ = 0x9e37'79b9'7f4a'7c15U;
};

}  // namespace ringfence::sip::detail
