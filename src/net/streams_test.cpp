// SPDX-License-Identifier: Apache-2.0
// Streams on simulated wires and simulated time: framing, deadlines, caps, back-pressure, failures.
#include "net/streams.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "net/sim_network.h"
#include "net/sim_world.h"
#include "net/test_layers.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

namespace {

const base::Endpoint kServer{base::IpAddress::v4(192, 0, 2, 1), 5060};

base::Endpoint phone_at(std::uint8_t host, std::uint16_t port = 40'000) {
  return {base::IpAddress::v4(198, 51, 100, host), port};
}

struct Phone final : SimAgent {
  void on_datagram(const base::Endpoint&, const base::Endpoint&, std::string_view) override {}
  void on_stream_open(SimStream stream, const base::Endpoint& peer) override {
    opened.push_back(stream);
    peers.push_back(peer);
  }
  void on_stream_bytes(SimStream stream, std::string_view bytes) override {
    received[stream.number] += bytes;
  }
  void on_stream_closed(SimStream stream) override { closed.push_back(stream); }

  [[nodiscard]] bool is_closed(SimStream stream) const { return std::ranges::count(closed, stream) > 0; }
  std::vector<SimStream> opened;
  std::vector<base::Endpoint> peers;
  std::map<std::uint32_t, std::string> received;
  std::vector<SimStream> closed;
};

/// One shard behind one TCP listener, and a phone.
struct World {
  explicit World(StreamLimits limits = {}, unsigned shards = 1) {
    SimProcess process;
    process.shards = shards;
    process.streams = limits;
    process.listeners = {{.protocol = Protocol::Tcp, .bound = kServer}};
    network.start(process);
    for (ShardId id = 0; id < shards; ++id) layers.push_back(std::make_unique<Layers>(network.shard(id)));
    network.attach(phone_at(1), phone);
  }
  /// An open stream from the phone.
  SimStream open(const base::Endpoint& from = phone_at(1)) {
    const SimStream stream = network.connect(from, kServer);
    network.run_for(2ms);
    return stream;
  }
  [[nodiscard]] RecordingSink& sink(ShardId id = 0) { return layers[id]->sink; }
  [[nodiscard]] std::uint64_t counted(Counter counter) { return network.shard(0).counters().value(counter); }
  [[nodiscard]] SimShard& shard() { return network.shard(0); }

  SimNetwork network{1};
  Phone phone;
  std::vector<std::unique_ptr<Layers>> layers;
};

Flow flow_to(const base::Endpoint& remote) {
  Flow flow;
  flow.remote = remote;
  flow.listener = 0;
  flow.protocol = Protocol::Tcp;
  return flow;
}

}  // namespace

TEST_CASE("messages are the same however the bytes are cut") {
  const std::string line = "INVITE\n";
  const std::string announced = "#40:" + std::string(36, 'b');
  const std::string large = "#5000:" + std::string(4994, 'c');
  const std::string bytes = line + announced + line + large + announced;
  const std::vector<std::string> expected{line, announced, line, large, announced};

  SUBCASE("in two, at every position") {
    for (std::size_t cut = 1; cut < bytes.size(); cut += cut < 120 ? 1 : 97) {
      World world;
      const SimStream stream = world.open();
      world.network.stream_send(stream, bytes.substr(0, cut));
      world.network.run_for(1ms);
      world.network.stream_send(stream, bytes.substr(cut));
      world.network.run_for(1ms);
      REQUIRE_MESSAGE(world.sink().texts == expected, "cut at " << cut);
      REQUIRE(world.shard().packets().in_use() == 0);
    }
  }
  SUBCASE("byte by byte") {
    World world;
    const SimStream stream = world.open();
    for (const char byte : bytes) {
      world.network.stream_send(stream, {&byte, 1});
      world.network.run_for(1ms);
    }
    CHECK(world.sink().texts == expected);
  }
  SUBCASE("all at once") {
    World world;
    world.network.stream_send(world.open(), bytes);
    world.network.run_for(1ms);
    CHECK(world.sink().texts == expected);
  }
}

TEST_CASE("a message sent byte by byte costs linear time") {
  World world;
  const SimStream stream = world.open();
  constexpr std::size_t kBytes = 10'000;
  for (std::size_t i = 0; i < kBytes; ++i) world.network.stream_send(stream, "x");
  world.network.stream_send(stream, "\n");
  world.network.run_for(5ms);
  REQUIRE(world.sink().texts.size() == 1);
  CHECK(world.sink().texts[0].size() == kBytes + 1);
  CHECK(world.layers[0]->framer.looked_at <= 2 * kBytes);
}

TEST_CASE("what is no message between messages is skipped and told, so that keep-alives can be answered") {
  World world;
  world.network.stream_send(world.open(), "\nfirst\n\n\nsecond\n");
  world.network.run_for(1ms);
  CHECK(world.sink().texts == std::vector<std::string>{"first\n", "second\n"});
  CHECK(world.sink().skipped == std::vector<std::string>{"\n", "\n", "\n"});
}

TEST_CASE("a stream's messages are at least validated, and carry their connection") {
  World world;
  world.network.stream_send(world.open(), "hello\n");
  world.network.run_for(1ms);
  REQUIRE(world.sink().texts.size() == 1);
  CHECK(world.sink().sources[0] == SourceClass::Validated);
  CHECK(world.sink().flows[0].connection);
  CHECK(world.sink().flows[0].remote == phone_at(1));
  CHECK(world.sink().flows[0].protocol == Protocol::Tcp);
}

TEST_CASE("an answer goes back on the connection of its request") {
  World world;
  world.sink().answer = [&](PacketRef packet) { world.shard().send(std::move(packet)); };
  const SimStream stream = world.open();
  world.network.stream_send(stream, "one\ntwo\n");
  world.network.run_for(2ms);
  CHECK(world.phone.received[stream.number] == "one\ntwo\n");
}

TEST_CASE("a broken stream closes, after what was said to it has left") {
  World world;
  world.sink().on_break = [&](const Flow& flow) {
    world.shard().send(make_packet(world.shard(), flow, "400 what?\n"));
  };
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n!nonsense");
  world.network.run_for(2ms);
  CHECK(world.sink().texts == std::vector<std::string>{"hello\n"});
  CHECK(world.phone.received[stream.number] == "400 what?\n");
  CHECK(world.phone.is_closed(stream));
  CHECK(world.counted(Counter::StreamBroken) == 1);
  CHECK(world.sink().closed.size() == 1);
}

TEST_CASE("a message above the limit breaks the stream as soon as that is known") {
  World world{{.message_bytes = 4000}};
  SUBCASE("announced") {
    world.network.stream_send(world.open(), "#4001:abc");
  }
  SUBCASE("without end") {
    const SimStream stream = world.open();
    for (int i = 0; i < 41; ++i) world.network.stream_send(stream, std::string(100, 'x'));
  }
  SUBCASE("whole") {
    world.network.stream_send(world.open(), "#4001:" + std::string(3995, 'x'));
  }
  world.network.run_for(2ms);
  CHECK(world.counted(Counter::StreamTooLarge) == 1);
  CHECK(world.shard().connections() == 0);
  CHECK(world.sink().texts.empty());
}

TEST_CASE("a connection that says nothing is closed after 10 s (A-14)") {
  World world;
  const SimStream stream = world.open();
  world.network.run_for(9s);
  CHECK_FALSE(world.phone.is_closed(stream));
  world.network.run_for(1100ms);
  CHECK(world.phone.is_closed(stream));
  CHECK(world.counted(Counter::DeadlineFirstMessage) == 1);
  CHECK(world.sink().closed.empty());  // it never said anything: nobody knows of it
}

TEST_CASE("a message that drips in is given 10 s, also after a good one") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  for (int second = 0; second < 9; ++second) {
    world.network.stream_send(stream, "x");
    world.network.run_for(1s);
    REQUIRE_FALSE(world.phone.is_closed(stream));
  }
  world.network.stream_send(stream, "x");
  world.network.run_for(1100ms);
  CHECK(world.phone.is_closed(stream));
  CHECK(world.counted(Counter::DeadlineCompletion) == 1);
}

TEST_CASE("a message that is not complete in time is told as far as it came, and its answer still leaves") {
  World world;
  const SimStream stream = world.open();
  world.sink().on_break = [&](const Flow& flow) {
    world.shard().send(make_packet(world.shard(), flow, "400 what?\n"));
  };
  SUBCASE("the first one") {}
  SUBCASE("a later one") {
    world.network.stream_send(stream, "hello\n");
  }
  world.network.stream_send(stream, "half a mess");
  world.network.run_for(10100ms);
  CHECK(world.sink().broken == std::vector<std::string>{"half a mess"});
  CHECK(world.phone.received[stream.number] == "400 what?\n");
  CHECK(world.phone.is_closed(stream));
  CHECK(world.shard().packets().in_use() == 0);
}

TEST_CASE("what a closed stream leaves unfinished is told") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\nhalf a mess");
  world.network.run_for(1ms);
  world.network.stream_close(stream);
  world.network.run_for(1ms);
  CHECK(world.sink().broken == std::vector<std::string>{"half a mess"});
  CHECK(world.shard().packets().in_use() == 0);
}

TEST_CASE("a stranger that falls silent is closed after 60 s, a known connection is not") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  world.network.run_for(1s);
  bool known = false;
  SUBCASE("stranger") {}
  SUBCASE("known by classification") {
    world.shard().classify(world.sink().flows[0].connection, SourceClass::Known);
    known = true;
  }
  SUBCASE("known by admission") {
    world.layers[0]->admission.decide = [](const Flow&, std::size_t) { return SourceClass::Known; };
    world.network.stream_send(stream, "again\n");
    known = true;
  }
  world.network.run_for(61s);
  CHECK(world.phone.is_closed(stream) == !known);
  CHECK(world.counted(Counter::DeadlineIdle) == (known ? 0 : 1));
  world.network.run_for(3600s);
  CHECK(world.phone.is_closed(stream));
}

TEST_CASE("a demoted connection has the lifetime of a stranger from then on") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  world.network.run_for(1ms);
  const ConnectionId connection = world.sink().flows[0].connection;
  world.shard().classify(connection, SourceClass::Known);
  world.network.run_for(500s);
  world.shard().classify(connection, SourceClass::Unknown);
  world.network.run_for(59s);
  CHECK_FALSE(world.phone.is_closed(stream));
  world.network.run_for(2s);
  CHECK(world.phone.is_closed(stream));
}

TEST_CASE("one address may hold only so many unauthenticated connections; others are unaffected") {
  World world{{.unknown_per_source = 4}};
  Phone other;
  for (std::uint16_t i = 0; i < 6; ++i) {
    world.network.attach(phone_at(1, static_cast<std::uint16_t>(1000 + i)), world.phone);
    world.open(phone_at(1, static_cast<std::uint16_t>(1000 + i)));
  }
  world.network.attach(phone_at(2), other);
  const SimStream fine = world.open(phone_at(2));
  CHECK(world.shard().connections() == 5);
  CHECK(world.counted(Counter::AcceptRefused) == 2);
  CHECK(other.opened == std::vector{fine});

  SUBCASE("a closed one makes room") {
    world.network.stream_close(world.phone.opened[0]);
    world.network.run_for(1ms);
    world.open(phone_at(1, 1005));
    CHECK(world.shard().connections() == 5);
  }
  SUBCASE("known ones do not count") {
    world.network.stream_send(world.phone.opened[0], "hello\n");
    world.network.run_for(1ms);
    world.shard().classify(world.sink().flows[0].connection, SourceClass::Known);
    world.open(phone_at(1, 1005));
    CHECK(world.shard().connections() == 6);
  }
}

TEST_CASE("when the table is full the oldest unauthenticated connection makes room, never a known one") {
  World world{{.connections = 10, .unknown_per_source = 100}};
  std::vector<SimStream> streams;
  for (std::uint16_t i = 0; i < 12; ++i) {
    const base::Endpoint from = phone_at(1, static_cast<std::uint16_t>(1000 + i));
    world.network.attach(from, world.phone);
    streams.push_back(world.open(from));
    if (i != 0) continue;
    world.network.stream_send(streams[0], "hello\n");
    world.network.run_for(1ms);
    world.shard().classify(world.sink().flows[0].connection, SourceClass::Known);
  }
  // 80 % of the ten for strangers, the rest is kept for the known.
  CHECK(world.shard().connections() == 9);
  CHECK(world.counted(Counter::Evicted) == 3);
  CHECK_FALSE(world.phone.is_closed(streams[0]));
  for (std::size_t i = 1; i < 12; ++i) CHECK(world.phone.is_closed(streams[i]) == (i < 4));
}

TEST_CASE("strangers that collect large messages share a few packets; the oldest gives way") {
  World world{{.partial_large = 2}};
  std::vector<SimStream> streams;
  for (std::uint16_t i = 0; i < 3; ++i) {
    const base::Endpoint from = phone_at(1, static_cast<std::uint16_t>(1000 + i));
    world.network.attach(from, world.phone);
    streams.push_back(world.open(from));
    world.network.stream_send(streams.back(), "#10000:begun");
    world.network.run_for(1ms);
  }
  CHECK(world.phone.is_closed(streams[0]));
  CHECK_FALSE(world.phone.is_closed(streams[1]));
  CHECK_FALSE(world.phone.is_closed(streams[2]));
  CHECK(world.shard().packets().in_use() == 2);
}

TEST_CASE("a connection owns a packet only while a message is incomplete") {
  World world;
  const SimStream stream = world.open();
  CHECK(world.shard().packets().in_use() == 0);
  world.network.stream_send(stream, "hal");
  world.network.run_for(1ms);
  CHECK(world.shard().packets().in_use() == 1);
  world.network.stream_send(stream, "f\n");
  world.network.run_for(1ms);
  CHECK(world.shard().packets().in_use() == 0);
}

TEST_CASE("a denied source cannot connect, and a connection denied later is closed") {
  World world;
  SUBCASE("at once") {
    world.layers[0]->admission.decide = [](const Flow&, std::size_t) { return SourceClass::Denied; };
    const SimStream stream = world.open();
    CHECK(world.phone.is_closed(stream));
  }
  SUBCASE("with its second message") {
    int asked = 0;
    world.layers[0]->admission.decide = [&](const Flow&, std::size_t) {
      return ++asked <= 2 ? SourceClass::Unknown : SourceClass::Denied;
    };
    const SimStream stream = world.open();
    world.network.stream_send(stream, "one\ntwo\nthree\n");
    world.network.run_for(2ms);
    CHECK(world.sink().texts == std::vector<std::string>{"one\n"});
    CHECK(world.phone.is_closed(stream));
  }
  CHECK(world.counted(Counter::Denied) == 1);
}

TEST_CASE("a peer that reads slowly gets everything in order; one that stops reading is cut off") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  world.network.run_for(1ms);
  const Flow flow = world.sink().flows[0];
  world.network.stream_stall(stream, true);
  std::string all;
  std::uint64_t sent = 0;
  // Fills the window, then the queue, until the queue refuses.
  while (world.sink().failed.empty() && sent < 1000) {
    const std::string text = std::to_string(++sent) + std::string(1000, 'y') + "\n";
    world.shard().send(make_packet(world.shard(), flow, text), sent);
    world.network.run_for(1ms);
    if (world.sink().failed.empty()) all += text;
  }
  REQUIRE(world.sink().failed.size() == 1);
  CHECK(world.sink().failed[0].tag == sent);
  CHECK(world.counted(Counter::WriteQueueFull) == 1);
  CHECK(all.size() <= SimPipe::kWindow + 64 * 1024 + 1100);

  SUBCASE("reads on") {
    // Meanwhile nothing more is read from it.
    world.network.stream_send(stream, "more\n");
    world.network.run_for(1s);
    CHECK(world.sink().texts.size() == 1);
    world.network.stream_stall(stream, false);
    world.network.run_for(1s);
    CHECK(world.phone.received[stream.number] == all);
    CHECK(world.sink().texts.size() == 2);
    CHECK_FALSE(world.phone.is_closed(stream));
  }
  SUBCASE("reads no more") {
    world.network.run_for(11s);
    CHECK(world.counted(Counter::DeadlineWrite) == 1);
    CHECK(world.sink().failed.size() > 10);  // all that had not left
    CHECK(world.sink().closed == std::vector{flow.connection});
    CHECK(world.shard().packets().in_use() == 0);
  }
}

TEST_CASE("a packet for a connection that is gone is reported, and the id names nobody else") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  world.network.run_for(1ms);
  const Flow flow = world.sink().flows[0];
  world.network.stream_break(stream);
  world.network.run_for(1ms);
  CHECK(world.sink().closed == std::vector{flow.connection});

  const SimStream next = world.open();
  world.network.stream_send(next, "me\n");
  world.network.run_for(1ms);
  CHECK(world.sink().flows[1].connection.slot == flow.connection.slot);
  world.shard().send(make_packet(world.shard(), flow, "for the dead\n"), 5);
  world.network.run_for(1ms);
  REQUIRE(world.sink().failed.size() == 1);
  CHECK(world.sink().failed[0].tag == 5);
  CHECK(world.phone.received[next.number].empty());
}

TEST_CASE("who asks and closes his side still gets the answer, and then the connection closes") {
  World world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "question\n");
  world.network.stream_close(stream);
  world.network.run_for(1s);
  REQUIRE(world.sink().texts.size() == 1);
  CHECK_FALSE(world.phone.is_closed(stream));
  world.shard().send(make_packet(world.shard(), world.sink().flows[0], "answer\n"));
  world.network.run_for(2ms);
  CHECK(world.phone.received[stream.number] == "answer\n");
  CHECK(world.phone.is_closed(stream));
}

TEST_CASE("an outbound connection is opened once, carries what waited, and is used again") {
  World world;
  const Flow flow = flow_to(phone_at(1, 5060));
  world.network.attach(phone_at(1, 5060), world.phone);
  world.shard().send(make_packet(world.shard(), flow, "one\n"), 1);
  world.shard().send(make_packet(world.shard(), flow, "two\n"), 2);
  world.network.run_for(5ms);
  REQUIRE(world.phone.opened.size() == 1);
  CHECK(world.phone.peers[0].address == kServer.address);
  const SimStream stream = world.phone.opened[0];
  CHECK(world.phone.received[stream.number] == "one\ntwo\n");

  world.network.stream_send(stream, "answer\n");
  world.network.run_for(5ms);
  CHECK(world.sink().texts == std::vector<std::string>{"answer\n"});
  world.shard().send(make_packet(world.shard(), flow, "three\n"), 3);
  world.network.run_for(5ms);
  CHECK(world.phone.opened.size() == 1);
  CHECK(world.phone.received[stream.number] == "one\ntwo\nthree\n");

  world.network.stream_break(stream);
  world.network.run_for(5ms);
  world.shard().send(make_packet(world.shard(), flow, "four\n"), 4);
  world.network.run_for(5ms);
  CHECK(world.phone.opened.size() == 2);
  CHECK(world.sink().failed.empty());
}

TEST_CASE("an outbound connection that cannot be opened reports every packet that waited for it") {
  World world;
  const Flow flow = flow_to(phone_at(9, 5060));
  SUBCASE("refused") {}
  SUBCASE("no answer") {
    world.network.blackhole(flow.remote, true);
  }
  world.shard().send(make_packet(world.shard(), flow, "one\n"), 1);
  world.shard().send(make_packet(world.shard(), flow, "two\n"), 2);
  world.shard().send(make_packet(world.shard(), flow, "untagged\n"));
  CHECK(world.sink().failed.empty());
  world.network.run_for(6s);
  REQUIRE(world.sink().failed.size() == 2);
  CHECK(world.sink().failed[0].tag == 1);
  CHECK(world.sink().failed[1].tag == 2);
  CHECK(world.counted(Counter::ConnectFailed) == 1);
  CHECK(world.shard().connections() == 0);
}

TEST_CASE("another shard sends on a connection, learns of failures, and may close it") {
  World world{{}, 2};
  // Which shard got the connection is up to the hash of its addresses.
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\n");
  world.network.run_for(1ms);
  const ShardId owner = world.sink(0).texts.empty() ? 1 : 0;
  const ShardId other = owner == 0 ? 1 : 0;
  const Flow flow = world.sink(owner).flows[0];
  REQUIRE(flow.connection.shard == owner);
  SimShard& sender = world.network.shard(other);

  sender.send(make_packet(sender, flow, "from afar\n"), 1);
  world.network.run_for(1ms);
  CHECK(world.phone.received[stream.number] == "from afar\n");

  SUBCASE("a packet that its sender keeps is copied, not shared") {
    const PacketRef kept = make_packet(sender, flow, "kept\n");
    sender.send(kept, 2);
    world.network.run_for(1ms);
    CHECK(kept.unique());
    CHECK(world.phone.received[stream.number] == "from afar\nkept\n");
  }
  SUBCASE("closing") {
    sender.close(flow.connection);
    world.network.run_for(1ms);
    CHECK(world.phone.is_closed(stream));
  }
  SUBCASE("failure") {
    world.network.stream_break(stream);
    world.network.run_for(1ms);
    CHECK(world.sink(owner).closed == std::vector{flow.connection});
    CHECK(world.sink(other).closed == std::vector{flow.connection});
    sender.send(make_packet(sender, flow, "too late\n"), 3);
    world.network.run_for(1ms);
    REQUIRE(world.sink(other).failed.size() == 1);
    CHECK(world.sink(other).failed[0].tag == 3);
    CHECK(world.sink(owner).failed.empty());
  }
  SUBCASE("classification") {
    sender.classify(flow.connection, SourceClass::Known);
    world.network.run_for(100s);
    CHECK_FALSE(world.phone.is_closed(stream));
  }
}

TEST_CASE("remote ends see their streams end when the process dies") {
  World world;
  const SimStream stream = world.open();
  world.layers.clear();
  world.network.restart();
  world.layers.push_back(std::make_unique<Layers>(world.shard()));
  world.network.run_for(1ms);
  CHECK(world.phone.is_closed(stream));
  CHECK(world.shard().connections() == 0);
}
