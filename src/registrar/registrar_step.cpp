// SPDX-License-Identifier: Apache-2.0
// From a request and its context to the registrar, and back to a verdict.
#include "registrar/registrar_step.h"

#include <algorithm>

#include "base/ascii.h"
#include "location/aor.h"

namespace ringfence::registrar {

RegistrarStep::RegistrarStep(net::Shard& shard, const directory::Directory& directory,
                             const location::Location& location, location::Partition& bindings,
                             pipeline::Proofs& proofs)
    : shard_{shard},
      directory_{directory},
      location_{location},
      proofs_{proofs},
      clock_{shard},
      registrar_{bindings, *this, clock_} {}

pipeline::Verdict RegistrarStep::on_request(const sip::Message& request, pipeline::Context& context) {
  const auto& now = directory_.snapshot();
  const auto* account = now.find(context.identity.subscriber);
  const auto* domain = now.find(context.identity.domain);
  const bool gone = account == nullptr || domain == nullptr || account->domain() != domain->id;
  if (gone || !is_for_us(request, *domain)) return pipeline::Reply{403, "Forbidden"};

  // §10.3 steps 4 and 5: only one's own address of record; to register for others is nobody's right.
  location::AorBuffer own_buffer;
  location::AorBuffer to_buffer;
  const auto own = location::make_aor(account->username(), domain->name, own_buffer);
  const auto uri = request.to().address();
  const auto to = uri ? location::canonical_aor(*uri, to_buffer) : std::nullopt;
  if (!own || !to || *own != *to || location_.owner_of(*own) != shard_.id())
    return pipeline::Reply{403, "Forbidden"};

  const net::Flow& flow = context.packet->flow;
  const bool neighbour = context.source() == net::SourceClass::Trusted;
  Flows before;
  collect_flows(*own, before);
  const Answer answer = registrar_.answer(request, {*own, flow, neighbour}, context.reply_headers);
  if (answer.flow_until) proofs_.know(flow, *answer.flow_until);
  release_flows(before, *own);
  return pipeline::Reply{answer.status, answer.reason};
}

void RegistrarStep::collect_flows(std::string_view aor, Flows& out) const {
  const auto* record = location_.find(aor);
  if (record == nullptr) return;
  for (const auto& binding : *record) {
    if (out.count < out.flows.size()) out.flows[out.count++] = binding.flow;
  }
}

void RegistrarStep::release_flows(const Flows& before, std::string_view aor) {
  if (before.count == 0) return;
  Flows now;
  collect_flows(aor, now);
  for (const net::Flow& flow : before.all()) {
    if (std::ranges::find(now.all(), flow) != now.all().end()) continue;
    proofs_.forget(flow);
    if (flow.connection) shard_.classify(flow.connection, net::SourceClass::Validated);
  }
}

/// §10.3 step 1: the Request-URI names a domain of ours, or the address the phone was given for us.
bool RegistrarStep::is_for_us(const sip::Message& request, const directory::Domain& own) const {
  const auto uri = sip::parse_uri(request.request_uri());
  if (!uri || !uri->is_sip()) return false;
  if (base::iequals(uri->host, own.name)) return true;  // nearly always: saves the look-up
  return directory_.snapshot().domain(uri->host) != nullptr || base::IpAddress::parse(uri->host).has_value();
}

bool RegistrarStep::is_ourselves(const sip::Uri& contact, const net::Flow& over) const {
  const auto address = base::IpAddress::parse(contact.host);
  if (!address) return directory_.snapshot().domain(contact.host) != nullptr;
  // A domain may be named by an address that phones share: on one machine only the port tells us apart.
  const std::uint16_t port =
      contact.port.value_or(contact.scheme == sip::Scheme::Sips ? sip::kSipsPort : sip::kSipPort);
  const base::Endpoint named{*address, port};
  return std::ranges::any_of(shard_.listeners(), [&](const net::Listener& listener) {
    const bool everywhere = listener.bound.address.is_unspecified();
    return listener.bound == named || listener.advertised == named ||
           (everywhere && listener.bound.port == port && *address == over.local);
  });
}

}  // namespace ringfence::registrar
