// SPDX-License-Identifier: Apache-2.0
// SimNetwork: shards, wires and remote ends in one thread on simulated time, repeatable from a seed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/sim_clock.h"
#include "base/time.h"
#include "net/shard.h"
#include "net/sim_shard.h"
#include "net/stream_limits.h"

namespace ringfence::net {

class SimWorld;

/// How badly the simulated wire behaves. Rates are probabilities from 0 to 1; they concern datagrams only.
struct SimWeather {
  double loss = 0;
  double duplicate = 0;
  double reorder = 0;  ///< probability that a datagram is held back by up to `reorder_by`
  base::Nanos delay = std::chrono::microseconds{200};
  base::Nanos jitter = base::Nanos{0};  ///< uniform, on top of `delay`; keeps the order within one flow
  base::Nanos reorder_by = std::chrono::milliseconds{5};
  base::Nanos post_delay = std::chrono::microseconds{20};  ///< longest time a message between shards takes
};

/// The process under test.
struct SimProcess {
  unsigned shards = 2;
  std::vector<Listener> listeners;  ///< ids 0, 1, 2, ...; `advertised` left empty means as bound
  PacketLimits packets{.small = 4096, .large = 64};
  std::size_t inbox = 1024;  ///< messages waiting from one shard to another
  StreamLimits streams;
};

/// A stream as a remote end sees it.
struct SimStream {
  std::uint32_t number = 0;
  friend bool operator==(const SimStream&, const SimStream&) = default;
};

/// A remote end: a phone, a carrier, an attacker. Attached to an endpoint; called with simulated time
/// standing still.
class SimAgent {
 public:
  virtual ~SimAgent() = default;
  virtual void on_datagram(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes) = 0;
  virtual void on_stream_open(SimStream stream, const base::Endpoint& peer) { (void)stream, (void)peer; }
  virtual void on_stream_bytes(SimStream stream, std::string_view bytes) { (void)stream, (void)bytes; }
  virtual void on_stream_closed(SimStream stream) { (void)stream; }
};

/// The whole world of a test. Nothing happens outside `run_for` and `run_until`.
class SimNetwork {
 public:
  explicit SimNetwork(std::uint64_t seed, SimWeather weather = {});
  ~SimNetwork();
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;

  [[nodiscard]] base::SimClock& clock() { return clock_; }
  [[nodiscard]] base::Random& random();
  [[nodiscard]] SimWeather& weather();

  /// Builds the shards. Plug sinks and handlers into each before time runs.
  void start(SimProcess process);
  /// kill -9: shards, pools, mailboxes and connections vanish; what was on the wire stays there. Destroy the
  /// layers above the shards first: their timers and packets belong to the process. Remote ends see streams
  /// break.
  void kill();
  /// `kill` (when still running) and `start` with the same description.
  void restart();
  [[nodiscard]] bool running() const;
  [[nodiscard]] SimShard& shard(ShardId id);
  [[nodiscard]] unsigned shards() const;

  /// Takes messages posted to `Shard::control()`; the packet, if any, must be let go before the call returns.
  void on_control(std::function<void(ShardMessage&)> handler);
  /// Posts as the control thread does.
  [[nodiscard]] bool post_from_control(ShardId to, ShardMessage&& message);

  /// Remote ends. The agent must stay until it is detached or the network is gone.
  void attach(const base::Endpoint& at, SimAgent& agent);
  void detach(const base::Endpoint& at);
  /// What is sent there vanishes without an answer, connections included.
  void blackhole(const base::Endpoint& at, bool on);
  void send_datagram(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes);
  /// Opens a stream from a remote end to a listener; `on_stream_open` or `on_stream_closed` follows.
  SimStream connect(const base::Endpoint& from, const base::Endpoint& to);
  void stream_send(SimStream stream, std::string_view bytes);
  void stream_close(SimStream stream);  ///< after the bytes sent so far
  void stream_break(SimStream stream);  ///< at once, both ways, as a reset does
  /// A remote end that stops reading: bytes towards it pile up, as they do behind a full window.
  void stream_stall(SimStream stream, bool stalled);

  void run_for(base::Nanos span);
  /// Runs until `done()` holds after some event, or `limit` has passed. @return what `done()` said last
  bool run_until(const std::function<bool()>& done, base::Nanos limit);

  /// Datagrams that the weather has taken or doubled so far, and those sent to nobody.
  [[nodiscard]] std::uint64_t lost() const;
  [[nodiscard]] std::uint64_t duplicated() const;
  [[nodiscard]] std::uint64_t undelivered() const;

 private:
  base::SimClock clock_;
  std::unique_ptr<SimWorld> world_;
};

}  // namespace ringfence::net
