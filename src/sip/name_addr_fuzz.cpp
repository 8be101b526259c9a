// SPDX-License-Identifier: Apache-2.0
// Any text as an address: what was read, written down again, reads the same.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/identity.h"
#include "sip/name_addr.h"

using namespace ringfence::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)parse_contact(text);
  (void)parse_remote_party(text);
  (void)parse_diversion(text);
  (void)parse_history_info(text);
  (void)parse_identity(text);
  const auto address = parse_name_addr(text);
  if (!address) return 0;
  std::string again;
  if (address->display_quoted) again.append("\"").append(address->display).append("\" ");
  if (!address->display_quoted) again.append(address->display).append(" ");
  again.append("<").append(address->uri).append(">").append(address->params);
  const auto reread = parse_name_addr(again);
  RF_ASSERT(reread.has_value());
  RF_ASSERT(reread->display == address->display && reread->uri == address->uri &&
            reread->tag == address->tag);
  RF_ASSERT(address->tag.empty() || address->all_params().value("tag") == address->tag);
  std::size_t params = 0;
  for (const Param& param : address->all_params()) {
    RF_ASSERT(!param.name.empty());
    ++params;
  }
  RF_ASSERT(params == 0 || !address->params.empty());
  return 0;
}
