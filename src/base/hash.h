// SPDX-License-Identifier: Apache-2.0
// Seeded hashing of anything a stranger can choose: SipHash-1-3, so that nobody can aim at one bucket or one
// shard.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace ringfence::base {

/// 128 secret bits drawn at start.
struct HashSeed {
  std::uint64_t k0 = 0;
  std::uint64_t k1 = 0;
};

/// SipHash-1-3 (Aumasson, Bernstein 2012) of the bytes.
[[nodiscard]] std::uint64_t hash_bytes(const HashSeed& seed, Bytes bytes);
[[nodiscard]] inline std::uint64_t hash_text(const HashSeed& seed, std::string_view text) {
  return hash_bytes(seed, as_bytes(text));
}
/// The same over text with ASCII letters in lower case, without a copy: for host names and tokens.
[[nodiscard]] std::uint64_t hash_text_nocase(const HashSeed& seed, std::string_view text);
/// A cheap seeded mix of one word that a stranger cannot choose freely (ids, handles).
[[nodiscard]] constexpr std::uint64_t hash_word(const HashSeed& seed, std::uint64_t word) {
  std::uint64_t z = (word ^ seed.k0) * 0x9e37'79b9'7f4a'7c15U;
  z ^= (z >> 32) ^ seed.k1;
  z *= 0xd6e8'feb8'6659'fd93U;
  return z ^ (z >> 32);
}

}  // namespace ringfence::base
