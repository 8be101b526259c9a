// SPDX-License-Identifier: Apache-2.0
// In-dialog requests: which call, which party, and the only way they may go.
#include "routing/in_dialog.h"

#include "sip/uri.h"
#include "transport/inbound.h"

namespace ringfence::routing {
namespace {

using pipeline::Drop;
using pipeline::Next;
using pipeline::Reply;
using pipeline::Verdict;

constexpr Reply kNoDialog{481, "Call/Transaction Does Not Exist"};

/// A party repeats its peer's Contact as it got it (RFC 3261 §12.2.1.1), so texts are equal nearly always.
bool is_target(std::string_view request_uri, std::string_view target) {
  if (request_uri == target) return true;
  const auto asked = sip::parse_uri(request_uri);
  const auto held = sip::parse_uri(target);
  return asked && held && sip::equivalent(*asked, *held);
}

}  // namespace

Verdict InDialog::on_request(const sip::Message& request, pipeline::Context& context) {
  const auto& inbound = transport::Inbound::of(context.packet);
  if (inbound.membership == transport::Membership::None)
    return refuse(request, context, Counter::NoToken, kNoDialog);
  if (inbound.membership == transport::Membership::Forged) {
    return refuse(request, context, Counter::ForgedToken, kNoDialog);
  }
  const auto id = calls_.find(call::Handle{inbound.call_handle});
  if (!id) return refuse(request, context, Counter::NoSuchCall, kNoDialog);

  const auto parties = parties_of(request, *calls_.get(*id));
  if (parties.sender == nullptr || parties.receiver == nullptr) {
    return refuse(request, context, Counter::NoSuchDialog, kNoDialog);
  }
  // Both parties and every hop between know the token: it does not say who speaks. The address must.
  if (context.packet->flow.remote.address != parties.sender->flow.remote.address) {
    return refuse(request, context, Counter::ForeignSource, kNoDialog);
  }
  if (net::is_stream(context.packet->flow.protocol)) {
    parties.sender->flow =
        context.packet->flow;  // a new connection from that address: nobody else can open one
  } else if (context.packet->flow == parties.sender->flow) {
    transport_.note_reachable(
        context.packet);  // the other party knows the token too, but a known flow is no claim of its
  }
  if (!is_target(request.request_uri(), parties.receiver->target.view())) {
    return refuse(request, context, Counter::ForeignTarget, {403, "Forbidden"});
  }
  context.dialog = {*id, parties.from};
  context.targets.add(parties.receiver->flow, {});
  return Next{};
}

InDialog::Parties InDialog::parties_of(const sip::Message& request, call::Call& call) {
  if (request.call_id() != call.call_id.view()) return {};
  if (request.from_tag() == call.caller.tag.view()) {
    return {&call.caller, calls_.callee(call, request.to_tag()), call::Side::Caller};
  }
  if (request.to_tag() == call.caller.tag.view()) {
    return {calls_.callee(call, request.from_tag()), &call.caller, call::Side::Callee};
  }
  return {};
}

Verdict InDialog::refuse(const sip::Message& request, const pipeline::Context& context, Counter why,
                         Reply reply) {
  counters_.add(why);
  // 481 tells a stranger that his request was understood: only those who are where they say hear it (DESIGN).
  if (request.method() == sip::Method::Ack || context.source() < net::SourceClass::Validated) return Drop{};
  return reply;
}

}  // namespace ringfence::routing
