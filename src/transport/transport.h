// SPDX-License-Identifier: Apache-2.0
// Transport: from framed bytes to a sane message on the shard that owns it, and the way back to its sender.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/hash.h"
#include "net/shard.h"
#include "observe/metrics.h"
#include "sip/response_builder.h"
#include "transport/branch.h"
#include "transport/counters.h"
#include "transport/framing.h"
#include "transport/inbound.h"
#include "transport/reply_budget.h"
#include "transport/stateless_tag.h"

namespace ringfence::transport {

/// Decides which shard owns a request (DESIGN §5). `call` implements it.
class Ownership {
 public:
  virtual ~Ownership() = default;
  /// May fill `membership` and `call_handle` of the annex, so that the owner need not open the token again.
  /// @return below `shard.shards()`
  [[nodiscard]] virtual net::ShardId owner_of_request(const sip::Message& request, Inbound& inbound,
                                                      net::Shard& shard) = 0;
};

/// Takes parsed messages on their owner shard. `transaction` implements it.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void on_request(net::PacketRef request) = 0;
  /// A response whose top Via is ours; `branch` passed the codec's check.
  virtual void on_response(net::PacketRef response, const BranchId& branch) = 0;
  virtual void on_send_failed(const net::Flow& flow, std::uint64_t tag) = 0;
  virtual void on_connection_closed(net::ConnectionId connection, const net::Flow& flow) = 0;
  virtual void on_turn_end() {}
};

/// Told when a message shows that its source receives what we send there (DESIGN §4). `guard` implements it.
class Evidence {
 public:
  virtual ~Evidence() = default;
  virtual void on_reachable(const net::Flow& flow) = 0;
};

/// Secrets and names of the node: one per process, outlives every Transport.
struct NodeKeys {
  BranchCodec branches;
  StatelessTags tags;
  base::HashSeed seed;  ///< of the tables that strangers' addresses and branches are hashed into
};

struct TransportOptions {
  sip::Limits limits;             ///< caps of a message on a stream
  sip::Limits datagram_limits;    ///< caps of a message that came as one datagram
  FramingLimits framing;          ///< caps of a message on a stream, before it is parsed
  ReplyBudget::Limits strangers;  ///< of the whole process; each shard takes its share
};

/// One per shard. Everything runs on that shard's thread.
class Transport final : public net::PacketSink, public net::Framer {
 public:
  /// The references outlive the transport; `app` owns them.
  Transport(net::Shard& shard, const NodeKeys& keys, Ownership& ownership,
            const TransportOptions& options = {});

  void plug(Receiver& receiver) { receiver_ = &receiver; }
  void plug(Evidence& evidence) { evidence_ = &evidence; }
  /// Where requests by method and responses by class are counted; without it they are not.
  void plug(observe::Counters& metrics) { metrics_ = &metrics; }

  // --- net::PacketSink, net::Framer ---
  void on_packet(net::PacketRef packet) override;
  void on_send_failed(const net::Flow& flow, std::uint64_t tag) override;
  void on_connection_closed(net::ConnectionId connection, const net::Flow& flow) override;
  void on_skipped(const net::Flow& flow, std::string_view bytes) override;
  void on_broken(const net::Flow& flow, std::string_view bytes) override;
  void on_turn_end() override;
  [[nodiscard]] Frame frame(std::string_view bytes, std::size_t seen) override;

  // --- the way out ---
  /// Where the response to a request goes (RFC 3261 §18.2.2, RFC 3581 §4): streams back on their connection,
  /// UDP to the source address and, with rport, the source port.
  [[nodiscard]] static net::Flow reply_flow(const net::PacketRef& request);

  /// A response to `request` in a packet of its own, addressed by `reply_flow`. `received` and `rport` of the
  /// top Via are filled in; an empty `parts.to_tag` becomes the stateless tag where a response needs one
  /// (§8.2.6.2). Empty, and counted, when no packet is free or the response does not fit.
  [[nodiscard]] net::PacketRef make_response(const net::PacketRef& request, sip::ResponseParts parts);

  /// A packet with a copy of `text` that goes to `flow`. Empty, and counted, when no packet is free.
  [[nodiscard]] net::PacketRef make_packet(std::string_view text, const net::Flow& flow);

  /// Answers statelessly. To a UDP source that has proven nothing, only within the bounds of ReplyBudget once
  /// the answer is bigger than the request.
  /// @return false when nothing was sent; why is counted
  bool answer(const net::PacketRef& request, const sip::ResponseParts& parts);

  /// The tag `make_response` gives to `request`.
  [[nodiscard]] StatelessTags::Tag stateless_to_tag(const net::PacketRef& request) const;
  /// True for an ACK whose To-tag is the one a stateless answer of ours gave to its INVITE, sent to this
  /// source.
  [[nodiscard]] bool is_our_stateless_tag(const net::PacketRef& ack) const;

  /// Sends a packet whose flow is set; a tag other than 0 comes back with Receiver::on_send_failed.
  void send(net::PacketRef packet, std::uint64_t tag = 0) { shard_.send(std::move(packet), tag); }

  /// Writes our Via value for a request that leaves on `flow` ("SIP/2.0/UDP 192.0.2.1:5060;branch=…;rport").
  /// @return its size; 0 when `out` is too small (kViaBytes is enough) or the flow names no listener
  [[nodiscard]] std::size_t write_via(std::span<char> out, const net::Flow& flow,
                                      const BranchId& branch) const;
  static constexpr std::size_t kViaBytes = 128;

  /// The top Via value of a request as the next hop must see it, with `received` and `rport` as §18.2.1 and
  /// RFC 3581 ask.
  /// @return its size; 0 when it needs no change or does not fit `out`
  [[nodiscard]] static std::size_t stamp_via(std::span<char> out, const net::PacketRef& request);

  /// The sender of this message has proven to be where it says: Unknown becomes Validated, and `guard` hears
  /// of it.
  void note_reachable(const net::PacketRef& message);

  [[nodiscard]] net::Shard& shard() { return shard_; }
  [[nodiscard]] const NodeKeys& keys() const { return keys_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] const sip::Limits& limits_of(const net::PacketRef& packet) const;
  void on_handed_over(net::ShardMessage& message);
  sip::Message read_message(const net::PacketRef& packet);
  void on_parsed_request(net::PacketRef packet);
  void on_parsed_response(net::PacketRef packet);
  void hand_to(net::ShardId owner, net::PacketRef packet);
  void deliver(net::PacketRef packet);
  [[nodiscard]] bool discard_surplus(const net::PacketRef& packet);
  void refuse(const net::PacketRef& packet, std::uint16_t status, std::string_view reason);
  [[nodiscard]] bool send_refusal(const net::PacketRef& packet, std::uint16_t status,
                                  std::string_view reason);
  void close_if_stream(const net::PacketRef& packet);
  [[nodiscard]] bool may_answer_stranger(const net::PacketRef& request, std::size_t reply_bytes);

  net::Shard& shard_;
  const NodeKeys& keys_;
  Ownership& ownership_;
  TransportOptions options_;
  ReplyBudget budget_;
  Receiver* receiver_ = nullptr;
  Evidence* evidence_ = nullptr;
  observe::Counters* metrics_ = nullptr;
  Counters counters_;
};

}  // namespace ringfence::transport
