// SPDX-License-Identifier: Apache-2.0
// The classifiers: one for any machine, one for AVX2, one for AVX-512. All look up each character once and
// give the same bits.
#include "sip/planes.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ringfence::sip {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

/// Bit 7 of each byte, gathered in the lowest byte: eight classes of one character become one class of eight
/// characters.
constexpr std::uint64_t top_bits(std::uint64_t bytes) {
  constexpr std::uint64_t kTop = 0x8080'8080'8080'8080U;
  constexpr std::uint64_t kGather = 0x0002'0408'1020'4081U;
  return ((bytes & kTop) * kGather) >> 56U;
}

void classify_plain(const Alphabet& alphabet, const char* text, std::size_t size, Window& window) {
  window.planes.fill(0);
  for (std::size_t start = 0; start < size; start += kWord) {
    std::uint64_t classes = 0;
    for (std::size_t i = 0; i < std::min(kWord, size - start); ++i)
      classes |= std::uint64_t{alphabet.classes_of(text[start + i])} << (8 * i);
    for (std::size_t plane = 0; plane < kPlanes; ++plane)
      window.planes[plane] |= top_bits(classes << plane) << start;
  }
}

Marks mark_plain(const char* text) {
  Marks marks{};
  for (std::size_t i = 0; i < kWindow; ++i) {
    marks.controls |= std::uint64_t{is_control(text[i])} << i;
    marks.commas |= std::uint64_t{text[i] == ','} << i;
  }
  return marks;
}

bool runs_everywhere() {
  return true;
}

#if defined(__x86_64__)

/// SSE2 is part of every x86-64.
Marks mark_sse2(const char* text) {
  Marks marks{};
  for (std::size_t at = 0; at < kWindow; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    const __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
    marks.controls |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(control))} << at;
    marks.commas |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(comma))} << at;
  }
  return marks;
}

/// Copies a short text into a cleared block by two moves that overlap: cheaper than a loop over its bytes.
template <class Piece>
void copy_ends(char* block, const char* text, std::size_t size) {
  Piece first;
  Piece last;
  std::memcpy(&first, text, sizeof first);
  std::memcpy(&last, text + size - sizeof last, sizeof last);
  std::memcpy(block, &first, sizeof first);
  std::memcpy(block + size - sizeof last, &last, sizeof last);
}

void copy_short(char* block, const char* text, std::size_t size) {
  if (size >= 32) return copy_ends<std::array<char, 32>>(block, text, size);
  if (size >= 16) return copy_ends<std::array<char, 16>>(block, text, size);
  if (size >= 8) return copy_ends<std::array<char, 8>>(block, text, size);
  if (size >= 4) return copy_ends<std::array<char, 4>>(block, text, size);
  if (size >= 2) return copy_ends<std::array<char, 2>>(block, text, size);
  if (size == 1) *block = *text;
}

/// 32 characters: the low half of each, and one bit for its high half, none above 127.
struct Halves {
  __m256i low;
  __m256i high;
};

[[gnu::target("avx2")]] inline Halves halves_of(__m256i text) {
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16,
                                        32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
  return {_mm256_and_si256(text, half),
          _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(text, 4), half))};
}

/// Which of the 32 are outside the plane.
[[gnu::target("avx2")]] inline std::uint64_t outside(__m256i column, const Halves& halves) {
  const __m256i rows = _mm256_and_si256(_mm256_shuffle_epi8(column, halves.low), halves.high);
  const int bits = _mm256_movemask_epi8(_mm256_cmpeq_epi8(rows, _mm256_setzero_si256()));
  return static_cast<std::uint32_t>(bits);
}

[[gnu::target("avx2")]] void classify_avx2(const Alphabet& alphabet, const char* text, std::size_t size,
                                           Window& window) {
  alignas(32) std::array<char, kWindow> block;
  if (size < kWindow) {
    block.fill('\0');
    copy_short(block.data(), text, size);
    text = block.data();
  }
  const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
  const Halves front = halves_of(first);
  const Halves back = halves_of(second);
  const std::uint64_t beyond = static_cast<std::uint32_t>(_mm256_movemask_epi8(first)) |
                               std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(second))} << 32;
#pragma GCC unroll 8
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    const __m256i column = _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(alphabet.columns[plane].data())));
    const bool takes_beyond = (alphabet.beyond_ascii & Alphabet::bit(plane)) != 0;
    window.planes[plane] =
        ~(outside(column, front) | outside(column, back) << 32) | (takes_beyond ? beyond : 0);
  }
}

[[gnu::target("avx2")]] Marks mark_avx2(const char* text) {
  Marks marks{};
  for (std::size_t at = 0; at < kWindow; at += 32) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + at));
    const __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
    const __m256i comma = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(','));
    marks.controls |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(control))} << at;
    marks.commas |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(comma))} << at;
  }
  return marks;
}

bool runs_avx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2");
}

/// All classes of 64 characters by one look-up, then plane by plane the top bits of the bytes.
[[gnu::target("avx512f,avx512bw,avx512vbmi,bmi2")]] void classify_avx512(const Alphabet& alphabet,
                                                                         const char* text, std::size_t size,
                                                                         Window& window) {
  const __mmask64 wanted = size >= kWindow ? ~__mmask64{0} : (__mmask64{1} << size) - 1;
  const __m512i bytes = _mm512_maskz_loadu_epi8(wanted, text);
  const __m512i classes = _mm512_permutex2var_epi8(_mm512_load_si512(alphabet.classes.data()), bytes,
                                                   _mm512_load_si512(alphabet.classes.data() + 64));
  __m512i rest = _mm512_mask_mov_epi8(classes, _mm512_movepi8_mask(bytes),
                                      _mm512_set1_epi8(static_cast<char>(alphabet.beyond_ascii)));
#pragma GCC unroll 8
  for (std::uint64_t& plane : window.planes) {
    plane = _cvtmask64_u64(_mm512_movepi8_mask(rest));
    rest = _mm512_add_epi8(rest, rest);
  }
}

[[gnu::target("avx512f,avx512bw")]] Marks mark_avx512(const char* text) {
  const __m512i bytes = _mm512_loadu_si512(text);
  return {_cvtmask64_u64(_mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20))),
          _cvtmask64_u64(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')))};
}

bool runs_avx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi") &&
         __builtin_cpu_supports("bmi2");
}

#endif

constexpr auto kClassifiers = std::to_array<Classifier>({
    {"plain", classify_plain, mark_plain, runs_everywhere},
#if defined(__x86_64__)
    {"SSE2", classify_plain, mark_sse2, runs_everywhere},
    {"AVX2", classify_avx2, mark_avx2, runs_avx2},
    {"AVX-512", classify_avx512, mark_avx512, runs_avx512},
#endif
});

const Classifier& fastest() {
  const Classifier* best = kClassifiers.data();
  for (const Classifier& classifier : kClassifiers) {
    if (classifier.runs_here()) best = &classifier;
  }
  return *best;
}

}  // namespace

namespace detail {

// Until the line below has run, which may be after another file's initialisation has parsed something.
constinit Classifier best_classifier = kClassifiers.front();

namespace {
[[maybe_unused]] const bool kChosen = [] {
  best_classifier = fastest();
  return true;
}();
}  // namespace

}  // namespace detail

std::span<const Classifier> classifiers() {
  return kClassifiers;
}

}  // namespace ringfence::sip
