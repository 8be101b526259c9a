// SPDX-License-Identifier: Apache-2.0
// The client transactions of one shard (RFC 3261 §17.1): found by the branch alone, walked through their
// tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/slot_map.h"
#include "base/text_pool.h"
#include "transaction/clockwork.h"
#include "transaction/counters.h"
#include "transaction/ids.h"
#include "transaction/kept_message.h"
#include "transaction/machine.h"
#include "transaction/user.h"
#include "transport/transport.h"

namespace ringfence::transaction {

/// Part of Layer; see there.
class ClientTransactions {
 public:
  /// @param send_tag_base  or-ed into the tags of what is sent, so that Layer can tell failures apart
  ClientTransactions(transport::Transport& transport, const TimerTable& timers, base::TextPool& kept,
                     Counters& counters, std::size_t max, std::uint64_t send_tag_base);
  ~ClientTransactions();
  ClientTransactions(const ClientTransactions&) = delete;
  ClientTransactions& operator=(const ClientTransactions&) = delete;

  [[nodiscard]] std::optional<ClientId> reserve(ClientUser& user, std::uint64_t cookie);
  [[nodiscard]] transport::BranchId branch_of(ClientId client) const;
  void send(ClientId client, net::PacketRef request);
  void release(ClientId client);
  void cancel(ClientId client);

  void on_response(const net::PacketRef& response, const transport::BranchId& branch);
  void on_not_sent(base::SlotId id);

  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  struct Transaction;

  [[nodiscard]] Transaction* add();
  [[nodiscard]] Transaction* find(const transport::BranchId& branch, sip::Method method);

  void apply(Transaction& transaction, Event event, const net::PacketRef& response);
  void enter(Transaction& transaction, State to);
  void tell(ClientUser& user, ClientId name, std::uint64_t cookie, const Step& step,
            const net::PacketRef& response);
  void on_repeat(Transaction& transaction);

  void start(Transaction& transaction, net::PacketRef request);
  void keep(Transaction& transaction, std::string_view text);
  void resend(Transaction& transaction);
  template <class Build>
  [[nodiscard]] net::PacketRef derive(const Transaction& invite, Build&& build);
  void send_ack(Transaction& invite, const net::PacketRef& response);
  void send_cancel(Transaction& invite);
  void erase(Transaction& transaction);

  transport::Transport& transport_;
  const TimerTable timers_;
  base::TextPool& kept_;
  Counters& counters_;
  const std::uint64_t send_tag_base_;
  base::SlotMap<Transaction> slots_;
};

}  // namespace ringfence::transaction
