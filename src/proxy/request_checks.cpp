// SPDX-License-Identifier: Apache-2.0
// Hops and required extensions.
#include "proxy/request_checks.h"

namespace ringfence::proxy {

using pipeline::Drop;
using pipeline::Next;
using pipeline::Reply;

pipeline::Verdict RequestChecks::on_request(const sip::Message& request, pipeline::Context& context) {
  const bool ack = request.method() == sip::Method::Ack;
  if (ack && request.to_tag().empty()) return Drop{};
  if (const auto hops = request.max_forwards(); hops && *hops == 0) {
    if (ack) return Drop{};
    return Reply{483, "Too Many Hops"};
  }
  if (request.has(sip::HeaderId::ProxyRequire) && !ack) {
    for (const auto row : request.rows(sip::HeaderId::ProxyRequire)) {
      // We have no such extension: all that is asked for is unsupported (§16.3 check 5).
      if (!context.reply_headers.add(sip::HeaderId::Unsupported, row.value)) break;
    }
    return Reply{420, "Bad Extension"};
  }
  return Next{};
}

}  // namespace ringfence::proxy
