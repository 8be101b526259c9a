// SPDX-License-Identifier: Apache-2.0
// Many transactions over a wire that loses, doubles and reorders: whatever the schedule, each has one outcome
// and an end.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/sim_network.h"
#include "transaction/layer.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;

namespace {

const base::Endpoint kOurs = *base::Endpoint::parse("192.0.2.10:5060");
/// Several, since all that comes from one of them arrives on one shard.
base::Endpoint mirror(std::size_t number) {
  return {base::IpAddress::v4(198, 51, 100, 1), static_cast<std::uint16_t>(6000 + number % 8)};
}

/// Sends everything back to where it came from, so that each request of ours meets a server transaction of
/// ours, and each response its client transaction, with the weather twice in between.
class Mirror final : public net::SimAgent {
 public:
  explicit Mirror(net::SimNetwork& network) : network_{network} {}
  void on_datagram(const base::Endpoint& from, const base::Endpoint& to, std::string_view bytes) override {
    network_.send_datagram(to, from, bytes);
  }

 private:
  net::SimNetwork& network_;
};

struct OwnedByCallId final : transport::Ownership {
  net::ShardId owner_of_request(const sip::Message& request, transport::Inbound&,
                                net::Shard& shard) override {
    return static_cast<net::ShardId>(base::hash_text({5, 6}, request.call_id()) % shard.shards());
  }
};

struct AdmitKnown final : net::Admission {
  net::SourceClass admit(const net::Flow&, std::size_t) override { return net::SourceClass::Known; }
};

/// What one client transaction told.
struct Outcome {
  bool invite = false;
  unsigned final_status = 0;
  unsigned finals = 0;  // told as a final response: one, or several 2xx to an INVITE
  unsigned failures = 0;
  unsigned out_of_order = 0;  // provisional after final, final after failure, another final
};

class Caller final : public ClientUser {
 public:
  Caller(net::Shard& shard, transport::Transport& transport, Layer& layer, base::Random& random)
      : shard_{shard}, transport_{transport}, layer_{layer}, random_{random} {}

  void start() {
    const std::size_t number = outcomes_.size();
    const bool invite = random_.below(2) == 0;
    outcomes_.push_back({.invite = invite});
    const auto id = layer_.reserve(*this, number);
    REQUIRE(id);
    layer_.send(*id, request(*id, number, invite ? "INVITE" : "MESSAGE"));
    // Some callers hang up early. For the others Timer C must end what only ever rings (§16.6, step 11).
    if (invite) cancel_in(random_.below(4) == 0 ? std::chrono::milliseconds{random_.below(8000)} : 3min, *id);
  }

  void on_response(ClientId, std::uint64_t cookie, net::PacketRef response) override {
    Outcome& outcome = outcomes_[cookie];
    const unsigned status = transport::message_of(response).status();
    const bool settled = outcome.finals + outcome.failures != 0;
    const bool further_2xx = outcome.invite && outcome.final_status / 100 == 2 && status / 100 == 2;
    if (settled && !further_2xx) ++outcome.out_of_order;
    if (status < 200) return;
    outcome.final_status = status;
    ++outcome.finals;
  }
  void on_client_failure(ClientId, std::uint64_t cookie, ClientFailure) override {
    Outcome& outcome = outcomes_[cookie];
    if (outcome.finals != 0) ++outcome.out_of_order;
    ++outcome.failures;
  }

  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }

 private:
  struct Cancel {
    Cancel(Layer& its_layer, ClientId its_id)
        : layer{its_layer}, id{its_id}, timer{[](void* self) { static_cast<Cancel*>(self)->fire(); }, this} {}
    void fire() { layer.cancel(id); }
    Layer& layer;
    ClientId id;
    base::Timer timer;
  };

  void cancel_in(base::Nanos delay, ClientId id) {
    cancels_.push_back(std::make_unique<Cancel>(layer_, id));
    shard_.timers().arm(cancels_.back()->timer, shard_.now() + delay);
  }
  net::PacketRef request(ClientId id, std::size_t number, std::string_view method) {
    net::Flow to;
    to.remote = mirror(number);
    to.listener = 0;
    char via[transport::Transport::kViaBytes];
    const std::size_t via_size = transport_.write_via(via, to, layer_.branch_of(id));
    const std::string name = std::to_string(shard_.id()) + "-" + std::to_string(number);
    return transport_.make_packet(std::string{method} +
                                      " sip:b@example.test SIP/2.0\r\nVia: " + std::string(via, via_size) +
                                      "\r\nMax-Forwards: 70\r\nFrom: <sip:a@example.test>;tag=" + name +
                                      "\r\nTo: <sip:b@example.test>\r\nCall-ID: " + name + "\r\nCSeq: 1 " +
                                      std::string{method} + "\r\nContent-Length: 0\r\n\r\n",
                                  to);
  }

  net::Shard& shard_;
  transport::Transport& transport_;
  Layer& layer_;
  base::Random& random_;
  std::vector<Outcome> outcomes_;
  std::vector<std::unique_ptr<Cancel>> cancels_;
};

/// Answers each request by a plan drawn for it: perhaps a 180, then a final response soon, late or very late.
class Callee final : public ServerUser {
 public:
  Callee(net::Shard& shard, transport::Transport& transport, Layer& layer, base::Random& random)
      : shard_{shard}, transport_{transport}, layer_{layer}, random_{random} {}

  void on_new_request(net::PacketRef request) override {
    if (transport::message_of(request).method() == sip::Method::Ack) return;
    const auto id = layer_.open(request, jobs_.size());
    REQUIRE(id);
    const bool invite = transport::message_of(request).method() == sip::Method::Invite;
    jobs_.push_back(std::make_unique<Job>(*this, *id, std::move(request)));
    Job& job = *jobs_.back();
    job.rings = invite && random_.below(2) == 0;
    constexpr unsigned kFinals[] = {200, 200, 404, 486, 503};
    job.final_status = kFinals[random_.below(std::size(kFinals))];
    constexpr base::Nanos kDelays[] = {0ms, 50ms, 400ms, 3s, 12s, 33s};
    job.delay = kDelays[random_.below(std::size(kDelays))];
    if (!invite && job.delay > 32s) job.final_status = 408;  // as a proxy would: it must not leave
    shard_.timers().arm(job.timer, shard_.now() + (job.rings ? job.delay / 2 : job.delay));
  }
  void on_cancel(ServerId, std::uint64_t cookie, net::PacketRef) override { jobs_[cookie]->finish(487); }
  void on_server_end(ServerId, std::uint64_t cookie, ServerEnd) override { ++jobs_[cookie]->ends; }

  [[nodiscard]] std::size_t opened() const { return jobs_.size(); }
  [[nodiscard]] bool each_ended_once() const {
    return std::ranges::all_of(jobs_, [](const auto& job) { return job->ends == 1; });
  }

 private:
  struct Job {
    Job(Callee& its_home, ServerId its_id, net::PacketRef its_request)
        : home{its_home},
          id{its_id},
          request{std::move(its_request)},
          timer{[](void* self) { static_cast<Job*>(self)->fire(); }, this} {}
    void fire() {
      if (!std::exchange(rings, false)) return finish(final_status);
      home.layer_.respond(id, home.transport_.make_response(request, {.status = 180}));
      home.shard_.timers().arm(timer, home.shard_.now() + delay / 2);
    }
    void finish(unsigned status) {
      timer.cancel();
      const net::PacketRef kept = std::move(request);
      if (kept) home.layer_.respond(id, home.transport_.make_response(kept, {.status = status}));
    }
    Callee& home;
    ServerId id;
    net::PacketRef request;
    base::Timer timer;
    bool rings = false;
    unsigned final_status = 0;
    base::Nanos delay{0};
    unsigned ends = 0;
  };

  net::Shard& shard_;
  transport::Transport& transport_;
  Layer& layer_;
  base::Random& random_;
  std::vector<std::unique_ptr<Job>> jobs_;
};

/// Everything of one shard.
struct Floor {
  Floor(net::Shard& its_shard, const transport::NodeKeys& keys, transport::Ownership& ownership)
      : shard{its_shard}, transport{shard, keys, ownership}, layer{shard, transport} {
    shard.plug(transport, transport, admission);
    layer.plug(callee);
  }
  net::Shard& shard;
  AdmitKnown admission;
  transport::Transport transport;
  Layer layer;
  base::SeededRandom chance{shard.random().next()};
  Callee callee{shard, transport, layer, chance};
  Caller caller{shard, transport, layer, chance};
};

class World {
 public:
  World(std::uint64_t seed, const net::SimWeather& weather) : network_{seed, weather} {
    net::SimProcess process;
    process.listeners = {{.protocol = net::Protocol::Udp, .bound = kOurs}};
    network_.start(std::move(process));
    for (std::size_t number = 0; number < 8; ++number) network_.attach(mirror(number), mirror_);
    for (net::ShardId id = 0; id < 2; ++id) {
      floors_.push_back(std::make_unique<Floor>(network_.shard(id), keys_, ownership_));
    }
  }
  void run(int calls) {
    for (int i = 0; i < calls; ++i) {
      floors_[static_cast<std::size_t>(i) % 2]->caller.start();
      network_.run_for(std::chrono::milliseconds{network_.random().below(50)});
    }
    network_.run_for(5min);  // longer than the slowest plan and every timer after it
  }
  [[nodiscard]] const std::vector<std::unique_ptr<Floor>>& floors() const { return floors_; }
  template <class Of>
  [[nodiscard]] std::uint64_t sum(Of&& of) const {
    std::uint64_t all = 0;
    for (const auto& floor : floors_) all += of(*floor);
    return all;
  }

 private:
  net::SimNetwork network_;
  Mirror mirror_{network_};
  transport::NodeKeys keys_{transport::BranchCodec{{1, 2}, 1},
                            transport::StatelessTags{base::as_bytes("0123456789abcdef0123456789abcdef")},
                            {3, 4}};
  OwnedByCallId ownership_;
  std::vector<std::unique_ptr<Floor>> floors_;
};

void check_outcomes(const World& world) {
  for (const auto& floor : world.floors()) {
    for (const Outcome& outcome : floor->caller.outcomes()) {
      CHECK(outcome.out_of_order == 0);
      CHECK((outcome.finals != 0) != (outcome.failures != 0));
      CHECK(outcome.failures <= 1);
      if (outcome.final_status / 100 != 2 || !outcome.invite) CHECK(outcome.finals <= 1);
      CHECK((outcome.invite || outcome.final_status != 408));  // RFC 4320 §4.2
    }
    CHECK(floor->callee.each_ended_once());
  }
}

void check_nothing_left(const World& world) {
  for (const auto& floor : world.floors()) {
    CHECK(floor->layer.servers() == 0);
    CHECK(floor->layer.clients() == 0);
    CHECK(floor->shard.timers().armed() == 0);
    CHECK(floor->shard.packets().in_use() == 0);
  }
}

}  // namespace

TEST_CASE("whatever the wire does, each transaction has one outcome and leaves nothing behind") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    World world{seed,
                {.loss = 0.05 * static_cast<double>(seed),
                 .duplicate = 0.1,
                 .reorder = 0.2,
                 .jitter = 30ms,
                 .reorder_by = 200ms}};
    world.run(300);
    check_outcomes(world);
    check_nothing_left(world);
  }
}

TEST_CASE("on a good wire every request is answered, handed over where needed, and parsed once") {
  World world{99, {}};
  world.run(300);
  check_outcomes(world);
  check_nothing_left(world);
  const auto transport_count = [&](transport::Counter row) {
    return world.sum([&](const Floor& floor) { return floor.transport.counters().value(row); });
  };
  CHECK(world.sum([](const Floor& floor) { return floor.callee.opened(); }) == 300);
  CHECK(transport_count(transport::Counter::HandedOver) > 0);
  CHECK(transport_count(transport::Counter::HandOverRefused) == 0);
  CHECK(transport_count(transport::Counter::ForeignBranch) == 0);
  CHECK(transport_count(transport::Counter::Parsed) ==
        world.sum([](const Floor& floor) { return floor.shard.counters().value(net::Counter::PacketsIn); }));
  for (const auto& floor : world.floors())
    CHECK(floor->transport.counters().value(transport::Counter::HandedOver) > 0);
}

TEST_CASE("on a dead wire every request times out") {
  World world{7, {.loss = 1.0}};
  world.run(50);
  check_nothing_left(world);
  for (const auto& floor : world.floors()) {
    for (const Outcome& outcome : floor->caller.outcomes()) CHECK(outcome.failures == 1);
  }
}
