// SPDX-License-Identifier: Apache-2.0
// Deciding the class of a source, and moving proven flows to their own sockets and back.
#include "guard/admission.h"

#include <algorithm>
#include <functional>

namespace ringfence::guard {
namespace {

constexpr auto kLaterLook = [](const auto& a, const auto& b) { return a.look_at > b.look_at; };

Counter counter_of(net::SourceClass source) {
  switch (source) {
    case net::SourceClass::Trusted:
      return Counter::Trusted;
    case net::SourceClass::Known:
      return Counter::Known;
    case net::SourceClass::Validated:
      return Counter::Validated;
    default:
      return Counter::Unknown;
  }
}

}  // namespace

Admission::Admission(net::Shard& shard, const directory::Directory& directory,
                     const Surroundings& surroundings)
    : shard_{shard},
      directory_{directory},
      around_{surroundings},
      sweep_timer_{[](void* self) { static_cast<Admission*>(self)->sweep(); }, this} {
  promoted_.reserve(around_.promoted_per_shard);
}

net::SourceClass Admission::admit(const net::Flow& flow, std::size_t) {
  auto source = net::SourceClass::Trusted;
  if (!is_trusted(flow)) {
    source = around_.sources.class_of(flow, shard_.now());
    if (source == net::SourceClass::Unknown && net::is_stream(flow.protocol))
      source = net::SourceClass::Validated;
  }
  counters_.add(counter_of(source));
  return source;
}

bool Admission::is_trusted(const net::Flow& flow) const {
  if (directory_.snapshot().peer(flow.remote, flow.protocol) != nullptr) return true;
  return std::ranges::any_of(
      around_.trusted, [&](const base::Cidr& network) { return network.contains(flow.remote.address); });
}

void Admission::on_reachable(const net::Flow& flow) {
  if (around_.sources.remember(flow, net::SourceClass::Validated, shard_.now() + kValidated, shard_.now())) {
    counters_.add(Counter::Evicted);
  }
}

void Admission::know(const net::Flow& flow, base::MonoTime until) {
  const bool was_known = is_known(flow);
  if (around_.sources.remember(flow, net::SourceClass::Known, until, shard_.now()))
    counters_.add(Counter::Evicted);
  if (net::is_stream(flow.protocol)) {
    shard_.classify(flow.connection, net::SourceClass::Known);
  } else if (!was_known) {
    promote(flow, until);
  }
}

void Admission::promote(const net::Flow& flow, base::MonoTime until) {
  const bool room = promoted_.size() < around_.promoted_per_shard;
  if (around_.kernel == nullptr || !room || !around_.kernel->promote(flow.listener, flow.remote)) {
    counters_.add(Counter::NotPromoted);
    return;
  }
  counters_.add(Counter::Promoted);
  promoted_.push_back({flow.remote, flow.listener, until});
  std::push_heap(promoted_.begin(), promoted_.end(), kLaterLook);
  if (!sweep_timer_.armed()) shard_.timers().arm(sweep_timer_, shard_.now() + kSweep);
}

/// A flow whose time is over goes back to the strangers, unless it has proven itself again meanwhile.
void Admission::sweep() {
  constexpr int kAtOnce = 256;
  const auto now = shard_.now();
  for (int i = 0; i < kAtOnce && !promoted_.empty() && promoted_.front().look_at <= now; ++i) {
    std::pop_heap(promoted_.begin(), promoted_.end(), kLaterLook);
    Promoted& last = promoted_.back();
    net::Flow flow;
    flow.remote = last.remote;
    flow.listener = last.listener;
    if (const auto until = around_.sources.known_until(flow); until > now) {
      last.look_at = until;
      std::push_heap(promoted_.begin(), promoted_.end(), kLaterLook);
      continue;
    }
    around_.kernel->demote(last.listener, last.remote);
    counters_.add(Counter::Demoted);
    promoted_.pop_back();
  }
  if (!promoted_.empty()) shard_.timers().arm(sweep_timer_, now + kSweep);
}

}  // namespace ringfence::guard
