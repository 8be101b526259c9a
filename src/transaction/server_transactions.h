// SPDX-License-Identifier: Apache-2.0
// The server transactions of one shard (RFC 3261 §17.2): finding them, and walking them through their tables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/index_table.h"
#include "base/slot_map.h"
#include "base/text_pool.h"
#include "transaction/clockwork.h"
#include "transaction/counters.h"
#include "transaction/ids.h"
#include "transaction/kept_message.h"
#include "transaction/machine.h"
#include "transaction/server_key.h"
#include "transaction/user.h"
#include "transport/transport.h"

namespace ringfence::transaction {

/// Part of Layer; see there.
class ServerTransactions {
 public:
  /// @param send_tag_base  or-ed into the tags of what is sent, so that Layer can tell failures apart
  ServerTransactions(transport::Transport& transport, const TimerTable& timers, base::TextPool& kept,
                     Counters& counters, std::size_t max, std::uint64_t send_tag_base);
  ~ServerTransactions();
  ServerTransactions(const ServerTransactions&) = delete;
  ServerTransactions& operator=(const ServerTransactions&) = delete;

  void plug(ServerUser& user) { user_ = &user; }
  [[nodiscard]] ServerUser& user() const { return *user_; }

  [[nodiscard]] std::optional<ServerId> open(const net::PacketRef& request, std::uint64_t cookie);
  void respond(ServerId server, net::PacketRef response);
  [[nodiscard]] net::PacketRef packet_of(ServerId server) const;

  /// Takes a retransmission, or an ACK, of an open transaction.
  /// @return false when it belongs to none: the caller keeps it
  [[nodiscard]] bool absorb(const net::PacketRef& request);
  void abandon(ServerId server);

  /// Takes a CANCEL that matches an INVITE: answers 200 and tells the user, unless a final response was sent
  /// (§9.2).
  /// @return false when it matches none
  [[nodiscard]] bool cancel(const net::PacketRef& cancel);

  void on_not_sent(base::SlotId id);

  [[nodiscard]] std::size_t size() const { return slots_.size(); }

 private:
  struct Transaction;

  [[nodiscard]] ServerKey key_of(const net::PacketRef& request, const sip::Message& message) const;
  [[nodiscard]] Transaction* find(const ServerKey& key, const sip::Message& message);
  [[nodiscard]] bool legacy_tags_match(const Transaction& transaction, const sip::Message& message) const;

  void apply(Transaction& transaction, Event event, const net::PacketRef& packet);
  void enter(Transaction& transaction, State to);
  void tell(ServerId name, std::uint64_t cookie, const Step& step, const net::PacketRef& packet);
  void on_repeat(Transaction& transaction);

  [[nodiscard]] bool too_early(const Transaction& transaction, unsigned status) const;
  void finish_silently(Transaction& transaction);
  void send(Transaction& transaction, net::PacketRef response, State to);
  [[nodiscard]] bool may_resend(const Transaction& transaction, State to) const;
  void resend(Transaction& transaction);
  void send_trying(Transaction& transaction);
  void erase(Transaction& transaction);

  transport::Transport& transport_;
  const TimerTable timers_;
  base::TextPool& kept_;
  Counters& counters_;
  const std::uint64_t send_tag_base_;
  ServerUser* user_ = nullptr;
  base::SlotMap<Transaction> slots_;
  base::IndexTable index_;
};

}  // namespace ringfence::transaction
