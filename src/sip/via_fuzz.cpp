// SPDX-License-Identifier: Apache-2.0
// Any text as a Via: the plain form of what was read reads the same.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/via.h"

using namespace ringfence::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto via = parse_via(text);
  const auto sent_by = parse_via_sent_by(text);
  if (!via) return 0;
  RF_ASSERT(sent_by.has_value() && sent_by->host == via->host && sent_by->port == via->port);
  std::string again = "SIP/";
  again.append(via->version).append("/").append(via->transport).append(" ").append(via->host);
  if (via->port) again.append(":").append(std::to_string(*via->port));
  again.append(via->params);
  const auto reread = parse_via(again);
  RF_ASSERT(reread.has_value());
  RF_ASSERT(reread->host == via->host && reread->port == via->port && reread->branch == via->branch);
  RF_ASSERT(reread->transport == via->transport && reread->received == via->received &&
            reread->maddr == via->maddr);
  RF_ASSERT(reread->rport.present == via->rport.present && reread->rport.value == via->rport.value);
  RF_ASSERT(reread->ttl == via->ttl);
  return 0;
}
