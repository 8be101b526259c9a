// SPDX-License-Identifier: Apache-2.0
// What this node can do, told to those who have proven themselves.
#include "routing/own_requests.h"

#include "call/route_token.h"
#include "sip/uri.h"

namespace ringfence::routing {
namespace {

using pipeline::Drop;
using pipeline::Next;
using pipeline::Reply;
using sip::HeaderId;

Reply tell_abilities(pipeline::ReplyHeaders& headers) {
  const bool complete =
      headers.add(HeaderId::Allow,
                  "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, PRACK, UPDATE, INFO, MESSAGE, REFER") &&
      headers.add(HeaderId::Accept, "application/sdp");
  return complete ? Reply{200, {}} : Reply{500, {}};
}

/// RFC 3261 §21.4.6: Allow says what this very address takes.
Reply refuse_method(pipeline::ReplyHeaders& headers) {
  return headers.add(HeaderId::Allow, "OPTIONS, REGISTER") ? Reply{405, {}} : Reply{500, {}};
}

}  // namespace

bool OwnRequests::is_ours(const sip::Message& request, const pipeline::Context& context) const {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri || !uri->is_sip() || !uri->user.empty()) return false;
  if (directory_.snapshot().domain(uri->host) != nullptr) return true;
  const auto address = base::IpAddress::parse(uri->host);
  return address && base::Endpoint{*address, uri->port.value_or(sip::kSipPort)} ==
                        call::own_address(shard_, context.packet->flow);
}

pipeline::Verdict OwnRequests::on_request(const sip::Message& request, pipeline::Context& context) {
  if (!is_ours(request, context)) return Next{};
  if (context.source() < net::SourceClass::Validated) return Drop{};
  if (request.method() == sip::Method::Options) return tell_abilities(context.reply_headers);
  if (request.method() == sip::Method::Unknown) return Reply{501, {}};
  return refuse_method(context.reply_headers);
}

}  // namespace ringfence::routing
