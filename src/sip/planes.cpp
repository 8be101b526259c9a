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

/// Bit 7 of each byte, gathered in the lowest byte: the classes of eight characters become one class of
/// eight characters.
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

/// Up to fifteen characters as two words, zero behind them: pieces that overlap are cheaper than a loop, and
/// a block in memory put together from pieces would have to be waited for.
struct Words {
  std::uint64_t head;
  std::uint64_t tail;
};

template <class Word>
std::uint64_t load(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

Words load_words(const char* text, std::size_t size) {
  if (size >= 8)
    return {load<std::uint64_t>(text), load<std::uint64_t>(text + size - 8) >> 8 * (15 - size) >> 8};
  if (size >= 4)
    return {load<std::uint32_t>(text) | load<std::uint32_t>(text + size - 4) << 8 * (size - 4), 0};
  if (size == 0) return {0, 0};
  const std::size_t middle = size / 2;
  const std::size_t last = size - 1;
  return {load<std::uint8_t>(text) | load<std::uint8_t>(text + middle) << 8 * middle |
              load<std::uint8_t>(text + last) << 8 * last,
          0};
}

/// The last 16 - `places` of sixteen characters, moved to the front; zero behind them.
[[gnu::target("avx2")]] inline __m128i drop_front(__m128i text, std::size_t places) {
  static constexpr auto kPlaces = [] {
    std::array<std::uint8_t, 32> from{};  // bit 7: take none
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<std::uint8_t>(i < 16 ? i : 0x80);
    return from;
  }();
  return _mm_shuffle_epi8(text, _mm_loadu_si128(reinterpret_cast<const __m128i*>(kPlaces.data() + places)));
}

[[gnu::target("avx2")]] inline __m128i load_16(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

/// Up to 32 characters, zero behind them.
[[gnu::target("avx2")]] inline __m256i load_short(const char* text, std::size_t size) {
  if (size >= 16) return _mm256_set_m128i(drop_front(load_16(text + size - 16), 32 - size), load_16(text));
  const Words words = load_words(text, size);
  return _mm256_zextsi128_si256(
      _mm_set_epi64x(static_cast<std::int64_t>(words.tail), static_cast<std::int64_t>(words.head)));
}

/// The 32 characters from place 32 on of a text of 33 to 64, zero behind them.
[[gnu::target("avx2")]] inline __m256i load_second(const char* text, std::size_t size) {
  const __m128i last = load_16(text + size - 16);
  if (size >= 48) return _mm256_set_m128i(drop_front(last, 64 - size), load_16(text + 32));
  return _mm256_zextsi128_si256(drop_front(last, 48 - size));
}

/// For each character one bit that stands for its high half: what a row of a column is asked for. That of a
/// character above 127 is never found, for `columns` gives it no row.
[[gnu::target("avx2")]] inline __m256i rows_of(__m256i text) {
  const __m256i bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16,
                                        32, 64, -128, 1, 1, 1, 1, 1, 1, 1, 1);
  return _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(text, 4), _mm256_set1_epi8(15)));
}

/// Which of the 32 characters are in the class of this column.
[[gnu::target("avx2")]] inline std::uint64_t inside(__m256i column, __m256i text, __m256i rows) {
  const __m256i found = _mm256_and_si256(_mm256_shuffle_epi8(column, text), rows);
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(found, rows)));
}

[[gnu::target("avx2")]] inline __m256i column_of(const Alphabet& alphabet, std::size_t plane) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(alphabet.columns[plane].data()));
}

[[gnu::target("avx2")]] inline std::uint64_t beyond_ascii(__m256i text) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(text));
}

[[gnu::noinline]] void add_beyond(const Alphabet& alphabet, std::uint64_t beyond, Window& window) {
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    if ((alphabet.beyond_ascii & Alphabet::bit(plane)) != 0) window.planes[plane] |= beyond;
  }
}

[[gnu::target("avx2")]] void classify_avx2(const Alphabet& alphabet, const char* text, std::size_t size,
                                           Window& window) {
  // Most values fit half a window, and cost half then.
  if (size <= 32) {
    const __m256i only = load_short(text, size);
    const __m256i rows = rows_of(only);
#pragma GCC unroll 8
    for (std::size_t plane = 0; plane < kPlanes; ++plane)
      window.planes[plane] = inside(column_of(alphabet, plane), only, rows);
    if (const auto beyond = beyond_ascii(only); beyond != 0) [[unlikely]]
      add_beyond(alphabet, beyond, window);
    return;
  }
  const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
  const __m256i second = load_second(text, size);
  const __m256i first_rows = rows_of(first);
  const __m256i second_rows = rows_of(second);
#pragma GCC unroll 8
  for (std::size_t plane = 0; plane < kPlanes; ++plane) {
    const __m256i column = column_of(alphabet, plane);
    window.planes[plane] = inside(column, first, first_rows) | inside(column, second, second_rows) << 32;
  }
  if (const auto beyond = beyond_ascii(first) | beyond_ascii(second) << 32; beyond != 0) [[unlikely]]
    add_beyond(alphabet, beyond, window);
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
