// SPDX-License-Identifier: Apache-2.0
// Putting one shard together, ground floor first.
#include "app/serve/shard_parts.h"

#include "base/allocation_counter.h"
#include "pipeline/message_kinds.h"

namespace ringfence::app {
namespace {

using std::chrono::duration_cast;

/// A shard's part of a bound of the node.
std::size_t share_of(std::size_t bound, const Node& node) {
  return (bound + node.shards - 1) / node.shards;
}

transport::TransportOptions transport_options(const config::SipSettings& sip) {
  transport::TransportOptions options;
  options.limits.message = sip.max_message_tcp.bytes;
  options.datagram_limits.message = sip.max_message_udp.bytes;
  options.framing.message_bytes = sip.max_message_tcp.bytes;
  return options;
}

transaction::TimerTable timer_table(const config::TransactionSettings& settings) {
  return {.t1 = settings.t1, .t2 = settings.t2, .t4 = settings.t4};
}

transaction::LayerLimits layer_limits(const Node& node) {
  const auto each =
      std::min<std::size_t>(share_of(node.settings.limits.transactions, node), transport::BranchId::kMaxSlot);
  return {.servers = each, .clients = each};
}

call::CallLimits call_limits(const Node& node) {
  return {.calls = share_of(node.settings.limits.calls, node)};
}

/// Nonces in use: one for each account that registered or called within a nonce's life, a part of all
/// bindings.
std::size_t nonce_entries(const Node& node) {
  return share_of(node.settings.limits.bindings, node) / 4 + 1024;
}

// An address of record with as many contacts as the option allows is kept, listed in a 200 and called in
// full.
constexpr unsigned kMaxContacts = 10;  // the range of registrar.max_contacts
static_assert(kMaxContacts <= location::Bounds::contacts && kMaxContacts <= pipeline::Targets::kMax &&
              kMaxContacts <= pipeline::ReplyHeaders::kLines);

/// Requests that may wait for another shard, or hold targets for a later try, at once.
constexpr std::size_t kContexts = 8192;

}  // namespace

ShardParts::ShardParts(net::Shard& own, Node& node, net::FlowMap* kernel)
    : shard{own},
      bindings{node.location.partition(own.id())},
      admission{own,
                node.directory,
                {.sources = node.sources,
                 .kernel = kernel,
                 .trusted = node.settings.security.trusted_sources,
                 .promoted_per_shard = share_of(node.settings.limits.bindings, node)}},
      tokens{node.rings.tokens},
      ownership{node.seed, tokens, node.location},
      transport{own, node.transport_keys, ownership, transport_options(node.settings.sip)},
      layer{own, transport, timer_table(node.settings.transaction), layer_limits(node)},
      calls{own, node.seed, call_limits(node), node.metrics.shard(own.id())},
      runner{transport, layer, kContexts},
      nonce_counts{nonce_entries(node), node.digest_policy.nonce_lifetime, node.seed, node.born},
      authenticate{own,
                   transport,
                   runner,
                   node.directory,
                   node.location,
                   node.digest_policy,
                   node.nonces,
                   node.verifier,
                   nonce_counts,
                   {.emergency_without_credentials =
                        node.settings.emergency.unauthenticated == config::Permission::Allow}},
      in_dialog{calls, transport, routing_counters},
      emergency{node.settings.emergency.numbers, routing_counters},
      own_requests{own, node.directory},
      find_targets{own, node.directory, node.location, admission, routing_counters},
      registrar{own, node.directory, node.location, bindings, admission},
      core{own,
           transport,
           layer,
           runner,
           calls,
           tokens,
           node.metrics.shard(own.id()),
           {.node = node.settings.node.id,
            .seed = node.seed,
            .timer_c = node.settings.transaction.timer_c,
            .forwardings = share_of(node.settings.limits.transactions, node)}} {
  own.plug(transport, transport, admission);
  transport.plug(static_cast<transport::Receiver&>(layer));
  transport.plug(static_cast<transport::Evidence&>(admission));
  transport.plug(node.metrics.shard(own.id()));
  runner.plug(static_cast<pipeline::Proofs&>(admission));
  runner.set_steps(request_steps(*this));
  bindings.attach(own);
  if (base::counting_available()) shard.timers().arm(sample_timer_, shard.now());
  own.handle<&ShardParts::on_drop_bindings>(static_cast<std::uint8_t>(pipeline::MessageKind::DropBindings),
                                            *this);
}

void ShardParts::sample_allocations() {
  allocations.store(base::allocations_on_this_thread(), std::memory_order_relaxed);
  shard.timers().arm(sample_timer_, shard.now() + kSample);
}

void ShardParts::on_drop_bindings(net::ShardMessage& message) {
  auto answer = message.as<DropBindings>();
  answer.dropped = bindings.drop(*answer.aor);
  // A control thread that does not read its mail gets no answer; it asks again or reports a time-out.
  static_cast<void>(
      shard.post(shard.control(), net::ShardMessage::make(pipeline::MessageKind::Dropped, answer)));
}

}  // namespace ringfence::app
