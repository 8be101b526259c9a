// SPDX-License-Identifier: Apache-2.0
// ShardParts: the layers of one shard, from admission to proxy, put together. The same on real and simulated
// shards.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "app/serve/node.h"
#include "auth/authenticate.h"
#include "auth/nonce_count.h"
#include "call/call_table.h"
#include "call/ownership.h"
#include "call/token.h"
#include "guard/admission.h"
#include "net/shard.h"
#include "pipeline/runner.h"
#include "proxy/core.h"
#include "proxy/request_checks.h"
#include "registrar/registrar_step.h"
#include "routing/emergency.h"
#include "routing/find_targets.h"
#include "routing/in_dialog.h"
#include "routing/own_requests.h"
#include "transaction/layer.h"
#include "transport/transport.h"

namespace ringfence::app {

/// Built before the shard runs; everything afterwards happens on its thread.
class ShardParts {
 public:
  /// @param kernel  the selector's flow map, or nullptr
  ShardParts(net::Shard& shard, Node& node, net::FlowMap* kernel);
  ShardParts(const ShardParts&) = delete;
  ShardParts& operator=(const ShardParts&) = delete;

  // What the metrics page reads, from any thread.
  net::Shard& shard;
  location::Partition& bindings;
  guard::Admission admission;
  call::TokenSealer tokens;
  call::Ownership ownership;
  transport::Transport transport;
  transaction::Layer layer;
  call::CallTable calls;
  pipeline::Runner runner;
  auth::NonceCounts nonce_counts;
  auth::Authenticate authenticate;
  routing::Counters routing_counters;
  routing::InDialog in_dialog;
  routing::Emergency emergency;
  routing::OwnRequests own_requests;
  routing::FindTargets find_targets;
  registrar::RegistrarStep registrar;
  proxy::RequestChecks request_checks;
  proxy::Core core;
  std::atomic<std::uint64_t> allocations{
      0};  ///< heap allocations of the shard's thread, in programs that count them

 private:
  static constexpr base::Nanos kSample = std::chrono::milliseconds{100};

  void sample_allocations();
  void on_drop_bindings(net::ShardMessage& message);

  base::Timer sample_timer_{[](void* self) { static_cast<ShardParts*>(self)->sample_allocations(); }, this};
};

/// The order of the steps (app/serve/steps.cpp).
[[nodiscard]] std::vector<pipeline::StepRow> request_steps(ShardParts& parts);

/// `reg drop`: control asks the owner shard, the owner answers. The text stays control's until then.
struct DropBindings {
  std::uint64_t id = 0;  ///< of the query that asks
  const std::string* aor = nullptr;
  bool dropped = false;  ///< in the answer
};

}  // namespace ringfence::app
