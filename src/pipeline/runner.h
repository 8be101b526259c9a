// SPDX-License-Identifier: Apache-2.0
// Runner: takes each new request through the steps and carries out the verdict.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/slot_map.h"
#include "base/timer_wheel.h"
#include "observe/room_counters.h"
#include "pipeline/context.h"
#include "pipeline/proofs.h"
#include "pipeline/step.h"
#include "transaction/layer.h"
#include "transport/transport.h"

namespace ringfence::pipeline {

enum class Counter : std::uint8_t {
  Requests,
  Replied,
  Dropped,
  Taken,
  Waited,
  Resumed,
  WaitsLost,
  ContextsFull,
  kCount
};

using Counters = observe::RoomCounters<Counter>;

inline constexpr auto kCounters = std::to_array<observe::CounterRow<Counter>>({
    {Counter::Requests, "requests_total", "Requests that entered the pipeline."},
    {Counter::Replied, "replied_total", "Requests answered by a step."},
    {Counter::Dropped, "dropped_total", "Requests a step met with silence."},
    {Counter::Taken, "taken_total", "Requests a step took over."},
    {Counter::Waited, "waited_total", "Times a request waited for another shard."},
    {Counter::Resumed, "resumed_total", "Times it went on."},
    {Counter::WaitsLost, "waits_lost_total",
     "Requests given up because the answer they waited for never came."},
    {Counter::ContextsFull, "contexts_full_total",
     "Requests refused because too many were waiting or forking."},
});
static_assert(observe::rows_follow_enum(kCounters));

/// One per shard, on that shard only.
class Runner final : public transaction::ServerUser {
 public:
  /// @param steps     the table of app/serve/steps.cpp; the steps outlive the runner
  /// @param contexts  how many requests may wait or hold targets at once
  Runner(transport::Transport& transport, transaction::Layer& layer, std::size_t contexts);

  /// Before the first request.
  void set_steps(std::vector<StepRow> steps) { steps_ = std::move(steps); }
  /// Who hears of the transactions that were opened with a cookie: the step that takes requests over.
  void plug(transaction::ServerUser& owner) { owner_ = &owner; }

  /// Who hears of connections that are gone.
  void plug(Proofs& proofs) { proofs_ = &proofs; }

  /// The answer a waiting request was waiting for. Does nothing when it is gone.
  void resume(ContextId id, std::uint64_t answer);

  [[nodiscard]] Context* context(ContextId id) { return contexts_.get(id); }
  /// Ends a context that a step held.
  void release(ContextId id) { contexts_.erase(id); }

  /// The cookie of transactions that no step follows up: answers of the pipeline itself.
  static constexpr std::uint64_t kNoCookie = 0;

  // --- transaction::ServerUser ---
  void on_new_request(net::PacketRef request) override;
  void on_cancel(transaction::ServerId invite, std::uint64_t cookie, net::PacketRef cancel) override;
  void on_server_end(transaction::ServerId server, std::uint64_t cookie, transaction::ServerEnd why) override;
  void on_response_not_sent(transaction::ServerId server, std::uint64_t cookie) override;
  void on_connection_closed(net::ConnectionId connection, const net::Flow& flow) override;

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  /// How long a request waits for another shard: far more than a busy shard needs, less than a sender's
  /// patience.
  static constexpr base::Nanos kLongestWait = std::chrono::seconds{2};

  /// A context that knows its runner, for the timer.
  struct Slot : Context {
    Slot(ContextId own_id, Runner& owner)
        : Context{own_id},
          runner{owner},
          overdue{[](void* self) { give_up(*static_cast<Slot*>(self)); }, this} {}
    Runner& runner;
    base::Timer overdue;
  };

  static void give_up(Slot& slot);
  void run(Slot& context);
  void reply(Context& context, const Reply& reply);
  [[nodiscard]] static bool needs_transaction(const Context& context, const Reply& reply);
  [[nodiscard]] static bool is_challenge(const Reply& reply) {
    return reply.status == 401 || reply.status == 407;
  }

  transport::Transport& transport_;
  transaction::Layer& layer_;
  std::vector<StepRow> steps_;
  base::SlotMap<Slot> contexts_;
  transaction::ServerUser* owner_ = nullptr;
  Proofs* proofs_ = nullptr;
  Counters counters_;
};

}  // namespace ringfence::pipeline
