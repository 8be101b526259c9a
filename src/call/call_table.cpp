// SPDX-License-Identifier: Apache-2.0
// Opening, finding and ending calls.
#include "call/call_table.h"

#include "base/timer_wheel.h"

namespace ringfence::call {

CallTable::CallTable(net::Shard& shard, const base::HashSeed& seed, const CallLimits& limits,
                     observe::Counters& metrics)
    : shard_{shard},
      seed_{seed},
      limits_{limits},
      texts_{limits.text_bytes},
      calls_{limits.calls + kEmergencyReserve},
      legs_{limits.calls + limits.calls / 2 + kEmergencyReserve},
      metrics_{metrics} {}

std::optional<CallId> CallTable::open(Handle handle, const Opening& opening) {
  if (calls_.size() >= limits_.calls && !opening.emergency) return std::nullopt;
  CallId id;
  Call* call = calls_.emplace(id, &CallTable::on_lifetime);
  if (call == nullptr) return std::nullopt;
  call->table = this;
  call->id = id;
  call->handle = handle;
  if (!fill(*call, opening)) {
    calls_.erase(id);
    return std::nullopt;
  }
  by_handle_.insert(base::hash_word(seed_, handle.value), id.slot);
  shard_.timers().arm(call->lifetime, shard_.now() + limits_.longest);
  metrics_.set(observe::Metric::CallsActive, calls_.size());
  return id;
}

bool CallTable::fill(Call& call, const Opening& opening) {
  call.caller.flow = opening.caller_flow;
  call.started = shard_.now();
  return texts_.assign(call.call_id, opening.call_id) && texts_.assign(call.caller.tag, opening.caller_tag) &&
         texts_.assign(call.caller.target, opening.caller_target) &&
         texts_.assign(call.caller.routes, opening.caller_routes);
}

std::optional<CallId> CallTable::find(Handle handle) const {
  const auto named = [&](std::uint32_t slot) {
    const Call* call = calls_.get(calls_.live_at(slot));
    return call != nullptr && call->handle == handle;
  };
  const auto slot = by_handle_.find(base::hash_word(seed_, handle.value), named);
  if (!slot) return std::nullopt;
  return calls_.live_at(*slot);
}

Leg* CallTable::callee(const Call& call, std::string_view tag) {
  for (LegId at = call.first_callee; at;) {
    Leg* leg = legs_.get(at);
    if (leg->tag.view() == tag) return leg;
    at = leg->next;
  }
  return nullptr;
}

Leg* CallTable::add_callee(Call& call, std::string_view tag, const net::Flow& flow) {
  if (Leg* known = callee(call, tag)) return known;
  if (call.callees >= limits_.callees_per_call) return nullptr;
  LegId id;
  Leg* leg = legs_.emplace(id);
  if (leg == nullptr) return nullptr;
  if (!texts_.assign(leg->tag, tag)) {
    legs_.erase(id);
    return nullptr;
  }
  leg->flow = flow;
  leg->next = call.first_callee;
  call.first_callee = id;
  ++call.callees;
  return leg;
}

bool CallTable::end_dialog(CallId id, std::string_view callee_tag) {
  Call* call = calls_.get(id);
  if (call == nullptr) return true;
  for (LegId* at = &call->first_callee; *at;) {
    Leg* leg = legs_.get(*at);
    if (leg->tag.view() != callee_tag) {
      at = &leg->next;
      continue;
    }
    const LegId gone = *at;
    *at = leg->next;
    legs_.erase(gone);
    --call->callees;
    break;
  }
  if (!call->answered || has_confirmed_callee(*call))
    return false;  // an unanswered call ends with its INVITE
  end(id);
  return true;
}

/// Early dialogs of a fork do not keep an answered call alive: their phones stopped ringing when another
/// answered.
bool CallTable::has_confirmed_callee(const Call& call) const {
  for (LegId at = call.first_callee; at;) {
    const Leg* leg = legs_.get(at);
    if (leg->confirmed) return true;
    at = leg->next;
  }
  return false;
}

void CallTable::end(CallId id) {
  Call* call = calls_.get(id);
  if (call == nullptr) return;
  for (LegId at = call->first_callee; at;) {
    const LegId next = legs_.get(at)->next;
    legs_.erase(at);
    at = next;
  }
  by_handle_.erase(base::hash_word(seed_, call->handle.value), id.slot);
  calls_.erase(id);
  metrics_.set(observe::Metric::CallsActive, calls_.size());
}

void CallTable::on_lifetime(void* object) {
  auto* call = static_cast<Call*>(object);
  call->table->end(call->id);
}

}  // namespace ringfence::call
