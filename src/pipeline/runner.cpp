// SPDX-License-Identifier: Apache-2.0
// Steps in order, and what follows from their verdicts.
#include "pipeline/runner.h"

#include "transport/inbound.h"

namespace ringfence::pipeline {

using transport::message_of;

Runner::Runner(transport::Transport& transport, transaction::Layer& layer, std::size_t contexts)
    : transport_{transport}, layer_{layer}, contexts_{contexts} {
  layer_.plug(*this);
}

void Runner::on_new_request(net::PacketRef request) {
  counters_.add(Counter::Requests);
  ContextId id;
  Slot* context = contexts_.emplace(id, id, *this);
  if (context == nullptr) {
    counters_.add(Counter::ContextsFull);
    if (message_of(request).method() != sip::Method::Ack && request->source >= net::SourceClass::Validated) {
      transport_.answer(request, {.status = 503});
    }
    return;
  }
  context->packet = std::move(request);
  run(*context);
}

void Runner::resume(ContextId id, std::uint64_t answer) {
  Slot* context = contexts_.get(id);
  if (context == nullptr) return;
  counters_.add(Counter::Resumed);
  context->overdue.cancel();
  if (layer_.absorb(context->packet)) {  // a copy of the request overtook this one while it waited
    contexts_.erase(id);
    return;
  }
  context->answer = answer;
  context->answered = true;
  run(*context);
}

/// The answer was lost behind a full mailbox. The sender repeats his request, and asks again with it.
void Runner::give_up(Slot& slot) {
  slot.runner.counters_.add(Counter::WaitsLost);
  slot.runner.contexts_.erase(slot.id);
}

void Runner::run(Slot& context) {
  const sip::Message request = message_of(context.packet);
  for (; context.step < steps_.size(); ++context.step) {
    const StepRow& row = steps_[context.step];
    if (!row.applies(request, context)) continue;
    const Verdict verdict = row.step->on_request(request, context);
    if (std::holds_alternative<Next>(verdict)) continue;
    if (std::holds_alternative<Wait>(verdict)) {
      counters_.add(Counter::Waited);
      net::Shard& shard = transport_.shard();
      shard.timers().arm(context.overdue, shard.now() + kLongestWait);
      return;
    }
    if (const auto* answer = std::get_if<Reply>(&verdict)) {
      reply(context, *answer);
    } else {
      counters_.add(std::holds_alternative<Taken>(verdict) ? Counter::Taken : Counter::Dropped);
    }
    break;
  }
  if (!context.held) contexts_.erase(context.id);
}

/// Whether an answer needs a transaction that can send it again. A challenge never does: the client sends its
/// request again. A stream loses nothing. Others must have proven who they are, or strangers would fill the
/// table with refusals (RFC 3261 §8.2.7, DESIGN: no state before proof).
bool Runner::needs_transaction(const Context& context, const Reply& reply) {
  if (is_challenge(reply) || net::is_stream(context.packet->flow.protocol)) return false;
  return context.source() >= net::SourceClass::Known || context.identity.subscriber;
}

void Runner::reply(Context& context, const Reply& reply) {
  counters_.add(Counter::Replied);
  const sip::ResponseParts parts{
      .status = reply.status, .reason = reply.reason, .headers = context.reply_headers.lines()};
  if (!needs_transaction(context, reply)) {
    static_cast<void>(transport_.answer(context.packet, parts));
    return;
  }
  auto response = transport_.make_response(context.packet, parts);
  if (!response) return;  // counted there; no transaction without an answer
  if (const auto server = layer_.open(context.packet, kNoCookie))
    layer_.respond(*server, std::move(response));
}

void Runner::on_cancel(transaction::ServerId invite, std::uint64_t cookie, net::PacketRef cancel) {
  if (cookie != kNoCookie) owner_->on_cancel(invite, cookie, std::move(cancel));
}

void Runner::on_server_end(transaction::ServerId server, std::uint64_t cookie, transaction::ServerEnd why) {
  if (cookie != kNoCookie) owner_->on_server_end(server, cookie, why);
}

void Runner::on_response_not_sent(transaction::ServerId server, std::uint64_t cookie) {
  if (cookie != kNoCookie) owner_->on_response_not_sent(server, cookie);
}

void Runner::on_connection_closed(net::ConnectionId, const net::Flow& flow) {
  if (proofs_ != nullptr) proofs_->forget(flow);
}

}  // namespace ringfence::pipeline
