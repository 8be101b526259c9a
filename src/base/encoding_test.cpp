// SPDX-License-Identifier: Apache-2.0
// Encodings: known answers, strictness, and the way back.
#include "base/encoding.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"

using namespace ringfence::base;

namespace {

using Encode = std::size_t (*)(Bytes, std::span<char>);
using Decode = std::optional<std::size_t> (*)(std::string_view, MutableBytes);

struct Coding {
  const char* name;
  Encode encode;
  Decode decode;
  std::size_t (*size)(std::size_t);
};
const auto kCodings = std::to_array<Coding>({
    {"hex", encode_hex, decode_hex, [](std::size_t n) { return hex_size(n); }},
    {"base64", encode_base64, decode_base64, [](std::size_t n) { return base64_size(n); }},
    {"base64url", encode_base64url, decode_base64url, [](std::size_t n) { return base64url_size(n); }},
    {"base32", encode_base32, decode_base32, [](std::size_t n) { return base32_size(n); }},
});

std::string encoded(Encode encode, std::string_view text) {
  std::array<char, 256> out;
  return {out.data(), encode(as_bytes(text), out)};
}

std::optional<std::string> decoded(Decode decode, std::string_view text) {
  std::array<std::byte, 256> out;
  const auto size = decode(text, out);
  if (!size) return std::nullopt;
  return std::string{as_text(Bytes{out}.first(*size))};
}

}  // namespace

TEST_CASE("the test vectors of RFC 4648 section 10") {
  const std::vector<std::array<std::string, 4>> rows{
      {"", "", "", ""},
      {"f", "Zg==", "my", "66"},
      {"fo", "Zm8=", "mzxq", "666f"},
      {"foo", "Zm9v", "mzxw6", "666f6f"},
      {"foob", "Zm9vYg==", "mzxw6yq", "666f6f62"},
      {"fooba", "Zm9vYmE=", "mzxw6ytb", "666f6f6261"},
      {"foobar", "Zm9vYmFy", "mzxw6ytboi", "666f6f626172"},
  };
  for (const auto& [text, base64, base32, hex] : rows) {
    CHECK(encoded(encode_base64, text) == base64);
    CHECK(encoded(encode_base32, text) == base32);
    CHECK(encoded(encode_hex, text) == hex);
    CHECK(encoded(encode_base64url, text) == base64.substr(0, base64.find('=')));
    CHECK(decoded(decode_base64, base64) == text);
    CHECK(decoded(decode_base32, base32) == text);
    CHECK(decoded(decode_hex, hex) == text);
  }
  CHECK(encoded(encode_base64, "\xfb\xff") == "+/8=");
  CHECK(encoded(encode_base64url, "\xfb\xff") == "-_8");
  CHECK(to_hex(as_bytes("\x01\xfe")) == "01fe");
}

TEST_CASE("every value comes back, and its size is as announced") {
  SeededRandom random{5};
  for (const Coding& coding : kCodings) {
    CAPTURE(coding.name);
    for (std::size_t size = 0; size <= 66; ++size) {
      std::string value(size, '\0');
      random.fill(std::as_writable_bytes(std::span{value}));
      const std::string text = encoded(coding.encode, value);
      CHECK(text.size() == coding.size(size));
      CHECK(decoded(coding.decode, text) == value);
    }
  }
}

TEST_CASE("what is accepted is exactly what the encoder writes") {
  SeededRandom random{6};
  for (const Coding& coding : kCodings) {
    CAPTURE(coding.name);
    for (int round = 0; round < 3000; ++round) {
      std::string text =
          encoded(coding.encode, std::string(random.below(12), static_cast<char>(random.below(256))));
      if (!text.empty() && random.below(2) == 0)
        text[random.below(text.size())] = static_cast<char>(random.below(256));
      if (random.below(3) == 0) text.resize(text.size() + random.below(3), '=');
      if (random.below(3) == 0 && !text.empty()) text.pop_back();
      const auto value = decoded(coding.decode, text);
      std::string canonical = text;
      if (coding.encode == encode_hex) {
        for (char& c : canonical) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
      }
      if (value) CHECK(encoded(coding.encode, *value) == canonical);
    }
  }
}

TEST_CASE("sloppy text is refused") {
  for (const char* text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "====", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm-v"}) {
    CAPTURE(text);
    CHECK_FALSE(decoded(decode_base64, text));
  }
  for (const char* text : {"Zg==", "Zh", "Z", "Zm+v", "Zm9v="}) CHECK_FALSE(decoded(decode_base64url, text));
  for (const char* text : {"MY", "mz", "m", "mzx", "mzxw6y", "m1", "my======"})
    CHECK_FALSE(decoded(decode_base32, text));
  for (const char* text : {"6", "6g", "0x", " 66"}) CHECK_FALSE(decoded(decode_hex, text));
  CHECK(decoded(decode_hex, "fF") == "\xff");
}

TEST_CASE("a decoder refuses what its buffer cannot hold") {
  std::array<std::byte, 2> small;
  CHECK_FALSE(decode_hex("666f6f", small));
  CHECK_FALSE(decode_base64("Zm9v", small));
  CHECK(decode_base64("Zm8=", small) == 2);
}
