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

/// Bytes that may end or break a header line: everything below 0x20. TAB is among them, for it is rarer than
/// the instruction that would leave it out.
[[nodiscard]] constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

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
[[nodiscard]] inline __m128i load_16(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

[[nodiscard]] inline std::uint64_t control_mask_16(const char* at) {
  const __m128i bytes = load_16(at);
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  return static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(control)));
}

[[nodiscard]] inline std::uint64_t control_mask(const char* block) {
  return control_mask_16(block) | control_mask_16(block + 16) << 16 | control_mask_16(block + 32) << 32 |
         control_mask_16(block + 48) << 48;
}

template <char... Chars>
[[nodiscard]] inline unsigned any_mask_16(const char* at) {
  const __m128i bytes = load_16(at);
  __m128i hits = _mm_setzero_si128();
  ((hits = _mm_or_si128(hits, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(Chars)))), ...);
  return static_cast<unsigned>(_mm_movemask_epi8(hits));
}

template <char... Chars>
[[nodiscard]] inline const char* find_any(const char* at, const char* end) {
  if (end - at < 16) return find_any_plain<Chars...>(at, end);
  for (; end - at > 16; at += 16) {
    if (const unsigned mask = any_mask_16<Chars...>(at); mask != 0) return at + std::countr_zero(mask);
  }
  // The last sixteen bytes, some of them for the second time: those held no hit.
  at = end - 16;
  const unsigned mask = any_mask_16<Chars...>(at);
  return mask != 0 ? at + std::countr_zero(mask) : end;
}

#else

[[nodiscard]] inline std::uint64_t control_mask(const char* block) {
  return control_mask_plain(block);
}
template <char... Chars>
[[nodiscard]] inline const char* find_any(const char* at, const char* end) {
  return find_any_plain<Chars...>(at, end);
}

#endif

/// Hands out the control characters of a text in order. Looks at each byte once, and never at bytes outside
/// the text.
class ControlScanner {
 public:
  ControlScanner(const char* begin, const char* end) : block_{begin}, end_{end}, mask_{load()} {}

  /// The first control character at or behind the place where reading resumes, or the end of the text.
  [[nodiscard]] const char* next() {
    while (mask_ == 0) {
      if (end_ - block_ <= static_cast<std::ptrdiff_t>(kBlock)) return end_;
      block_ += kBlock;
      mask_ = load();
      // A line end may lie across the border of two blocks.
      if (resume_ > block_) resume_at(resume_);
    }
    return block_ + std::countr_zero(mask_);
  }

  /// Leaves out what stands before `at`, which must not lie before the last character handed out.
  void resume_at(const char* at) {
    resume_ = at;
    const auto seen = static_cast<std::size_t>(at - block_);
    mask_ = seen < kBlock ? mask_ >> seen << seen : 0;
  }

 private:
  [[nodiscard]] std::uint64_t load() const {
    const auto left = static_cast<std::size_t>(end_ - block_);
    return left >= kBlock ? control_mask(block_) : load_last(left);
  }
  [[nodiscard]] std::uint64_t load_last(std::size_t left) const {
    char padded[kBlock];
    std::memset(padded, ' ', sizeof padded);
    if (left != 0) std::memcpy(padded, block_, left);
    return control_mask(padded);
  }

  const char* block_;
  const char* end_;
  const char* resume_ = nullptr;
  std::uint64_t mask_;
};

}  // namespace ringfence::sip::scan
