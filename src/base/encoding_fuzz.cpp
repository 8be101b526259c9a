// SPDX-License-Identifier: Apache-2.0
// Any text to each decoder: what is accepted is exactly what the encoder writes (hex: but for the case of
// letters).
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/assert.h"
#include "base/encoding.h"

using namespace ringfence::base;

namespace {

template <class Decode, class Encode>
void check(std::string_view text, Decode decode, Encode encode) {
  std::vector<std::byte> bytes(text.size());
  const auto count = decode(text, bytes);
  if (!count) return;
  std::string again(text.size() + 4, '\0');
  again.resize(encode(Bytes{bytes}.first(*count), again));
  RF_ASSERT(iequals(again, text));
  if (decode != decode_hex) RF_ASSERT(again == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check(text, decode_hex, encode_hex);
  check(text, decode_base64, encode_base64);
  check(text, decode_base64url, encode_base64url);
  check(text, decode_base32, encode_base32);
  return 0;
}
