// SPDX-License-Identifier: Apache-2.0
// Any text as a challenge, as credentials and as Authentication-Info.
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/chars.h"
#include "sip/digest.h"

using namespace ringfence::sip;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)parse_authentication_info(text);
  if (const auto challenge = parse_challenge(text)) {
    RF_ASSERT(!challenge->nonce.empty());
    RF_ASSERT(!challenge->offers(DigestQop::Unknown));
  }
  const auto credentials = parse_credentials(text);
  if (!credentials) return 0;
  RF_ASSERT(consists_of(kHex, credentials->response));
  RF_ASSERT(credentials->qop == DigestQop::None || credentials->nc_text.size() == 8);
  std::string again = "Digest username=\"";
  again.append(credentials->username).append("\",realm=\"").append(credentials->realm);
  again.append("\",nonce=\"").append(credentials->nonce).append("\",uri=\"").append(credentials->uri);
  again.append("\",response=\"").append(credentials->response).append("\"");
  const auto reread = parse_credentials(again);
  RF_ASSERT(reread.has_value() && reread->username == credentials->username &&
            reread->uri == credentials->uri);
  return 0;
}
