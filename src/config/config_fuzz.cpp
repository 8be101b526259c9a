// SPDX-License-Identifier: Apache-2.0
// Any text as a configuration file: it is read or refused with a place, and what was read is read again the
// same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "config/configuration.h"

using ringfence::config::Configuration;
using ringfence::config::Layer;
using ringfence::config::Value;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text{reinterpret_cast<const char*>(data), size};
  const auto loaded = Configuration::load({"f", text, {}, {}});
  if (!loaded) {
    RF_ASSERT(!loaded.error().why.empty());
    return 0;
  }
  std::vector<std::string> sets;
  for (const Value& value : loaded->values()) {
    const bool derived =
        value.option->path == "sip.listen" && loaded->get("sip.port")->front()->layer != Layer::Default;
    if (value.layer == Layer::File && !derived)
      sets.push_back(std::string{value.option->path} + '=' + value.text());
  }
  const auto again = Configuration::load({{}, {}, {}, sets});
  RF_ASSERT(again.has_value());
  RF_ASSERT(again->settings() == loaded->settings());
  return 0;
}
