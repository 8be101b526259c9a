// SPDX-License-Identifier: Apache-2.0
// Responses on their way back (RFC 3261 §16.7), failures that stand for one (§16.8, §16.9) and CANCEL
// (§16.10).
#include <algorithm>
#include <utility>

#include "proxy/best_response.h"
#include "proxy/claimed_identities.h"
#include "proxy/core.h"
#include "sip/builder.h"
#include "sip/edits.h"
#include "transport/inbound.h"

namespace ringfence::proxy {
namespace {

using sip::HeaderId;
using transport::message_of;

/// How often Timer C may be set again by ringing: a phone that says 180 for ever holds a call's place.
constexpr int kLongestRinging = 4;

base::SlotId from_cookie(std::uint64_t cookie) {
  return {static_cast<std::uint32_t>(cookie), static_cast<std::uint32_t>(cookie >> 32)};
}

/// What a branch that brought no final response counts as. A phone that cannot be reached is not a fault of
/// ours (480); a peer that cannot be is as if it had said 503 (§16.9).
std::uint16_t stands_for(transaction::ClientFailure why, const Branch& branch) {
  switch (why) {
    case transaction::ClientFailure::Timeout:
      return 408;
    case transaction::ClientFailure::Cancelled:
      return 487;
    case transaction::ClientFailure::TransportFailed:
      return branch.peer ? 503 : 480;
  }
  return 500;
}

/// The final status of a call that was not answered, as operators count it.
observe::CallResult result_of(std::uint16_t status) {
  switch (status) {
    case 487:
      return observe::CallResult::Cancelled;
    case 486:
    case 600:
      return observe::CallResult::Busy;
    case 408:
    case 480:
      return observe::CallResult::NoAnswer;
    case 404:
    case 410:
    case 604:
      return observe::CallResult::NotFound;
    default:
      return status >= 500 && status < 600 ? observe::CallResult::Failed : observe::CallResult::Refused;
  }
}

}  // namespace

void Core::on_response(transaction::ClientId, std::uint64_t cookie, net::PacketRef response) {
  Branch* branch = branches_.get(from_cookie(cookie));
  if (branch == nullptr) return;
  Forwarding* forwarding = forwardings_.get(branch->forwarding);
  const auto status = static_cast<std::uint16_t>(message_of(response).status());
  if (status < 200) {
    on_provisional(*forwarding, *branch, response);
  } else if (status < 300) {
    on_success(*forwarding, *branch, response);
  } else {
    on_refusal(*forwarding, *branch, status, std::move(response));
  }
}

void Core::on_client_failure(transaction::ClientId, std::uint64_t cookie, transaction::ClientFailure why) {
  Branch* branch = branches_.get(from_cookie(cookie));
  if (branch == nullptr || branch->status != 0) return;
  on_refusal(*forwardings_.get(branch->forwarding), *branch, stands_for(why, *branch), {});
}

void Core::on_provisional(Forwarding& forwarding, Branch& branch, const net::PacketRef& response) {
  const sip::Message message = message_of(response);
  branch.provisional = true;
  if (message.status() == 100) return;  // hop by hop (§16.7 step 5); the transaction layer sends our own
  if (branch.timer_c.armed()) {         // §16.7 step 2; but nobody rings for ever
    const auto latest = branch.started + kLongestRinging * options_.timer_c;
    shard_.timers().arm(branch.timer_c, std::min(shard_.now() + options_.timer_c, latest));
  }
  if (forwarding.answered) return;
  learn_callee(forwarding, branch, message);
  if (auto answer = build_response(branch, response)) layer_.respond(forwarding.server, std::move(answer));
}

void Core::on_success(Forwarding& forwarding, Branch& branch, const net::PacketRef& response) {
  const sip::Message message = message_of(response);
  const bool first_of_branch =
      std::exchange(branch.status, static_cast<std::uint16_t>(message.status())) == 0;
  branch.timer_c.cancel();
  learn_callee(forwarding, branch, message);
  refresh_targets(forwarding, message);
  if (first_of_branch) --forwarding.pending;
  const bool first = first_of_branch && !std::exchange(forwarding.answered, true);
  if (first) {
    note_answer(forwarding);
    cancel_pending(forwarding);  // §16.7 step 10
  }
  auto answer =
      build_response(branch, response);  // every 2xx to an INVITE goes at once, also further ones (step 5)
  if (first && forwarding.method != sip::Method::Invite) {
    finish(forwarding, branch.status, std::move(answer));
  } else if (answer) {
    layer_.respond(forwarding.server, std::move(answer));
  }
}

void Core::note_answer(const Forwarding& forwarding) {
  call::Call* call = forwarding.initial ? calls_.get(forwarding.call) : nullptr;
  if (call == nullptr) return;
  call->answered = true;
  counters_.add(Counter::CallsAnswered);
  metrics_.add({observe::Metric::Calls, observe::CallResult::Answered});
  metrics_.record(observe::Metric::CallSetup, shard_.now() - call->started);
}

/// @param response  empty when the status stands for a failure of ours to get one
void Core::on_refusal(Forwarding& forwarding, Branch& branch, std::uint16_t status, net::PacketRef response) {
  if (branch.status != 0) return;
  branch.status = status;
  branch.final = std::move(response);
  branch.timer_c.cancel();
  --forwarding.pending;
  if (forwarding.answered) return;
  if (status >= 600)
    cancel_pending(forwarding);  // nobody else shall ring, but wait for their answers (§16.7 step 5)
  try_next_or_finish(forwarding);
}

void Core::try_next_or_finish(Forwarding& forwarding) {
  if (forwarding.pending > 0) return;
  if (!forwarding.cancelled) {
    if (auto* context = runner_.context(forwarding.context)) {
      start_branches(forwarding, *context);
      if (!context->held) runner_.release(context->id);
      return;
    }
  }
  send_best(forwarding);
}

void Core::send_best(Forwarding& forwarding) {
  Branch* best = best_of(forwarding);
  const bool challenge = best->status == 401 || best->status == 407;
  if (challenge && !best->peer) {
    // A callee that asks the caller for credentials is after a hash to crack.
    counters_.add(Counter::ChallengesHidden);
    answer_ourselves(forwarding, 403);
  } else if (best->status == 503) {
    answer_ourselves(forwarding, 500);  // our other ways may be fine (§16.7 step 6)
  } else if (!best->final) {
    answer_ourselves(forwarding, best->status);
  } else {
    finish(forwarding, best->status, build_response(*best, best->final));
  }
}

void Core::answer_ourselves(Forwarding& forwarding, std::uint16_t status) {
  net::PacketRef answer;
  if (const auto request = layer_.packet_of(forwarding.server)) {
    answer = transport_.make_response(request, {.status = status});
  }
  finish(forwarding, status, std::move(answer));
}

/// The response as the hop before us gets it; empty, and counted, when there is no packet for it.
net::PacketRef Core::build_response(const Branch& branch, const net::PacketRef& response) {
  const sip::Message message = message_of(response);
  sip::Edits edits;
  edits.remove_first_value(HeaderId::Via);  // ours (§16.7 step 3)
  if (!branch.peer) remove_claimed_identities(message, edits);
  auto packet = shard_.packets().take(response->size);  // it only shrinks
  const auto size =
      packet ? sip::build(message, edits, packet.room()) : std::unexpected(sip::BuildError::NoRoom);
  if (!size) {
    counters_.add(Counter::NotForwarded);
    return {};
  }
  packet->size = static_cast<std::uint32_t>(*size);
  return packet;
}

Branch* Core::best_of(const Forwarding& forwarding) {
  Branch* best = nullptr;
  for (auto at = forwarding.first_branch; at;) {
    Branch* branch = branches_.get(at);
    if (best == nullptr || preference(branch->status) < preference(best->status)) best = branch;
    at = branch->next;
  }
  return best;
}

void Core::cancel_pending(Forwarding& forwarding) {
  forwarding.cancelled = true;
  runner_.release(forwarding.context);
  if (forwarding.method != sip::Method::Invite) return;  // only INVITE can be cancelled (§9.1)
  for (auto at = forwarding.first_branch; at;) {
    Branch* branch = branches_.get(at);
    if (branch->status == 0) layer_.cancel(branch->client);
    at = branch->next;
  }
}

void Core::on_cancel(transaction::ServerId, std::uint64_t cookie, net::PacketRef) {
  Forwarding* forwarding = forwardings_.get(from_cookie(cookie));
  if (forwarding == nullptr || forwarding->answered) return;
  counters_.add(Counter::Cancelled);
  cancel_pending(*forwarding);
}

/// A branch that rang too long is cancelled; one that never rang counts as 408 (§16.8).
void Core::on_timer_c(void* object) {
  auto& branch = *static_cast<Branch*>(object);
  Core& core = *branch.core;
  core.counters_.add(Counter::TimerC);
  if (branch.provisional) {
    core.layer_.cancel(branch.client);
    return;
  }
  core.layer_.release(branch.client);
  core.on_refusal(*core.forwardings_.get(branch.forwarding), branch, 408, {});
}

/// The request gets its final answer, and we forget it. (An INVITE that was answered with 2xx stays instead
/// while its server transaction may see further ones: RFC 6026 §7.1.)
/// @param answer  empty when none could be built: then nothing may wait for one
void Core::finish(Forwarding& forwarding, std::uint16_t status, net::PacketRef answer) {
  const ForwardingId id = forwarding.id;
  const auto server = forwarding.server;
  forwarding.answered = true;
  end_dialog_after(forwarding, status);
  settle_call(forwarding, status);
  if (answer)
    layer_.respond(server, std::move(answer));  // on a stream this ends the transaction, and the forwarding
  layer_.abandon(server);
  erase(id);
}

/// A call that was not answered is over with the answer to its INVITE.
void Core::settle_call(const Forwarding& forwarding, std::uint16_t status) {
  const auto* call = forwarding.initial ? calls_.get(forwarding.call) : nullptr;
  if (call == nullptr || call->answered) return;
  counters_.add(Counter::CallsRefused);
  metrics_.add({observe::Metric::Calls, result_of(status)});
  calls_.end(forwarding.call);
}

void Core::on_server_end(transaction::ServerId, std::uint64_t cookie, transaction::ServerEnd) {
  erase(from_cookie(cookie));
}

void Core::erase(ForwardingId id) {
  Forwarding* forwarding = forwardings_.get(id);
  if (forwarding == nullptr) return;
  runner_.release(forwarding->context);
  for (auto at = forwarding->first_branch; at;) {
    const auto next = branches_.get(at)->next;
    branches_.erase(at);
    at = next;
  }
  forwardings_.erase(id);
}

}  // namespace ringfence::proxy
