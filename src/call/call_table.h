// SPDX-License-Identifier: Apache-2.0
// CallTable: the calls one shard owns, found by handle, and their callee legs.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/index_table.h"
#include "base/slot_map.h"
#include "base/text_pool.h"
#include "call/call.h"
#include "net/shard.h"
#include "observe/metrics.h"

namespace ringfence::call {

/// Places beyond each bound that only emergency calls may take (DESIGN: Emergency).
inline constexpr std::size_t kEmergencyReserve = 64;

struct CallLimits {
  std::size_t calls = 100'000;                  ///< per shard
  std::size_t callees_per_call = 16;            ///< dialogs one INVITE may create by forking
  std::size_t text_bytes = 256u << 20;          ///< of tags, targets and routes, per shard
  base::Nanos longest{std::chrono::hours{12}};  ///< then the record goes; the parties may talk on
};

/// One shard's calls. Every function is for the owning shard's thread.
class CallTable {
 public:
  /// @param metrics  of the shard: CallsActive is kept there
  CallTable(net::Shard& shard, const base::HashSeed& seed, const CallLimits& limits,
            observe::Counters& metrics);

  /// What an INVITE that starts a call tells about its sender.
  struct Opening {
    std::string_view call_id;
    std::string_view caller_tag;
    std::string_view caller_target;  ///< the URI of its Contact
    std::string_view caller_routes;  ///< its Record-Route values, in the order received
    net::Flow caller_flow;
    bool emergency = false;
  };
  /// @return nullopt when the table or its text pool is at its bound: answer 503
  [[nodiscard]] std::optional<CallId> open(Handle handle, const Opening& opening);

  [[nodiscard]] Call* get(CallId id) { return calls_.get(id); }
  [[nodiscard]] std::optional<CallId> find(Handle handle) const;

  /// The callee leg with this To-tag, or nullptr.
  [[nodiscard]] Leg* callee(const Call& call, std::string_view tag);
  /// Finds or adds it. nullptr at the bound of dialogs per call or of the pool.
  [[nodiscard]] Leg* add_callee(Call& call, std::string_view tag, const net::Flow& flow);
  /// Replaces a leg's remote target or routes. False at the bound of the pool; the old text stays.
  [[nodiscard]] bool set_target(Leg& leg, std::string_view uri) { return texts_.assign(leg.target, uri); }
  [[nodiscard]] bool set_routes(Leg& leg, std::string_view routes) {
    return texts_.assign(leg.routes, routes);
  }

  /// Ends one callee dialog; the call ends with its last confirmed one. True when the call is gone.
  bool end_dialog(CallId id, std::string_view callee_tag);
  void end(CallId id);

  /// How many calls there are. Any thread.
  [[nodiscard]] std::size_t live() const { return metrics_.value(observe::Metric::CallsActive); }

 private:
  static void on_lifetime(void* call);
  [[nodiscard]] bool fill(Call& call, const Opening& opening);
  [[nodiscard]] bool has_confirmed_callee(const Call& call) const;

  net::Shard& shard_;
  base::HashSeed seed_;
  CallLimits limits_;
  base::TextPool texts_;
  base::SlotMap<Call> calls_;
  base::SlotMap<Leg> legs_;
  base::IndexTable by_handle_;
  observe::Counters& metrics_;
};

}  // namespace ringfence::call
