// SPDX-License-Identifier: Apache-2.0
// Names as machine words: comparing two without case takes three instructions instead of a loop. Internal to
// the readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ringfence::sip::detail {

/// A name as two words in lower case. Names of up to 16 characters are described completely.
struct NameKey {
  static constexpr std::size_t kDescribed = 16;

  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  std::size_t size = 0;

  friend constexpr bool operator==(const NameKey&, const NameKey&) = default;
};

/// Letters to lower case, eight at once. Only bytes with bit 6 are touched, so '-' and control characters
/// stay.
constexpr std::uint64_t fold_case(std::uint64_t word) {
  return word | ((word & 0x4040'4040'4040'4040U) >> 1);
}

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

/// The words as they are.
constexpr NameKey exact_key_of(std::string_view name) {
  const char* const at = name.data();
  const std::size_t size = name.size();
  if (size >= 8) return {load<std::uint64_t>(at), load<std::uint64_t>(at + size - 8), size};
  if (size >= 4) return {load<std::uint32_t>(at), load<std::uint32_t>(at + size - 4), size};
  if (size == 0) return {};
  const auto byte = [at](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
  };
  return {byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16, 0, size};
}

constexpr NameKey key_of(std::string_view name) {
  const NameKey exact = exact_key_of(name);
  return {fold_case(exact.head), fold_case(exact.tail), exact.size};
}

}  // namespace ringfence::sip::detail
