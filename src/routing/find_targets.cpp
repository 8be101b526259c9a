// SPDX-License-Identifier: Apache-2.0
// From a Request-URI to the flows that lead to who is meant.
#include "routing/find_targets.h"

#include "base/text_writer.h"
#include "call/route_token.h"
#include "location/aor.h"
#include "routing/dialled_number.h"
#include "sip/uri.h"

namespace ringfence::routing {
namespace {

using pipeline::Next;
using pipeline::Reply;
using pipeline::Verdict;

/// What a subscriber or number is looked up by, unescaped: "a%20b" and "a b" are one user (RFC 3261 §19.1.4).
using UserBuffer = std::array<char, directory::kMaxUsername>;

constexpr std::size_t kLongestTarget = 512;  ///< a Request-URI of ours to a peer; a longer one is not sent

}  // namespace

Verdict FindTargets::on_request(const sip::Message& request, pipeline::Context& context) {
  NumberBuffer buffer;
  if (context.priority == pipeline::Priority::Emergency) {
    return to_default_peer(emergency_number(request, buffer), context);
  }
  Callee callee = find_callee(request, context, buffer);
  if (callee.subscriber != nullptr) return to_contacts(callee, context);
  if (callee.foreign) {
    counters_.add(Counter::ForeignDomain);
    return Reply{403, "Forbidden"};
  }
  const std::string_view there = name_beyond(callee, context);
  if (there.empty()) {
    counters_.add(Counter::NoSuchUser);
    return Reply{404, "Not Found"};
  }
  return to_default_peer(there, context);
}

/// What somebody who is nobody of ours is called at the default peer; empty when this caller may not ask for
/// him there. Whoever may reach our subscribers through us, peers and trusted gear, may not reach the
/// telephone network through us: that takes a subscriber, or a peer that the operator lets pass. The
/// default peer itself never passes: what it sends us for nobody of ours would go round in a ring.
std::string_view FindTargets::name_beyond(const Callee& callee, const pipeline::Context& context) const {
  if (callee.inactive) return {};
  if (context.identity.subscriber) return callee.number;
  const auto& snapshot = directory_.snapshot();
  const auto* peer = snapshot.peer(context.identity.peer);
  if (peer == nullptr || !peer->transit || peer->is_default) return {};
  return callee.number.empty() ? callee.user : callee.number;
}

/// The digits of an emergency call, and nothing else of its Request-URI: parameters could name another place
/// to a gateway (RFC 4694 rn, RFC 3966 phone-context). Empty for urn:service:sos, which goes on as it is.
std::string_view FindTargets::emergency_number(const sip::Message& request, NumberBuffer& buffer) {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri || uri->scheme == sip::Scheme::Urn) return {};
  return dialled_number(*uri, buffer).value_or(std::string_view{});
}

FindTargets::Callee FindTargets::find_callee(const sip::Message& request, const pipeline::Context& context,
                                             NumberBuffer& buffer) const {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri) return {.foreign = true};
  Callee callee;
  const auto& snapshot = directory_.snapshot();
  callee.domain = uri->is_sip() ? domain_of(*uri, context) : nullptr;
  callee.foreign = uri->is_sip() && callee.domain == nullptr && !is_own_address(*uri, context);
  if (callee.foreign) return callee;
  if (uri->is_sip()) callee.user = uri->user.substr(0, uri->user.find(';'));

  if (callee.domain != nullptr) {
    UserBuffer user_buffer;
    const auto user = sip::unescape(uri->user, user_buffer);
    callee.subscriber = user ? snapshot.subscriber(*user, *callee.domain) : nullptr;
  }
  if (const auto number = dialled_number(*uri, buffer)) {
    callee.number = *number;
    if (callee.subscriber == nullptr) callee.subscriber = snapshot.by_number(callee.number);
  }
  if (callee.subscriber != nullptr) {
    callee.inactive = snapshot.effective_state(*callee.subscriber) != directory::State::Active;
    if (callee.domain == nullptr || callee.domain->id != callee.subscriber->domain())
      callee.domain = snapshot.domain(callee.subscriber->domain());  // a number leads to any of our domains
    if (callee.inactive) callee.subscriber = nullptr;
  }
  return callee;
}

/// The domain that is asked for. A phone may dial our address: it then means its own domain.
const directory::Domain* FindTargets::domain_of(const sip::Uri& uri, const pipeline::Context& context) const {
  const auto& snapshot = directory_.snapshot();
  if (const auto* domain = snapshot.domain(uri.host)) return domain;
  if (!context.identity.domain || !is_own_address(uri, context)) return nullptr;
  return snapshot.find(context.identity.domain);
}

bool FindTargets::is_own_address(const sip::Uri& uri, const pipeline::Context& context) const {
  const auto host = base::IpAddress::parse(uri.host);
  return host && *host == call::own_address(shard_, context.packet->flow).address;
}

Verdict FindTargets::to_contacts(const Callee& callee, pipeline::Context& context) {
  location::AorBuffer buffer;
  const auto aor = location::make_aor(callee.subscriber->username(), callee.domain->name, buffer);
  const auto* record = aor ? location_.find(*aor) : nullptr;
  if (record != nullptr) {
    for (const auto& binding : *record) {
      if (!binding.live(shard_.now())) continue;
      if (const auto way = way_to(binding)) context.targets.add(*way, binding.contact, binding.q);
    }
  }
  if (context.targets.empty()) {
    counters_.add(Counter::NotRegistered);
    return Reply{480, "Temporarily Unavailable"};
  }
  counters_.add(Counter::ToContacts);
  return Next{};
}

/// Where a contact's packets go: the flow it registered over. A connection that is gone can be opened anew
/// when the contact names the very address that registered, at the port it says; any other host of a contact
/// is only a claim.
std::optional<net::Flow> FindTargets::way_to(const location::Binding& binding) const {
  const auto listeners = shard_.listeners();
  const auto listener = binding.flow.listener;
  if (listener >= listeners.size() || listeners[listener].protocol != binding.flow.protocol) {
    return std::nullopt;  // it came back from the journal of a node whose listeners were others: until it
                          // registers again
  }
  if (!net::is_stream(binding.flow.protocol) || proofs_.is_known(binding.flow)) return binding.flow;
  const auto contact = sip::parse_uri(binding.contact);
  const auto host = contact ? base::IpAddress::parse(contact->host) : std::nullopt;
  if (!host || *host != binding.flow.remote.address) return std::nullopt;
  net::Flow anew = binding.flow;
  anew.connection = {};
  anew.remote.port = contact->port.value_or(sip::kSipPort);
  return anew;
}

/// @param user  whom to call there, as the URI writes it; empty leaves the Request-URI as the caller wrote it
Verdict FindTargets::to_default_peer(std::string_view user, pipeline::Context& context) {
  const auto* peer = directory_.snapshot().default_peer();
  if (peer == nullptr) {
    counters_.add(Counter::NoSuchUser);
    return Reply{404, "Not Found"};
  }
  const auto flow = egress_.to(peer->address, peer->protocol);
  std::array<char, kLongestTarget> uri;
  base::TextWriter out{uri};
  if (!user.empty()) {
    std::array<char, base::Endpoint::kMaxText> address;
    out.append("sip:");
    out.append(user);
    out.append('@');
    out.append(std::string_view{address.data(), peer->address.write(address.data())});
    if (peer->protocol == net::Protocol::Tcp) out.append(";transport=tcp");
  }
  if (!flow || out.overflowed() || !context.targets.add(*flow, out.view(), 1000, true)) {
    counters_.add(Counter::NoSuchUser);
    return Reply{503, "Service Unavailable"};
  }
  counters_.add(Counter::ToPeer);
  return Next{};
}

}  // namespace ringfence::routing
