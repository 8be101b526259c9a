// SPDX-License-Identifier: Apache-2.0
// Streams: the connections of one shard; framing, deadlines, caps and write queues over any wire.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/block_pool.h"
#include "base/hash.h"
#include "base/index_table.h"
#include "base/slot_map.h"
#include "net/connection.h"
#include "net/shard.h"
#include "net/source_counts.h"
#include "net/stream_limits.h"
#include "net/wire.h"

namespace ringfence::net {

/// Accepts, reads, frames, writes and closes. Bytes are read into one buffer of the shard: a message that
/// arrives whole is copied once, into its packet; one that does not is collected in its packet. Nothing is
/// told to the sink from within `send`, `close` or `classify`: failures and closings come later in the turn
/// or in the next one.
class Streams {
 public:
  struct Readiness {
    bool readable = false;
    bool writable = false;
    bool lost = false;
  };

  /// @param shard    whose connections these are; registers itself for the stream messages of other shards
  /// @param plugs    the shard's; filled in before anything arrives
  /// @param sources  shared by all shards of the process
  Streams(Shard& shard, const Plugs& plugs, Wire& wire, SourceCounts& sources, const StreamLimits& limits);
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  /// Takes over a connection that the wire has accepted; closes the handle when a cap or the admission
  /// refuses it.
  /// @param flow  remote, listener, protocol and local are set
  /// @return none when refused
  base::SlotId accept(Wire::Handle handle, const Flow& flow);
  /// Closes the oldest unauthenticated connection: the process is out of descriptors. False when there is
  /// none.
  bool evict_oldest();

  void ready(base::SlotId connection, Readiness what);
  void send(PacketRef packet, std::uint64_t tag);
  void close(ConnectionId connection);
  void classify(ConnectionId connection, SourceClass source);

  /// Writes what the turn has queued, and tells about the connections it has closed.
  void end_turn();

  /// The sink, while it was told, has sent or closed more: end the turn again before sleeping.
  [[nodiscard]] bool pending() const { return !dirty_.empty() || !closed_.empty(); }
  [[nodiscard]] std::size_t size() const { return open_; }
  [[nodiscard]] std::size_t unauthenticated() const { return by_age_.size(); }

 private:
  struct Deadline {
    base::MonoTime at;
    Counter counter;
  };
  struct SendOrder {  // bodies of messages between shards
    std::uint64_t tag;
    ShardId origin;
  };
  struct ClassifyOrder {
    ConnectionId connection;
    SourceClass source;
  };

  // reading (streams_read.cpp)
  void read(Connection& connection);
  void feed(Connection& connection, std::string_view bytes);
  std::string_view feed_partial(Connection& connection, std::string_view bytes);
  void keep(Connection& connection, std::string_view bytes, const Framer::Frame& frame);
  bool make_partial_room(Connection& connection, std::size_t bytes);
  void deliver(Connection& connection, PacketRef packet);
  void deliver_copy(Connection& connection, std::string_view message);
  void drop_partial(Connection& connection);
  void broken(Connection& connection, std::string_view bytes, Counter why);
  [[nodiscard]] bool break_off(Connection& connection);
  void half_close(Connection& connection);

  // writing (streams_write.cpp)
  void send_away(PacketRef packet, std::uint64_t tag);
  Connection* outbound(const Flow& flow);
  Connection* connect(const Flow& flow);
  void finish_connect(Connection& connection);
  void write(Connection& connection, PacketRef packet, std::uint64_t tag, ShardId origin);
  void mark_dirty(Connection& connection);
  void flush(Connection& connection);
  [[nodiscard]] std::uint64_t outbound_hash(const Flow& flow) const;

  // life (streams.cpp)
  [[nodiscard]] Connection* find(ConnectionId connection);
  [[nodiscard]] Connection* add(Wire::Handle handle, const Flow& flow);
  bool make_room(bool unauthenticated);
  void count(Connection& connection);
  void uncount(Connection& connection);
  void drain(Connection& connection);
  void drop(Connection& connection);
  void reap();
  void watch(Connection& connection);
  void arm(Connection& connection);
  [[nodiscard]] Deadline deadline(const Connection& connection) const;
  void on_deadline(Connection& connection);

  // messages of other shards
  void on_send_order(ShardMessage& message);
  void on_close_order(ShardMessage& message);
  void on_classify_order(ShardMessage& message);

  Shard& shard_;
  const Plugs& plugs_;
  Wire& wire_;
  SourceCounts& sources_;
  StreamLimits limits_;
  Counters& counters_;
  base::SlotMap<Connection> connections_;
  base::BlockPool entries_;  // of all write queues
  base::HashSeed seed_;
  base::IndexTable outbound_;                    // by remote end, protocol and listener
  AgeList<&Connection::by_age> by_age_;          // unauthenticated
  AgeList<&Connection::by_partial> by_partial_;  // unauthenticated, holding a large packet
  std::size_t open_ = 0;
  std::vector<base::SlotId> dirty_;
  std::vector<base::SlotId> closed_;
  std::vector<base::SlotId> reaping_;
  std::unique_ptr<char[]> buffer_;  // what one read brings, of any connection
};

}  // namespace ringfence::net
