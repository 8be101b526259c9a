// SPDX-License-Identifier: Apache-2.0
// Layer: which side a message, a request of the user's or a failure belongs to.
#include "transaction/layer.h"

#include <utility>

#include "base/assert.h"
#include "transaction/own_message.h"

namespace ringfence::transaction {

namespace {

// The side that sent a packet, in the tag that comes back when it did not leave (see own_message.h for the
// rest).
constexpr std::uint64_t kServerTag = std::uint64_t{1} << 56;
constexpr std::uint64_t kClientTag = std::uint64_t{2} << 56;

}  // namespace

Layer::Layer(net::Shard& shard, transport::Transport& transport, const TimerTable& timers,
             const LayerLimits& limits)
    : transport_{transport},
      kept_{limits.kept_bytes},
      servers_{transport, timers, kept_, counters_, limits.servers, kServerTag},
      clients_{transport, timers, kept_, counters_, limits.clients, kClientTag} {
  RF_ASSERT(&transport.shard() == &shard && limits.servers <= transport::BranchId::kMaxSlot);
  transport_.plug(*this);
}

void Layer::on_request(net::PacketRef request) {
  const sip::Method method = transport::message_of(request).method();
  if (method == sip::Method::Cancel) return on_cancel(request);
  if (servers_.absorb(request)) return;
  if (method == sip::Method::Ack && transport_.is_our_stateless_tag(request)) {
    // It acknowledges an answer that left no state. That it knows the tag shows where it is.
    counters_.add(Counter::AcksAbsorbed);
    return transport_.note_reachable(request);
  }
  servers_.user().on_new_request(std::move(request));
}

void Layer::on_cancel(const net::PacketRef& cancel) {
  if (servers_.cancel(cancel)) return;
  if (cancel->source <= net::SourceClass::Unknown) return counters_.add(Counter::CancelsIgnored);
  counters_.add(Counter::CancelsUnmatched);
  (void)transport_.answer(cancel, {.status = 481});
}

void Layer::on_response(net::PacketRef response, const transport::BranchId& branch) {
  clients_.on_response(response, branch);
}

void Layer::on_send_failed(const net::Flow&, std::uint64_t tag) {
  const base::SlotId id = unpack(tag);
  if ((tag & kServerTag) != 0) servers_.on_not_sent(id);
  if ((tag & kClientTag) != 0) clients_.on_not_sent(id);
}

void Layer::on_connection_closed(net::ConnectionId connection, const net::Flow& flow) {
  servers_.user().on_connection_closed(connection, flow);
}

}  // namespace ringfence::transaction
