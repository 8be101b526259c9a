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

template <char... Chars>
[[nodiscard]] inline unsigned any_mask_16(const char* at) {
  unsigned mask = 0;
  for (unsigned i = 0; i < 16; ++i) mask |= unsigned{((at[i] == Chars) || ...)} << i;
  return mask;
}
template <char... Chars>
[[nodiscard]] inline const char* find_any(const char* at, const char* end) {
  return find_any_plain<Chars...>(at, end);
}

#endif

}  // namespace ringfence::sip::scan
