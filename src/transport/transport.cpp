// SPDX-License-Identifier: Apache-2.0
// The way in: parse once, refuse what is malformed, find the owner, hand over or deliver.
#include "transport/transport.h"

#include <cstring>
#include <utility>

#include "base/assert.h"
#include "sip/check.h"

namespace ringfence::transport {

namespace {

constexpr std::string_view kPong = "\r\n";
constexpr std::string_view kPing = "\r\n\r\n";

bool only_line_ends(std::string_view text) {
  return text.find_first_not_of("\r\n") == std::string_view::npos;
}

bool is_unproven(const net::PacketRef& packet) {
  return packet->source <= net::SourceClass::Unknown && !net::is_stream(packet->flow.protocol);
}

/// The parser and the framer read another end into the same bytes. Somebody may be hiding a request in a
/// body, so nothing behind it is believed either.
bool framing_in_doubt(const sip::Message& message) {
  return message.surplus() != 0 || message.error() == sip::ParseError::BodyTooShort ||
         message.error() == sip::ParseError::BareLineEnd;
}

}  // namespace

Transport::Transport(net::Shard& shard, const NodeKeys& keys, Ownership& ownership,
                     const TransportOptions& options)
    : shard_{shard},
      keys_{keys},
      ownership_{ownership},
      options_{options},
      budget_{keys.seed, ReplyBudget::share_of(options.strangers, shard.shards())} {
  shard_.handle<&Transport::on_handed_over>(static_cast<std::uint8_t>(net::MessageKind::Packet), *this);
}

// --- net::Framer ---

net::Framer::Frame Transport::frame(std::string_view bytes, std::size_t seen) {
  const FrameResult result = frame_stream(bytes, seen, options_.framing);
  switch (result.kind) {
    case FrameKind::NeedMore:
      return {Frame::NeedMore, result.size};
    case FrameKind::Between:
      return {Frame::NeedMore, 0, false};
    case FrameKind::Ping:
    case FrameKind::Skip:
      return {Frame::Skip, result.size};
    case FrameKind::Message:
      return {Frame::Message, result.size};
    case FrameKind::Unframeable:
    case FrameKind::TooLarge:
    case FrameKind::Broken:
      break;
  }
  return {Frame::Broken, 0};
}

void Transport::on_skipped(const net::Flow& flow, std::string_view bytes) {
  if (bytes != kPing) return;
  counters_.add(Counter::KeepAlives);
  if (net::PacketRef pong = make_packet(kPong, flow)) send(std::move(pong));
}

/// A stream that cannot go on. What was asked is still answered as far as it can be read (§18.3): 513 above
/// the cap, else what its defect asks for, and 400 without a Content-Length. Then net closes it.
void Transport::on_broken(const net::Flow& flow, std::string_view bytes) {
  counters_.add(Counter::Unframeable);
  const FrameResult result = frame_stream(bytes, 0, options_.framing);
  const bool incomplete = result.kind == FrameKind::NeedMore;
  if (result.kind == FrameKind::Message || (result.size == 0 && !incomplete)) return;
  net::PacketRef packet = make_packet(incomplete ? bytes : bytes.substr(0, result.size), flow);
  if (!packet) return;
  packet->source = net::SourceClass::Validated;
  const sip::Message message = read_message(packet);
  if (!message.is_request()) return;
  if (result.kind == FrameKind::TooLarge) return refuse(packet, 513, "Message Too Large");
  const auto defect = sip::check_request(message, limits_of(packet));
  if (defect && defect->status != 0) return refuse(packet, defect->status, defect->reason);
  refuse(packet, 400, incomplete ? "Incomplete Message" : "Missing Content-Length");
}

// --- net::PacketSink ---

void Transport::on_packet(net::PacketRef packet) {
  if (only_line_ends(packet.text()))
    return counters_.add(Counter::KeepAlives);  // RFC 5626 §4.4.1: not for UDP
  const sip::Message message = read_message(packet);
  if (message.is_request()) return on_parsed_request(std::move(packet));
  if (message.is_response()) return on_parsed_response(std::move(packet));
  counters_.add(Counter::Malformed);
  counters_.add(Counter::MalformedSilent);
  close_if_stream(packet);
}

const sip::Limits& Transport::limits_of(const net::PacketRef& packet) const {
  return net::is_stream(packet->flow.protocol) ? options_.limits : options_.datagram_limits;
}

sip::Message Transport::read_message(const net::PacketRef& packet) {
  Inbound& inbound = Inbound::begin(packet);
  counters_.add(Counter::Parsed);
  (void)sip::parse(packet.text(), inbound.index, limits_of(packet));  // the index keeps the defect
  return message_of(packet);
}

void Transport::on_parsed_request(net::PacketRef packet) {
  const sip::Message message = message_of(packet);
  if (const auto defect = sip::check_request(message, limits_of(packet))) {
    refuse(packet, defect->status, defect->reason);
    if (framing_in_doubt(message)) close_if_stream(packet);
    return;
  }
  if (!discard_surplus(packet)) return;
  const net::ShardId owner = ownership_.owner_of_request(message, Inbound::of(packet), shard_);
  hand_to(owner, std::move(packet));
}

void Transport::on_parsed_response(net::PacketRef packet) {
  const sip::Message message = message_of(packet);
  if (sip::check_response(message, limits_of(packet))) {
    counters_.add(Counter::Malformed);
    counters_.add(Counter::MalformedSilent);  // a response is never answered
    if (framing_in_doubt(message)) close_if_stream(packet);
    return;
  }
  if (!discard_surplus(packet)) return;
  const auto branch = keys_.branches.read(message.branch());
  if (!branch) return counters_.add(Counter::ForeignBranch);
  if (branch->node != keys_.branches.node() || branch->shard >= shard_.shards()) {
    return counters_.add(Counter::OtherNodeBranch);
  }
  Inbound::of(packet).branch = *branch;
  hand_to(branch->shard, std::move(packet));
}

/// Cuts a datagram to its Content-Length (§18.3). On a stream surplus means that the parser and the framer
/// disagree.
bool Transport::discard_surplus(const net::PacketRef& packet) {
  const sip::Message message = message_of(packet);
  if (message.surplus() == 0) return true;
  if (net::is_stream(packet->flow.protocol)) {
    counters_.add(Counter::Malformed);
    counters_.add(Counter::MalformedSilent);
    close_if_stream(packet);
    return false;
  }
  counters_.add(Counter::SurplusDiscarded);
  packet->size = static_cast<std::uint32_t>(message.text().size());
  return true;
}

void Transport::refuse(const net::PacketRef& packet, std::uint16_t status, std::string_view reason) {
  counters_.add(Counter::Malformed);
  if (status == 0 || !sip::can_answer(message_of(packet)) || !send_refusal(packet, status, reason)) {
    counters_.add(Counter::MalformedSilent);
    return;
  }
  counters_.add(Counter::MalformedAnswered);
}

bool Transport::send_refusal(const net::PacketRef& packet, std::uint16_t status, std::string_view reason) {
  net::PacketRef response = make_response(packet, {.status = status, .reason = reason});
  if (!response) return false;
  // Garbage from a stranger always costs budget, even when the answer is smaller: nothing is owed to it.
  if (is_unproven(packet) && !may_answer_stranger(packet, response->size)) return false;
  send(std::move(response));
  return true;
}

void Transport::close_if_stream(const net::PacketRef& packet) {
  if (packet->flow.connection) shard_.close(packet->flow.connection);
}

// --- ownership ---

void Transport::hand_to(net::ShardId owner, net::PacketRef packet) {
  if (owner == shard_.id()) return deliver(std::move(packet));
  RF_ASSERT(owner < shard_.shards());
  if (!shard_.post(owner, net::ShardMessage::of(net::MessageKind::Packet, std::move(packet)))) {
    return counters_.add(Counter::HandOverRefused);
  }
  counters_.add(Counter::HandedOver);
}

void Transport::on_handed_over(net::ShardMessage& message) {
  deliver(std::move(message.packet));
}

// The labels of requests by method stand in the order of sip::Method.
static_assert(observe::kMethodLabels.size() == static_cast<std::size_t>(sip::Method::Update) + 1 &&
              observe::kMethodLabels[static_cast<std::size_t>(sip::Method::Invite)] == "INVITE" &&
              observe::kMethodLabels[static_cast<std::size_t>(sip::Method::Update)] == "UPDATE");

void Transport::deliver(net::PacketRef packet) {
  const Inbound& inbound = Inbound::of(packet);
  if (inbound.index.kind == sip::MessageIndex::Kind::Request) {
    counters_.add(Counter::Requests);
    if (metrics_ != nullptr) metrics_->add({observe::Metric::SipRequests, inbound.index.method});
    receiver_->on_request(std::move(packet));
  } else {
    counters_.add(Counter::Responses);
    if (metrics_ != nullptr) {
      metrics_->add({observe::Metric::SipResponses, observe::status_class(inbound.index.status)});
    }
    const BranchId branch = inbound.branch;
    receiver_->on_response(std::move(packet), branch);
  }
}

void Transport::on_send_failed(const net::Flow& flow, std::uint64_t tag) {
  receiver_->on_send_failed(flow, tag);
}

void Transport::on_connection_closed(net::ConnectionId connection, const net::Flow& flow) {
  receiver_->on_connection_closed(connection, flow);
}

void Transport::on_turn_end() {
  receiver_->on_turn_end();
}

}  // namespace ringfence::transport
