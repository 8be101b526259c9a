// SPDX-License-Identifier: Apache-2.0
// Core: the stateful proxy (RFC 3261 §16). It sends a request to its targets and brings the right response
// back.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/slot_map.h"
#include "call/call_table.h"
#include "call/token.h"
#include "observe/metrics.h"
#include "pipeline/runner.h"
#include "pipeline/step.h"
#include "proxy/counters.h"
#include "proxy/forwarding.h"
#include "transaction/layer.h"

namespace ringfence::proxy {

struct CoreOptions {
  std::uint16_t node = 0;
  base::HashSeed seed;                            ///< that of the ownership table
  base::Nanos timer_c = std::chrono::minutes{4};  ///< more than 3 min (§16.6 step 11)
  std::size_t forwardings = 65'536;               ///< per shard
  unsigned max_forwards = 70;                     ///< for requests that bring none (§16.6 step 3)
};

/// The last step of the pipeline and the user of client transactions. One per shard, on that shard only.
class Core final : public pipeline::Step, public transaction::ServerUser, public transaction::ClientUser {
 public:
  /// The references outlive the core; it plugs itself into the runner.
  Core(net::Shard& shard, transport::Transport& transport, transaction::Layer& layer,
       pipeline::Runner& runner, call::CallTable& calls, const call::TokenSealer& tokens,
       observe::Counters& metrics, const CoreOptions& options);

  // --- pipeline::Step ---
  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

  // --- transaction::ServerUser ---
  void on_new_request(net::PacketRef) override {}  // the runner's
  void on_cancel(transaction::ServerId invite, std::uint64_t cookie, net::PacketRef cancel) override;
  void on_server_end(transaction::ServerId server, std::uint64_t cookie, transaction::ServerEnd why) override;

  // --- transaction::ClientUser ---
  void on_response(transaction::ClientId client, std::uint64_t cookie, net::PacketRef response) override;
  void on_client_failure(transaction::ClientId client, std::uint64_t cookie,
                         transaction::ClientFailure why) override;

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  // core.cpp: requests on their way out
  [[nodiscard]] pipeline::Verdict forward_ack(const sip::Message& request, pipeline::Context& context);
  [[nodiscard]] bool open_call(const sip::Message& request, pipeline::Context& context);
  void start_branches(Forwarding& forwarding, pipeline::Context& context);
  [[nodiscard]] bool start_branch(Forwarding& forwarding, pipeline::Context& context,
                                  const pipeline::Target& target);
  [[nodiscard]] net::PacketRef build_request(pipeline::Context& context, const pipeline::Target& target,
                                             const transport::BranchId& branch);
  void edit_routes(const sip::Message& request, const pipeline::Context& context,
                   const pipeline::Target& target, sip::Edits& edits);
  void edit_vias(const pipeline::Context& context, const net::Flow& flow, const transport::BranchId& branch,
                 sip::Edits& edits);
  void prepend_record_route(const pipeline::Context& context, const net::Flow& out, sip::Edits& edits);

  // responses.cpp: responses on their way back
  void on_provisional(Forwarding& forwarding, Branch& branch, const net::PacketRef& response);
  void on_success(Forwarding& forwarding, Branch& branch, const net::PacketRef& response);
  void on_refusal(Forwarding& forwarding, Branch& branch, std::uint16_t status, net::PacketRef response);
  [[nodiscard]] net::PacketRef build_response(const Branch& branch, const net::PacketRef& response);
  void note_answer(const Forwarding& forwarding);
  void try_next_or_finish(Forwarding& forwarding);
  void send_best(Forwarding& forwarding);
  void answer_ourselves(Forwarding& forwarding, std::uint16_t status);
  void cancel_pending(Forwarding& forwarding);
  [[nodiscard]] Branch* best_of(const Forwarding& forwarding);
  void finish(Forwarding& forwarding, std::uint16_t status, net::PacketRef answer);
  void settle_call(const Forwarding& forwarding, std::uint16_t status);
  void erase(ForwardingId id);
  static void on_timer_c(void* branch);

  // dialogs.cpp: what the responses tell about the call
  void learn_callee(Forwarding& forwarding, const Branch& branch, const sip::Message& response);
  void refresh_targets(const Forwarding& forwarding, const sip::Message& response);
  void end_dialog_after(const Forwarding& forwarding, std::uint16_t status);

  net::Shard& shard_;
  transport::Transport& transport_;
  transaction::Layer& layer_;
  pipeline::Runner& runner_;
  call::CallTable& calls_;
  const call::TokenSealer& tokens_;
  observe::Counters& metrics_;
  CoreOptions options_;
  base::SlotMap<Forwarding> forwardings_;
  base::SlotMap<Branch> branches_;
  Counters counters_;
};

}  // namespace ringfence::proxy
