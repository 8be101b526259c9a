// SPDX-License-Identifier: Apache-2.0
// EpollShard: a shard on real sockets (docs/decisions/0002-own-shard-loop.md).
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/quiescent.h"
#include "base/random.h"
#include "base/time.h"
#include "base/timer_wheel.h"
#include "net/datagram_receiver.h"
#include "net/datagram_sender.h"
#include "net/mailboxes.h"
#include "net/selector.h"
#include "net/shard.h"
#include "net/socket_wire.h"
#include "net/sockets.h"
#include "net/stream_limits.h"
#include "net/streams.h"

namespace ringfence::net {

/// What the shards of a process share; all of it outlives them.
struct ShardSurroundings {
  ListenerSet& listeners;
  Mailboxes& mailboxes;
  SourceCounts& sources;
  const base::Clock& clock;
  base::QuiescentDomain* quiescent = nullptr;  ///< may be absent
};

/// One turn of the loop: mail, known sockets, strangers (a budget), streams, timers, `on_turn_end`, then
/// everything that was sent leaves, sleeping shards are woken, foreign packets go home.
class EpollShard final : public Shard, private SendFailures {
 public:
  EpollShard(ShardId id, const ShardSurroundings& surroundings, PacketPool& packets,
             const StreamLimits& limits);
  ~EpollShard() override;

  void send(PacketRef packet, std::uint64_t tag = 0) override;
  [[nodiscard]] bool post(ShardId to, ShardMessage&& message) override;
  void close(ConnectionId connection) override { streams_.close(connection); }
  void classify(ConnectionId connection, SourceClass source) override {
    streams_.classify(connection, source);
  }

  /// Turns until `stop` is set (and the shard poked). On the shard's thread.
  void run(const std::atomic<bool>& stop);
  /// One turn. Sleeps at most `wait` for something to happen.
  void turn(base::Nanos wait);

  [[nodiscard]] const Streams& streams() const { return streams_; }

 private:
  struct Acceptor {
    int descriptor;
    ListenerId listener;
    bool wildcard;
  };
  struct Step {
    std::string_view name;
    bool (EpollShard::*run)();  // true when there was something to do
  };
  static const std::array<Step, 8> kSteps;

  void open_sockets(const ListenerSet& listeners);
  void watch_descriptor(int descriptor, EventTag tag, std::uint32_t events);
  void change_events(int descriptor, EventTag tag, std::uint32_t events);

  void wait_for_events(base::Nanos wait);
  [[nodiscard]] int milliseconds_to_sleep(base::Nanos wait);
  void sort_events(std::size_t count);

  bool read_mail();
  bool read_known();
  bool read_strangers();
  void drain_strangers_after_promotion();
  void deliver(DatagramReceiver& receiver, std::size_t count);
  bool serve_streams();
  bool accept_connections();
  void accept(const Acceptor& acceptor);
  void pause_accepting();
  void resume_accepting();
  bool fire_timers();
  bool tell_turn_end();
  bool flush();
  void flush(std::size_t sender);
  [[nodiscard]] DatagramSender* sender_of(const Flow& flow);
  void send_failed(const Flow& flow, std::uint64_t tag) override { report_send_failed(flow, tag, id()); }
  void report_slow_turn(base::MonoTime began, base::MonoTime ended, std::string_view slowest);

  const base::Clock& clock_;
  Mailboxes& mailboxes_;
  FlowMap& flows_;
  base::QuiescentDomain* quiescent_;
  base::SystemRandom random_;
  base::TimerWheel timers_;
  Descriptor epoll_;
  SocketWire wire_;
  Streams streams_;

  std::vector<DatagramSocket> known_;
  std::vector<DatagramSocket> strangers_;
  std::vector<Acceptor> acceptors_;
  std::vector<std::unique_ptr<DatagramSender>> senders_;  // one per stranger socket, in their order
  DatagramReceiver known_receiver_;
  DatagramReceiver stranger_receiver_;

  // what the last look at epoll found
  std::vector<std::uint32_t> known_ready_;
  std::vector<std::uint32_t> strangers_ready_;
  std::vector<std::uint32_t> acceptors_ready_;
  std::vector<epoll_event> stream_events_;
  std::vector<epoll_event> events_;
  bool poked_ = false;
  bool idle_ = true;        // as the quiescent domain knows us
  bool mail_left_ = false;  // more was waiting than one turn reads
  bool accepting_ = true;   // false while the process is out of descriptors
  base::Timer accept_again_;
  std::uint64_t promotions_ = 0;  // up to which strangers were drained
  unsigned slow_turns_ = 0;       // since the last line about them
  base::MonoTime next_slow_report_{};
  long preempted_ = 0;     // involuntary switches of this thread when that line was written
  base::MonoTime looked_;  // the last reading of the clock
};

}  // namespace ringfence::net
