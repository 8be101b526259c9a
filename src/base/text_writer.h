// SPDX-License-Identifier: Apache-2.0
// TextWriter: text built in a buffer of fixed size, without allocation.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace ringfence::base {

/// Appends until something does not fit; from then on it refuses everything, and overflowed() tells. The text
/// is never cut in the middle of one append.
class TextWriter {
 public:
  explicit TextWriter(std::span<char> out) : out_{out} {}

  TextWriter& append(std::string_view text) {
    if (char* const at = claim(text.size()); at != nullptr && !text.empty())
      std::memcpy(at, text.data(), text.size());
    return *this;
  }
  TextWriter& append(char c) {
    if (char* const at = claim(1)) *at = c;
    return *this;
  }
  TextWriter& append_decimal(std::uint64_t value) { return append_number(value, 10); }
  TextWriter& append_signed(std::int64_t value) {
    if (value >= 0) return append_decimal(static_cast<std::uint64_t>(value));
    return append('-').append_decimal(std::uint64_t{0} - static_cast<std::uint64_t>(value));
  }
  /// Lower case, without leading zeros beyond `digits`.
  TextWriter& append_hex(std::uint64_t value, unsigned digits = 1) {
    return append_number(value, 16, digits);
  }
  /// Decimal with leading zeros up to `digits`.
  TextWriter& append_padded(std::uint64_t value, unsigned digits) { return append_number(value, 10, digits); }

  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] std::string_view view() const { return {out_.data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::size_t room() const { return out_.size() - size_; }
  /// Back to an earlier size; the overflow is forgotten.
  void rewind(std::size_t size) {
    size_ = std::min(size, size_);
    overflowed_ = false;
  }

 private:
  char* claim(std::size_t count) {
    if (overflowed_ || count > room()) {
      overflowed_ = true;
      return nullptr;
    }
    char* const at = out_.data() + size_;
    size_ += count;
    return at;
  }
  TextWriter& append_number(std::uint64_t value, int base, unsigned digits = 1) {
    static constexpr std::string_view kZeros = "00000000000000000000";
    char text[20];
    const char* const end = std::to_chars(text, text + sizeof text, value, base).ptr;
    const auto length = static_cast<std::size_t>(end - text);
    const std::size_t zeros = std::min(kZeros.size(), digits > length ? digits - length : 0);
    if (char* const at = claim(zeros + length)) {
      std::memcpy(at, kZeros.data(), zeros);
      std::memcpy(at + zeros, text, length);
    }
    return *this;
  }

  std::span<char> out_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace ringfence::base
