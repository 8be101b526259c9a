// SPDX-License-Identifier: Apache-2.0
// SipHash-1-3.
#include "base/hash.h"

#include <bit>
#include <cstring>

namespace ringfence::base {
namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  explicit State(const HashSeed& seed)
      : v0{seed.k0 ^ 0x736f'6d65'7073'6575U},
        v1{seed.k1 ^ 0x646f'7261'6e64'6f6dU},
        v2{seed.k0 ^ 0x6c79'6765'6e65'7261U},
        v3{seed.k1 ^ 0x7465'6462'7974'6573U} {}

  void round() {
    v0 += v1, v1 = std::rotl(v1, 13), v1 ^= v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16), v3 ^= v2;
    v0 += v3, v3 = std::rotl(v3, 21), v3 ^= v0;
    v2 += v1, v1 = std::rotl(v1, 17), v1 ^= v2, v2 = std::rotl(v2, 32);
  }
  void word(std::uint64_t m) {
    v3 ^= m;
    round();
    v0 ^= m;
  }
  std::uint64_t finish() {
    v2 ^= 0xff;
    round(), round(), round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

/// Turns 'A'..'Z' into lower case in eight bytes at once.
std::uint64_t lower(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
  const std::uint64_t seven = word & (kOnes * 0x7f);
  const std::uint64_t from_a = seven + kOnes * (0x80 - 'A');
  const std::uint64_t past_z = seven + kOnes * (0x80 - 'Z' - 1);
  const std::uint64_t upper = (from_a ^ past_z) & ~word & (kOnes * 0x80);
  return word | (upper >> 2);
}

template <class Fold>
std::uint64_t siphash(const HashSeed& seed, Bytes bytes, Fold fold) {
  State state{seed};
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    state.word(fold(word));
  }
  std::uint64_t last = 0;
  if (left > 0) std::memcpy(&last, at, left);
  state.word(fold(last) | (static_cast<std::uint64_t>(bytes.size()) << 56));
  return state.finish();
}

}  // namespace

std::uint64_t hash_bytes(const HashSeed& seed, Bytes bytes) {
  return siphash(seed, bytes, [](std::uint64_t word) { return word; });
}

std::uint64_t hash_text_nocase(const HashSeed& seed, std::string_view text) {
  return siphash(seed, as_bytes(text), lower);
}

}  // namespace ringfence::base
