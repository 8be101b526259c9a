// SPDX-License-Identifier: Apache-2.0
// Finding structure in text sixteen bytes at a time, with a plain twin that the tests compare it with.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ringfence::sip::scan {

/// Bytes that end or break a header line: everything below 0x20 except TAB.
[[nodiscard]] constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }

inline constexpr std::size_t kBlock = 64;

/// Bit i tells whether block[i] is a control character.
[[nodiscard]] constexpr std::uint64_t control_mask_plain(const char* block) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < kBlock; ++i) mask |= static_cast<std::uint64_t>(is_control(block[i])) << i;
  return mask;
}

/// The first of `Chars` at or after `at`, or `end`.
template <char... Chars>
[[nodiscard]] constexpr const char* find_any_plain(const char* at, const char* end) {
  while (at != end && !((*at == Chars) || ...)) ++at;
  return at;
}

#if defined(__SSE2__)

// SSE2 is part of every x86-64; wider registers were tried and gain nothing on lines of 40 bytes.
[[nodiscard]] inline __m128i load_16(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

[[nodiscard]] inline std::uint64_t control_mask_16(const char* at) {
  const __m128i bytes = load_16(at);
  const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  const __m128i control = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')), low);
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(control)));
}

[[nodiscard]] inline std::uint64_t control_mask(const char* block) {
  return control_mask_16(block) | control_mask_16(block + 16) << 16 | control_mask_16(block + 32) << 32 |
         control_mask_16(block + 48) << 48;
}

template <char... Chars>
[[nodiscard]] inline const char* find_any(const char* at, const char* end) {
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = load_16(at);
    __m128i hits = _mm_setzero_si128();
    ((hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(Chars)))), ...);
    if (const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits)); mask != 0) {
      return at + std::countr_zero(mask);
    }
  }
  return find_any_plain<Chars...>(at, end);
}

#else

[[nodiscard]] inline std::uint64_t control_mask(const char* block) { return control_mask_plain(block); }
template <char... Chars>
[[nodiscard]] inline const char* find_any(const char* at, const char* end) {
  return find_any_plain<Chars...>(at, end);
}

#endif

/// Hands out the control characters of a text in order. Looks at each byte once, and never at bytes outside the text.
class ControlScanner {
 public:
  ControlScanner(const char* begin, const char* end) : block_{begin}, end_{end} { load(); }

  /// The next control character not yet handed out, or the end of the text.
  [[nodiscard]] const char* next() {
    while (mask_ == 0) {
      if (end_ - block_ <= static_cast<std::ptrdiff_t>(kBlock)) return end_;
      block_ += kBlock;
      load();
    }
    const char* const found = block_ + std::countr_zero(mask_);
    mask_ &= mask_ - 1;
    return found;
  }

 private:
  void load() {
    const auto left = static_cast<std::size_t>(end_ - block_);
    if (left >= kBlock) {
      mask_ = control_mask(block_);
      return;
    }
    char padded[kBlock];
    std::memset(padded, ' ', sizeof padded);
    if (left != 0) std::memcpy(padded, block_, left);
    mask_ = control_mask(padded);
  }

  const char* block_;
  const char* end_;
  std::uint64_t mask_ = 0;
};

}  // namespace ringfence::sip::scan
