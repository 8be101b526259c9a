// SPDX-License-Identifier: Apache-2.0
// The three hashes of SIP digest authentication (RFC 8760 §2.1), over text in parts, without allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace ringfence::crypto {

/// Weakest first. MD5 serves old phones in digest authentication only; nothing else may lean on it.
enum class HashKind : std::uint8_t { Md5, Sha256, Sha512_256 };

inline constexpr std::size_t kHashKinds = 3;
inline constexpr std::size_t kLongestHash = 32;

/// Bytes of a hash of this kind.
[[nodiscard]] constexpr std::size_t size_of(HashKind kind) {
  return kind == HashKind::Md5 ? std::size_t{16} : kLongestHash;
}

/// The hash of a text; as long as its kind says.
class HashValue {
 public:
  constexpr HashValue() = default;  ///< no hash: empty
  explicit constexpr HashValue(HashKind kind) : size_{static_cast<std::uint8_t>(size_of(kind))} {}

  [[nodiscard]] base::Bytes bytes() const { return {bytes_.data(), size_}; }
  [[nodiscard]] base::MutableBytes bytes() { return {bytes_.data(), size_}; }

  friend bool operator==(const HashValue&, const HashValue&) = default;

 private:
  std::array<std::byte, kLongestHash> bytes_{};
  std::uint8_t size_ = 0;
};

/// Hashes the parts as if they stood in one text. No allocation, any thread.
[[nodiscard]] HashValue hash(HashKind kind, std::initializer_list<std::string_view> parts);

/// SHA-256 of the bytes (FIPS 180-4).
[[nodiscard]] std::array<std::byte, 32> sha256(base::Bytes bytes);

}  // namespace ringfence::crypto
