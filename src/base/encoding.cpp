// SPDX-License-Identifier: Apache-2.0
// One bit pump each way, and a table for each alphabet.
#include "base/encoding.h"

#include <array>

#include "base/ascii.h"
#include "base/assert.h"

namespace ringfence::base {
namespace {

/// An alphabet of 2^bits characters, and the value of each character or -1.
struct Alphabet {
  std::string_view characters;
  unsigned bits;
  std::array<int, 256> values;

  constexpr Alphabet(std::string_view all, unsigned bits_each) : characters{all}, bits{bits_each}, values{} {
    values.fill(-1);
    for (std::size_t i = 0; i < all.size(); ++i)
      values[static_cast<unsigned char>(all[i])] = static_cast<int>(i);
  }
  [[nodiscard]] constexpr std::size_t text_size(std::size_t bytes) const {
    return (bytes * 8 + bits - 1) / bits;
  }
};

constexpr Alphabet kBase64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6};
constexpr Alphabet kBase64Url{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6};
constexpr Alphabet kBase32{"abcdefghijklmnopqrstuvwxyz234567", 5};
constexpr std::string_view kHexDigits = "0123456789abcdef";

std::size_t encode(const Alphabet& alphabet, Bytes in, std::span<char> out) {
  RF_ASSERT(out.size() >= alphabet.text_size(in.size()));
  const unsigned last = (1U << alphabet.bits) - 1;
  unsigned held = 0;
  unsigned bits = 0;
  std::size_t count = 0;
  for (const std::byte byte : in) {
    held = (held << 8) | std::to_integer<unsigned>(byte);
    for (bits += 8; bits >= alphabet.bits;) {
      bits -= alphabet.bits;
      out[count++] = alphabet.characters[(held >> bits) & last];
    }
  }
  if (bits > 0) out[count++] = alphabet.characters[(held << (alphabet.bits - bits)) & last];
  return count;
}

std::optional<std::size_t> decode(const Alphabet& alphabet, std::string_view in, MutableBytes out) {
  const std::size_t size = in.size() * alphabet.bits / 8;
  if (alphabet.text_size(size) != in.size() || size > out.size()) return std::nullopt;
  unsigned held = 0;
  unsigned bits = 0;
  std::size_t count = 0;
  for (const char c : in) {
    const int value = alphabet.values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    held = (held << alphabet.bits) | static_cast<unsigned>(value);
    bits += alphabet.bits;
    if (bits < 8) continue;
    bits -= 8;
    out[count++] = static_cast<std::byte>((held >> bits) & 0xff);
  }
  if ((held & ((1U << bits) - 1)) != 0) return std::nullopt;
  return count;
}

}  // namespace

std::size_t encode_hex(Bytes in, std::span<char> out) {
  RF_ASSERT(out.size() >= hex_size(in.size()));
  std::size_t count = 0;
  for (const std::byte byte : in) {
    out[count++] = kHexDigits[std::to_integer<unsigned>(byte >> 4)];
    out[count++] = kHexDigits[std::to_integer<unsigned>(byte & std::byte{0xf})];
  }
  return count;
}

std::optional<std::size_t> decode_hex(std::string_view in, MutableBytes out) {
  if (in.size() % 2 != 0 || in.size() / 2 > out.size()) return std::nullopt;
  for (std::size_t i = 0; i < in.size(); i += 2) {
    const int high = hex_value(in[i]);
    const int low = hex_value(in[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i / 2] = static_cast<std::byte>(high * 16 + low);
  }
  return in.size() / 2;
}

std::size_t encode_base64(Bytes in, std::span<char> out) {
  RF_ASSERT(out.size() >= base64_size(in.size()));
  std::size_t count = encode(kBase64, in, out);
  while (count % 4 != 0) out[count++] = '=';
  return count;
}

std::optional<std::size_t> decode_base64(std::string_view in, MutableBytes out) {
  if (in.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && in.ends_with('='); ++i) in.remove_suffix(1);
  return decode(kBase64, in, out);
}

std::size_t encode_base64url(Bytes in, std::span<char> out) {
  return encode(kBase64Url, in, out);
}
std::optional<std::size_t> decode_base64url(std::string_view in, MutableBytes out) {
  return decode(kBase64Url, in, out);
}

std::size_t encode_base32(Bytes in, std::span<char> out) {
  return encode(kBase32, in, out);
}
std::optional<std::size_t> decode_base32(std::string_view in, MutableBytes out) {
  return decode(kBase32, in, out);
}

std::string to_hex(Bytes in) {
  std::string text(hex_size(in.size()), '\0');
  encode_hex(in, text);
  return text;
}

}  // namespace ringfence::base
