// SPDX-License-Identifier: Apache-2.0
// What this node can do, told to those who have proven themselves.
#include "routing/own_options.h"

#include "call/route_token.h"
#include "sip/uri.h"

namespace ringfence::routing {
using pipeline::Drop;
using pipeline::Next;
using pipeline::Reply;

pipeline::Verdict OwnOptions::on_request(const sip::Message& request, pipeline::Context& context) {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri || !uri->is_sip() || !uri->user.empty()) return Next{};
  const auto address = base::IpAddress::parse(uri->host);
  const bool ours = address ? base::Endpoint{*address, uri->port.value_or(sip::kSipPort)} ==
                                  call::own_address(shard_, context.packet->flow)
                            : directory_.snapshot().domain(uri->host) != nullptr;
  if (!ours) return Next{};
  if (context.source() < net::SourceClass::Validated) return Drop{};

  using sip::HeaderId;
  auto& headers = context.reply_headers;
  const bool complete =
      headers.add(HeaderId::Allow,
                  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, MESSAGE, REFER") &&
      headers.add(HeaderId::Accept, "application/sdp");
  return complete ? Reply{200, {}} : Reply{500, {}};
}

}  // namespace ringfence::routing
