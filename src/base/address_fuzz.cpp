// SPDX-License-Identifier: Apache-2.0
// Any text as an address: what is accepted is written canonically, fits its room and is read back as itself.
#include <algorithm>
#include <array>

#include "base/address.h"
#include "base/assert.h"

using namespace ringfence::base;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto address = IpAddress::parse(text)) {
    RF_ASSERT(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; }));
    RF_ASSERT(IpAddress::parse(address->to_string()) == address);
    std::array<char, 41> written;
    const char* const end = address->write(written.data(), true);
    RF_ASSERT(end <= written.data() + written.size());
    RF_ASSERT(IpAddress::parse({written.data(), end}) == address);
  }
  if (const auto endpoint = Endpoint::parse(text)) {
    const std::string canonical = endpoint->to_string();
    RF_ASSERT(canonical.size() <= Endpoint::kMaxText);
    RF_ASSERT(Endpoint::parse(canonical) == endpoint);
  }
  return 0;
}
