// SPDX-License-Identifier: Apache-2.0
// SimWorld: the inside of a SimNetwork; events in order of time, the simulated process, agents and pipes.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/sim_clock.h"
#include "net/sim_network.h"
#include "net/source_counts.h"
#include "net/wire.h"

namespace ringfence::net {

/// A stream between a remote end and the process. In each direction bytes are on their way, then wait to be
/// read.
struct SimPipe {
  static constexpr std::size_t kWindow =
      std::size_t{64} * 1024;  // bytes one side may send before the other has read

  SimStream stream;
  base::Endpoint agent_end;
  base::Endpoint process_end;
  SimAgent* agent = nullptr;
  ShardId shard = 0;
  std::uint64_t process = 0;  // which life of the process it belongs to
  base::SlotId connection;

  std::string arrived;        // at the process, not yet read
  bool agent_closed = false;  // and everything before it has arrived
  bool established = false;
  bool broken = false;      // as the process sees it
  bool wants_read = false;  // what the process watches
  bool wants_write = false;
  bool poked = false;  // a readiness event is on its way
  bool process_closed = false;
  bool gone = false;                 // the agent was told that it is over
  bool stalled = false;              // the agent reads nothing
  std::size_t unread = 0;            // sent by the process, not yet read by the agent
  std::string held;                  // arrived at a stalled agent
  base::MonoTime last_to_process{};  // when the latest bytes of each direction arrive: later ones follow them
  base::MonoTime last_to_agent{};
};

class SimWorld {
 public:
  SimWorld(base::SimClock& clock, std::uint64_t seed, const SimWeather& weather);
  ~SimWorld();

  // time
  void at(base::MonoTime when, std::function<void()> run);
  bool run_until(const std::function<bool()>& done, base::MonoTime end);
  [[nodiscard]] base::MonoTime now() const { return clock.now(); }

  // the process
  void start();
  void kill();
  [[nodiscard]] bool post(ShardId from, ShardId to, ShardMessage&& message);

  // datagrams
  void transmit(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes);
  /// False when no listener of ours can reach that address.
  [[nodiscard]] bool send_from_process(const Flow& flow, std::string_view bytes);

  void detach(const base::Endpoint& at);

  // streams
  SimPipe& add_pipe(const base::Endpoint& agent_end, const base::Endpoint& process_end, SimAgent* agent);
  [[nodiscard]] SimPipe* pipe(std::uint32_t number);
  void connect_from_agent(SimPipe& pipe);
  void connect_from_process(SimPipe& pipe);
  void send_from_agent(SimPipe& pipe, std::string_view bytes, bool close);
  void deliver_to_agent(SimPipe& pipe, std::string bytes);
  void read_by_agent(SimPipe& pipe, std::string_view bytes);
  void end_towards_agent(SimPipe& pipe);
  void break_pipe(SimPipe& pipe);
  void poke(SimPipe& pipe);
  /// Where an outgoing connection comes from: the listener's address, a port of its own.
  [[nodiscard]] base::Endpoint outgoing_end(const Flow& flow);

  struct Process {
    std::vector<std::unique_ptr<PacketPool>> pools;  // the last one is the control thread's
    std::unique_ptr<SourceCounts> sources;
    std::vector<std::unique_ptr<SimShard>> shards;
    struct Lane {
      std::deque<ShardMessage> waiting;
      base::MonoTime last{};
    };
    std::vector<Lane> lanes;  // by sender, then receiver
  };

  base::SimClock& clock;
  base::SeededRandom random;
  SimWeather weather;
  SimProcess description;
  std::unique_ptr<Process> process;
  std::uint64_t life = 0;  // counts starts: events of an earlier life find nobody
  std::function<void(ShardMessage&)> control;
  std::map<base::Endpoint, SimAgent*> agents;
  std::set<base::Endpoint> blackholes;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t undelivered = 0;

 private:
  struct Event {
    base::MonoTime when;
    std::uint64_t order;
    std::function<void()> run;
    friend bool operator>(const Event& a, const Event& b) {
      return a.when != b.when ? a.when > b.when : a.order > b.order;
    }
  };
  struct Heard {  // a listener, and the address of ours that was meant
    const Listener* listener = nullptr;
    base::IpAddress local;
  };

  void run_event();
  void run_due_shards();
  [[nodiscard]] base::MonoTime next_stop(base::MonoTime end) const;
  [[nodiscard]] bool chance(double probability);
  [[nodiscard]] base::Nanos upto(base::Nanos most);
  [[nodiscard]] base::MonoTime arrival(base::MonoTime& last);
  void arrive(const base::Endpoint& from, const base::Endpoint& to, const std::string& bytes);
  [[nodiscard]] Heard heard(const base::Endpoint& at, bool stream) const;
  [[nodiscard]] ShardId shard_of(const base::Endpoint& from, const base::Endpoint& to) const;
  void deliver_post(ShardId from, ShardId to);
  [[nodiscard]] Process::Lane& lane(ShardId from, ShardId to) {
    return process->lanes[from * (description.shards + 1U) + to];
  }

  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  std::map<std::pair<base::Endpoint, base::Endpoint>, base::MonoTime> last_arrival_;  // per flow
  std::map<std::uint32_t, std::unique_ptr<SimPipe>> pipes_;
  std::uint32_t next_pipe_ = 1;
  std::uint16_t next_port_ = 32'768;
};

/// The wire below the streams of one simulated shard. Handles are pipe numbers.
class SimWire final : public Wire {
 public:
  SimWire(SimWorld& world, ShardId shard) : world_{world}, shard_{shard} {}

  [[nodiscard]] Io read(Handle handle, std::span<char> into) override;
  [[nodiscard]] Io write(Handle handle, std::span<const std::string_view> pieces) override;
  [[nodiscard]] std::optional<Handle> connect(const Flow& flow, base::SlotId connection) override;
  [[nodiscard]] bool connected(Handle handle) override;
  void watch(Handle handle, base::SlotId connection, bool readable, bool writable) override;
  void close(Handle handle) override;

 private:
  [[nodiscard]] SimPipe& at(Handle handle) { return *world_.pipe(static_cast<std::uint32_t>(handle)); }
  SimWorld& world_;
  ShardId shard_;
};

}  // namespace ringfence::net
