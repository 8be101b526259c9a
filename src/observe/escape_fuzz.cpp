// SPDX-License-Identifier: Apache-2.0
// Any bytes as a log value: one line, one value, no control byte, and quotes only around it.
#include <array>
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "observe/escape.h"

using namespace ringfence;

namespace {

void check_quoted(std::string_view value) {
  RF_ASSERT(value.size() >= 2 && value.front() == '"' && value.back() == '"');
  bool escaped = false;
  for (const char c : value.substr(1, value.size() - 2)) {
    const auto byte = static_cast<unsigned char>(c);
    RF_ASSERT(byte >= 0x20 && byte != 0x7f);
    RF_ASSERT(c != '"' || escaped);
    escaped = c == '\\' && !escaped;
  }
  RF_ASSERT(!escaped);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  static std::array<char, std::size_t{64} * 1024> buffer;
  base::TextWriter json{buffer};
  observe::append_json_string(json, text);
  if (!json.overflowed()) check_quoted(json.view());

  base::TextWriter plain{buffer};
  observe::append_text_value(plain, text);
  if (plain.overflowed()) return 0;
  if (plain.view().front() == '"') {
    check_quoted(plain.view());
  } else {
    RF_ASSERT(plain.view() == text);
    RF_ASSERT(text.find_first_of(" =\"\\\r\n\t\x1b") == text.npos);
  }
  return 0;
}
