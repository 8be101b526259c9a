// SPDX-License-Identifier: Apache-2.0
// CRC32C by instruction (SSE 4.2) or by table.
#include "journal/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace ringfence::journal {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f6'3b78;  // reflected

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[byte] = value;
  }
  return table;
}();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_instruction(base::Bytes bytes) {
  std::uint64_t value = 0xffff'ffff;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    value = _mm_crc32_u64(value, word);
  }
  auto low = static_cast<std::uint32_t>(value);
  for (; left > 0; ++at, --left) low = _mm_crc32_u8(low, std::to_integer<std::uint8_t>(*at));
  return ~low;
}
#endif

}  // namespace

namespace detail {

std::uint32_t crc32c_by_table(base::Bytes bytes) {
  std::uint32_t value = 0xffff'ffff;
  for (const std::byte byte : bytes)
    value = (value >> 8) ^ kTable[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xff];
  return ~value;
}

}  // namespace detail

std::uint32_t crc32c(base::Bytes bytes) {
#if defined(__x86_64__)
  static const bool by_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (by_instruction) return crc32c_by_instruction(bytes);
#endif
  return detail::crc32c_by_table(bytes);
}

}  // namespace ringfence::journal
