// SPDX-License-Identifier: Apache-2.0
// Connection: what one stream connection is and holds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/slot_map.h"
#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/flow.h"
#include "net/packet.h"
#include "net/wire.h"
#include "net/write_queue.h"

namespace ringfence::net {

class Streams;
struct Connection;

/// A doubly linked list of connections, oldest first, threaded through one of their links.
struct AgeLink {
  Connection* older = nullptr;
  Connection* younger = nullptr;
  bool linked = false;
};

template <AgeLink Connection::* Link>
class AgeList {
 public:
  [[nodiscard]] Connection* oldest() const { return oldest_; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void add(Connection& connection);
  void remove(Connection& connection);  ///< no effect when it is not in the list

 private:
  Connection* oldest_ = nullptr;
  Connection* youngest_ = nullptr;
  std::size_t size_ = 0;
};

/// About 300 bytes; packets only while a message is incomplete or something waits to be written.
struct Connection {
  enum class State : std::uint8_t {
    Connecting,  ///< opened by us, not yet established
    Open,
    Draining,  ///< reads no more; closes once its queue is written
    Closed,    ///< descriptor gone; the object goes at the end of the turn
  };

  Connection(Streams& owner, base::Timer::Fire fire) : streams{owner}, deadline{fire, this} {}

  /// Part of a message is here, and not only half a keep-alive.
  [[nodiscard]] bool has_begun() const { return partial && begun; }

  Streams& streams;
  base::SlotId id;
  Wire::Handle handle = -1;
  Flow flow;  ///< its `connection` names this one
  State state = State::Open;
  SourceClass source = SourceClass::Unknown;
  bool outbound = false;      ///< opened by us
  bool counted = false;       ///< unauthenticated: in the source's count and in the list by age
  bool spoke = false;         ///< carried at least one message
  bool half_closed = false;   ///< the other end sends no more
  bool paused = false;        ///< not read while too much waits to be written
  bool dirty = false;         ///< has something to flush at the end of the turn
  bool watched_read = false;  ///< what the wire was last told
  bool watched_write = false;
  std::uint32_t owed = 0;    ///< messages received minus messages written, not below 0
  bool begun = false;        ///< what is incomplete is a message, and not half a keep-alive
  std::size_t expected = 0;  ///< size of the incomplete message when known, else 0
  PacketRef partial;         ///< the incomplete message
  WriteQueue queue;
  base::MonoTime opened{};
  base::MonoTime last_message{};   ///< received, complete
  base::MonoTime last_bytes{};     ///< either way
  base::MonoTime partial_since{};  ///< first byte of the incomplete message
  base::MonoTime progress{};       ///< when the other end last took bytes, or had nothing to take
  base::MonoTime ending_since{};   ///< when it became half closed or draining
  AgeLink by_age;
  AgeLink by_partial;
  base::Timer deadline;
};

template <AgeLink Connection::* Link>
void AgeList<Link>::add(Connection& connection) {
  AgeLink& link = connection.*Link;
  if (link.linked) return;
  link = {youngest_, nullptr, true};
  (youngest_ != nullptr ? (youngest_->*Link).younger : oldest_) = &connection;
  youngest_ = &connection;
  ++size_;
}

template <AgeLink Connection::* Link>
void AgeList<Link>::remove(Connection& connection) {
  AgeLink& link = connection.*Link;
  if (!link.linked) return;
  (link.older != nullptr ? (link.older->*Link).younger : oldest_) = link.younger;
  (link.younger != nullptr ? (link.younger->*Link).older : youngest_) = link.older;
  link = {};
  --size_;
}

}  // namespace ringfence::net
