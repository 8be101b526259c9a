// SPDX-License-Identifier: Apache-2.0
// What responses tell about the call: who answered, from where, and when a dialog is over.
#include <array>

#include "base/text_writer.h"
#include "call/route_token.h"
#include "proxy/core.h"
#include "sip/name_addr.h"
#include "transport/inbound.h"

namespace ringfence::proxy {
namespace {

using sip::HeaderId;
using transport::message_of;

std::string_view contact_uri(const sip::Message& message) {
  for (const auto value : message.values(HeaderId::Contact)) {
    const auto address = sip::parse_name_addr(value);
    return address ? address->uri : std::string_view{};
  }
  return {};
}

/// The Record-Route values that hops behind us added, in the order in which a Route visits them from here:
/// the reverse of how they stand above ours (RFC 3261 §12.1.1).
std::string_view routes_beyond_us(const sip::Message& response, std::span<char> room) {
  constexpr std::size_t kMaxHops = 16;
  std::array<std::string_view, kMaxHops> hops;
  std::size_t count = 0;
  for (const auto value : response.values(HeaderId::RecordRoute)) {
    if (call::token_of(value)) break;  // ours; what follows lies before us
    if (count == kMaxHops) return {};
    hops[count++] = value;
  }
  base::TextWriter out{room};
  while (count > 0) {
    if (out.size() > 0) out.append(", ");
    out.append(hops[--count]);
  }
  return out.overflowed() ? std::string_view{} : out.view();
}

}  // namespace

/// A response above 100 to the INVITE of a new call names a dialog by its To-tag (§12.1).
void Core::learn_callee(Forwarding& forwarding, const Branch& branch, const sip::Message& response) {
  if (!forwarding.initial || !forwarding.call || response.to_tag().empty()) return;
  call::Call* call = calls_.get(forwarding.call);
  if (call == nullptr) return;
  call::Leg* leg = calls_.add_callee(*call, response.to_tag(), branch.flow);
  if (leg == nullptr) {
    counters_.add(Counter::AtBound);
    return;
  }
  const bool final = response.status() >= 200;
  if (leg->confirmed && final) return;  // a retransmission
  const auto contact = contact_uri(response);
  if (!contact.empty() && !calls_.set_target(*leg, contact)) counters_.add(Counter::AtBound);
  if (leg->routes.empty()) {
    std::array<char, 2048> room;
    if (!calls_.set_routes(*leg, routes_beyond_us(response, room))) counters_.add(Counter::AtBound);
  }
  leg->confirmed = final;
}

/// A 2xx to re-INVITE or UPDATE moves both targets (§12.2.1.2, §12.2.2; RFC 3311 §5.1).
void Core::refresh_targets(const Forwarding& forwarding, const sip::Message& response) {
  const bool target_refresh =
      forwarding.method == sip::Method::Invite || forwarding.method == sip::Method::Update;
  if (forwarding.initial || !target_refresh) return;
  call::Call* call = calls_.get(forwarding.call);
  const auto request = layer_.packet_of(forwarding.server);
  if (call == nullptr || !request) return;
  const bool from_caller = forwarding.from == call::Side::Caller;
  call::Leg* callee = calls_.callee(*call, from_caller ? response.to_tag() : response.from_tag());
  if (callee == nullptr) return;
  call::Leg& sender = from_caller ? call->caller : *callee;
  call::Leg& answerer = from_caller ? *callee : call->caller;
  const auto asked_from = contact_uri(message_of(request));
  const auto answered_from = contact_uri(response);
  sender.flow = transport_.reply_flow(request);  // a target refresh moves the packets' way as well
  if ((!asked_from.empty() && !calls_.set_target(sender, asked_from)) ||
      (!answered_from.empty() && !calls_.set_target(answerer, answered_from))) {
    counters_.add(Counter::AtBound);
  }
}

/// A dialog ends with the answer to its BYE, whatever that is, and when a party says that it knows nothing of
/// it (§12.2.1.2, §15.1.1).
void Core::end_dialog_after(const Forwarding& forwarding, std::uint16_t status) {
  if (forwarding.initial || !forwarding.call || status < 200) return;
  const bool gone = forwarding.method == sip::Method::Bye ||
                    (status == 481 &&
                     (forwarding.method == sip::Method::Invite || forwarding.method == sip::Method::Update));
  if (!gone) return;
  const auto request = layer_.packet_of(forwarding.server);
  if (!request) return;
  const auto message = message_of(request);
  const bool from_caller = forwarding.from == call::Side::Caller;
  if (calls_.end_dialog(forwarding.call, from_caller ? message.to_tag() : message.from_tag())) {
    counters_.add(Counter::CallsEnded);
  }
}

}  // namespace ringfence::proxy
