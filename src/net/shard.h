// SPDX-License-Identifier: Apache-2.0
// Shard: what the layers above see of one core's loop, real (EpollShard) or simulated (SimShard).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/time.h"
#include "net/counters.h"
#include "net/flow.h"
#include "net/listener.h"
#include "net/message.h"
#include "net/packet.h"
#include "net/packet_pool.h"

namespace ringfence::base {
class Random;
class TimerWheel;
}  // namespace ringfence::base

namespace ringfence::net {

/// Takes what arrives. Every call runs to completion on the shard's thread and must not block.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  /// A datagram, or one framed message of a stream; admitted, not yet parsed.
  virtual void on_packet(PacketRef packet) = 0;
  /// A packet sent from this shard with a tag other than 0 did not leave.
  virtual void on_send_failed(const Flow& flow, std::uint64_t tag) = 0;
  /// A connection that carried at least one message, or was opened by us, is gone. Told to every shard.
  virtual void on_connection_closed(ConnectionId connection, const Flow& flow) = 0;
  /// The framer skipped these bytes of a stream: a keep-alive wants its answer here (RFC 5626 §3.5.1).
  virtual void on_skipped(const Flow& flow, std::string_view bytes) { (void)flow, (void)bytes; }
  /// The framer found this stream broken, or the rest of a message that has begun is not coming: its time is
  /// over, or the other side has closed. What is sent on the flow now still leaves, then the connection
  /// closes.
  virtual void on_broken(const Flow& flow, std::string_view bytes) { (void)flow, (void)bytes; }
  /// Everything of this turn was delivered; what is sent now leaves with the turn.
  virtual void on_turn_end() {}
};

/// Finds where messages end in a stream. Stateless: one framer serves all connections of a shard.
class Framer {
 public:
  struct Frame {
    enum What : std::uint8_t {
      NeedMore,  ///< incomplete; `size` is the whole message's size when it is known already, else 0
      Message,   ///< the first `size` bytes are a message
      Skip,      ///< the first `size` bytes are no message and are not needed: keep-alives
      Broken,    ///< no message can be found here any more: the connection closes
    };
    What what = NeedMore;
    std::size_t size = 0;
    /// NeedMore: a message has begun and must be complete in time. False for bytes between messages, half a
    /// keep-alive, which may stay alone for as long as the connection may.
    bool begun = true;
  };

  virtual ~Framer() = default;
  /// @param bytes  not empty; begins where the last frame ended
  /// @param seen   so many of them were shown before, with the answer NeedMore and no size: the search for
  /// the end
  ///               of the headers may go on near there, so that a message sent byte by byte costs linear time
  [[nodiscard]] virtual Frame frame(std::string_view bytes, std::size_t seen) = 0;
};

/// The cheapest check: may this source speak at all? Asked before any copy or parse.
class Admission {
 public:
  virtual ~Admission() = default;
  /// @param flow   streams: `connection` is set once it is accepted
  /// @param bytes  size of the datagram or framed message; 0 when a connection wants to be accepted
  /// @return Denied drops the datagram, or closes the connection; anything else is the packet's source class
  [[nodiscard]] virtual SourceClass admit(const Flow& flow, std::size_t bytes) = 0;
};

/// The layers above a shard.
struct Plugs {
  PacketSink* sink = nullptr;
  Framer* framer = nullptr;
  Admission* admission = nullptr;
};

/// One core's thread, loop, sockets, timers and pools. Call everything on the shard's own thread.
class Shard {
 public:
  using Handler = void (*)(void* self, ShardMessage& message);

  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;
  virtual ~Shard();

  [[nodiscard]] ShardId id() const { return id_; }
  [[nodiscard]] unsigned shards() const { return shards_; }
  /// The control thread's place in `post`.
  [[nodiscard]] ShardId control() const { return static_cast<ShardId>(shards_); }
  /// Read once per turn.
  [[nodiscard]] base::MonoTime now() const { return now_; }
  [[nodiscard]] base::WallTime wall() const { return wall_; }
  [[nodiscard]] base::Random& random() { return random_; }
  [[nodiscard]] base::TimerWheel& timers() { return timers_; }
  [[nodiscard]] PacketPool& packets() { return packets_; }
  [[nodiscard]] std::span<const Listener> listeners() const { return listeners_; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  /// Sends to where `packet->flow` says. The bytes must not change any more.
  /// UDP leaves with the turn. A stream with a connection is written by that connection's shard; without one,
  /// this shard uses the connection it has opened to that remote end, or opens one.
  /// @param tag  handed to `on_send_failed` on this shard when the packet does not leave; 0: count, do not
  /// tell
  virtual void send(PacketRef packet, std::uint64_t tag = 0) = 0;

  /// Puts a message into the mailbox of another participant (or our own: it runs later).
  /// Its packet, if any, must be the only handle. Messages of one sender arrive in order.
  /// @return false: the mailbox is full; counted, and the message is left as it was
  [[nodiscard]] virtual bool post(ShardId to, ShardMessage&& message) = 0;

  /// Closes a connection of any shard once its queued packets have left.
  virtual void close(ConnectionId connection) = 0;

  /// Tells what a connection has shown: Known or Trusted lifts the deadline and the caps of unauthenticated
  /// connections, Denied closes it. Any shard's connection.
  virtual void classify(ConnectionId connection, SourceClass source) = 0;

  /// Registers who handles messages of a kind. One handler per kind, before the loop starts.
  void handle(std::uint8_t kind, void* self, Handler handler);
  /// `handle(kind, *this, &Type::on_...)` for a member function, without a hand-written thunk.
  template <auto Member, class Self>
  void handle(std::uint8_t kind, Self& self) {
    handle(kind, &self,
           [](void* object, ShardMessage& message) { (static_cast<Self*>(object)->*Member)(message); });
  }

  /// Connects the layers above; they must outlive the running of the loop.
  void plug(PacketSink& sink, Framer& framer, Admission& admission);

 protected:
  struct Parts {
    ShardId id;
    unsigned shards;
    base::Random& random;
    base::TimerWheel& timers;
    PacketPool& packets;
    std::span<const Listener> listeners;
  };
  explicit Shard(const Parts& parts);

  void set_time(base::MonoTime now, base::WallTime wall) {
    now_ = now;
    wall_ = wall;
  }
  /// Runs the handler of a message that arrived from another participant.
  void dispatch(ShardMessage& message);
  /// Counts a packet that did not leave, and mails its sender when he wants to know. Never calls the sink:
  /// the sender is in the middle of something. A report that finds no room is counted by post(); a timer ends
  /// that wait then.
  void report_send_failed(const Flow& flow, std::uint64_t tag, ShardId sender);
  [[nodiscard]] const Plugs& plugs() const { return plugs_; }

 private:
  friend class Streams;  // the part of a shard that its kinds have in common

  void on_send_report(ShardMessage& message);
  void on_close_report(ShardMessage& message);

  struct Slot {
    void* self = nullptr;
    Handler handler = nullptr;
  };

  ShardId id_;
  unsigned shards_;
  base::MonoTime now_{};
  base::WallTime wall_{};
  base::Random& random_;                 // owned by the kind of shard we are
  base::TimerWheel& timers_;             // likewise
  PacketPool& packets_;                  // likewise
  std::span<const Listener> listeners_;  // likewise
  Plugs plugs_;
  std::array<Slot, 256> handlers_{};
  Counters counters_;
};

}  // namespace ringfence::net
