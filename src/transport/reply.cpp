// SPDX-License-Identifier: Apache-2.0
// The way out: where responses go, what our Via says, and how much a stranger may hear.
#include <array>
#include <utility>

#include "base/ascii.h"
#include "base/text_writer.h"
#include "transport/transport.h"

namespace ringfence::transport {

namespace {

constexpr std::array kCounterOfVerdict = {Counter::kCount, Counter::BudgetTooBig, Counter::BudgetAddressSpent,
                                          Counter::BudgetGlobalSpent, Counter::BudgetTableFull};

/// Does sent-by name the very address the request came from? A name never does (§18.2.1).
bool names_source(const sip::Via& via, const base::IpAddress& source) {
  const auto host = base::IpAddress::parse(via.host);
  return host && *host == source;
}

void append_address(base::TextWriter& out, const base::IpAddress& address, bool brackets) {
  char text[41];
  const char* const end = address.write(text, brackets);
  out.append({text, static_cast<std::size_t>(end - text)});
}

}  // namespace

net::Flow Transport::reply_flow(const net::PacketRef& request) {
  net::Flow flow = request->flow;
  // A stream is answered where it asked. We do not connect back when it is gone: a phone behind NAT could not
  // be reached, and a stranger must not make us knock at ports of his choice.
  if (net::is_stream(flow.protocol)) return flow;
  const sip::Via via = message_of(request).top_via();
  // §18.2.2 would have us send to `maddr`. It is how a stranger aims our answers at somebody else (reference
  // A-17), and multicast SIP is not spoken on the networks we serve: it is ignored, and so is a `received`
  // that the sender wrote.
  if (!via.rport.present) flow.remote.port = via.port.value_or(sip::kSipPort);
  return flow;
}

net::PacketRef Transport::make_packet(std::string_view text, const net::Flow& flow) {
  net::PacketRef packet = shard_.packets().take(text.size());
  if (!packet) {
    counters_.add(Counter::NotBuilt);
    return packet;
  }
  text.copy(packet->data(), text.size());
  packet->size = static_cast<std::uint32_t>(text.size());
  packet->flow = flow;
  return packet;
}

net::PacketRef Transport::make_response(const net::PacketRef& request, sip::ResponseParts parts) {
  const sip::Message message = message_of(request);
  const sip::Via via = message.top_via();
  const base::Endpoint& source = request->flow.remote;

  char received[39];
  if (via.rport.present || !names_source(via, source.address)) {
    const char* const end = source.address.write(received, false);
    parts.received = {received, static_cast<std::size_t>(end - received)};
  }
  if (via.rport.present) parts.rport = source.port;

  StatelessTags::Tag tag;
  if (parts.to_tag.empty() && parts.status > 100 && message.to_tag().empty()) {
    tag = stateless_to_tag(request);
    parts.to_tag = {tag.data(), tag.size()};
  }

  // Nearly all responses fit a small packet; large ones are few, and no size tells beforehand.
  for (const std::size_t room : {net::PacketPool::kSmallBytes, net::PacketPool::kLargeBytes}) {
    net::PacketRef response = shard_.packets().take(room);
    if (!response) break;
    const auto size = sip::build_response(message, parts, response.room());
    if (size) {
      response->size = static_cast<std::uint32_t>(*size);
      response->flow = reply_flow(request);
      return response;
    }
    if (size.error() != sip::BuildError::NoRoom) break;
  }
  counters_.add(Counter::NotBuilt);
  return {};
}

bool Transport::answer(const net::PacketRef& request, const sip::ResponseParts& parts) {
  net::PacketRef response = make_response(request, parts);
  if (!response) return false;
  const bool stranger =
      request->source <= net::SourceClass::Unknown && !net::is_stream(request->flow.protocol);
  if (stranger && response->size > request->size && !may_answer_stranger(request, response->size))
    return false;
  send(std::move(response));
  return true;
}

bool Transport::may_answer_stranger(const net::PacketRef& request, std::size_t reply_bytes) {
  const ReplyVerdict verdict =
      budget_.spend(request->flow.remote.address, request->size, reply_bytes, shard_.now());
  if (verdict == ReplyVerdict::Allowed) return true;
  counters_.add(kCounterOfVerdict[static_cast<std::size_t>(verdict)]);
  return false;
}

StatelessTags::Tag Transport::stateless_to_tag(const net::PacketRef& request) const {
  return keys_.tags.tag_for(message_of(request), request->flow.remote.address, shard_.now());
}

bool Transport::is_our_stateless_tag(const net::PacketRef& ack) const {
  return keys_.tags.is_ours(message_of(ack), ack->flow.remote.address, shard_.now());
}

void Transport::note_reachable(const net::PacketRef& message) {
  if (message->source > net::SourceClass::Unknown) return;
  message->source = net::SourceClass::Validated;
  counters_.add(Counter::ProofsSeen);
  if (evidence_ != nullptr) evidence_->on_reachable(message->flow);
}

std::size_t Transport::write_via(std::span<char> out, const net::Flow& flow, const BranchId& branch) const {
  if (flow.listener >= shard_.listeners().size()) return 0;
  const base::Endpoint& advertised = shard_.listeners()[flow.listener].advertised;
  const base::IpAddress& address = advertised.address.is_unspecified() ? flow.local : advertised.address;
  char text[BranchCodec::kSize];
  keys_.branches.write(text, branch);

  base::TextWriter via{out};
  via.append("SIP/2.0/").append(net::name_of(flow.protocol)).append(' ');
  append_address(via, address, true);
  via.append(':')
      .append_decimal(advertised.port)
      .append(";branch=")
      .append({text, sizeof text})
      .append(";rport");
  return via.overflowed() ? 0 : via.size();
}

std::size_t Transport::stamp_via(std::span<char> out, const net::PacketRef& request) {
  const sip::Via via = message_of(request).top_via();
  const base::Endpoint& source = request->flow.remote;
  // A `received` of the sender's own making goes too, or the next hop's answer would be sent where it says.
  if (!via.rport.present && via.received.empty() && names_source(via, source.address)) return 0;

  base::TextWriter stamped{out};
  stamped.append(via.text.substr(0, via.text.size() - via.params.size()));
  for (const sip::Param& param : via.all_params()) {
    if (base::iequals(param.name, "received") || base::iequals(param.name, "rport")) continue;
    stamped.append(';').append(param.name);
    if (!param.has_value) continue;
    stamped.append('=');
    if (param.quoted) stamped.append('"');
    stamped.append(param.value);
    if (param.quoted) stamped.append('"');
  }
  stamped.append(";received=");
  append_address(stamped, source.address, false);
  if (via.rport.present) stamped.append(";rport=").append_decimal(source.port);
  return stamped.overflowed() ? 0 : stamped.size();
}

}  // namespace ringfence::transport
