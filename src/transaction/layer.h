// SPDX-License-Identifier: Apache-2.0
// Layer: all transactions of one shard (RFC 3261 §17 with RFC 6026 and RFC 4320), between transport and
// pipeline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/text_pool.h"
#include "net/shard.h"
#include "transaction/client_transactions.h"
#include "transaction/counters.h"
#include "transaction/ids.h"
#include "transaction/server_transactions.h"
#include "transaction/timers.h"
#include "transaction/user.h"
#include "transport/transport.h"

namespace ringfence::transaction {

/// Bounds of one shard. At a bound `open` and `reserve` refuse, and it is counted.
struct LayerLimits {
  std::size_t servers = 65'536;                             ///< at most BranchId::kMaxSlot
  std::size_t clients = 65'536;                             ///< likewise
  std::size_t kept_bytes = std::size_t{128} * 1024 * 1024;  ///< of messages kept for retransmission
};

/// One per shard. Everything runs on that shard's thread.
class Layer final : public transport::Receiver {
 public:
  /// The references outlive the layer; it plugs itself into the transport.
  Layer(net::Shard& shard, transport::Transport& transport, const TimerTable& timers = {},
        const LayerLimits& limits = {});

  void plug(ServerUser& user) { servers_.plug(user); }

  // --- server side ---
  /// Opens a transaction for a request just received with ServerUser::on_new_request. Sends nothing; for
  /// INVITE a 100 leaves after 200 ms unless the user answers first (§17.2.1), for others when RFC 4320 §4.1
  /// asks for one.
  /// @return nullopt when the bound is reached, for an ACK, and when its transaction is open already
  [[nodiscard]] std::optional<ServerId> open(const net::PacketRef& request, std::uint64_t cookie) {
    return servers_.open(request, cookie);
  }
  /// Sends a response and keeps what its retransmission needs. The layer sets its flow. Responses that the
  /// state or RFC 4320 forbids (a second final, 408 and early 100 to other than INVITE) are dropped and
  /// counted.
  void respond(ServerId server, net::PacketRef response) { servers_.respond(server, std::move(response)); }
  /// The request, until a final response is sent; then empty.
  [[nodiscard]] net::PacketRef packet_of(ServerId server) const { return servers_.packet_of(server); }

  /// A request that had to wait before a transaction was opened: true when a copy of it has opened one
  /// meanwhile; the copy's answer then goes to this one too.
  [[nodiscard]] bool absorb(const net::PacketRef& request) { return servers_.absorb(request); }
  /// Ends a transaction that will get no final response: silently, and only if it has none. Others go on.
  void abandon(ServerId server) { servers_.abandon(server); }

  // --- client side ---
  /// Reserves a transaction so that its branch can be written into the request. Send it or release it in this
  /// turn.
  [[nodiscard]] std::optional<ClientId> reserve(ClientUser& user, std::uint64_t cookie) {
    return clients_.reserve(user, cookie);
  }
  /// The branch of a reserved or sent transaction.
  [[nodiscard]] transport::BranchId branch_of(ClientId client) const { return clients_.branch_of(client); }
  /// Sends a built request whose flow is set, and starts its timers.
  void send(ClientId client, net::PacketRef request) { clients_.send(client, std::move(request)); }
  /// Gives up a transaction: silently, whatever its state. What still arrives for it is stray.
  void release(ClientId client) { clients_.release(client); }
  /// Cancels an INVITE as §9.1 has it: waits for a provisional response, sends CANCEL once in a transaction
  /// of its own, and gives up 64*T1 later. No effect on others, or when a final response has come.
  void cancel(ClientId client) { clients_.cancel(client); }

  /// Sends outside of any transaction: ACK to 2xx, stateless answers.
  void send_stateless(net::PacketRef packet) { transport_.send(std::move(packet)); }

  // --- transport::Receiver ---
  void on_request(net::PacketRef request) override;
  void on_response(net::PacketRef response, const transport::BranchId& branch) override;
  void on_send_failed(const net::Flow& flow, std::uint64_t tag) override;
  void on_connection_closed(net::ConnectionId connection, const net::Flow& flow) override;

  [[nodiscard]] std::size_t servers() const { return servers_.size(); }
  [[nodiscard]] std::size_t clients() const { return clients_.size(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  void on_cancel(const net::PacketRef& cancel);

  transport::Transport& transport_;
  Counters counters_;
  base::TextPool kept_;
  ServerTransactions servers_;
  ClientTransactions clients_;
};

}  // namespace ringfence::transaction
