// SPDX-License-Identifier: Apache-2.0
// Writing on streams: back-pressure, failures, outbound connections, other shards.
#include <doctest/doctest.h>

#include <algorithm>

#include "net/test_streams.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

TEST_CASE("a peer that reads slowly gets everything in order; one that stops reading is cut off") {
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world{{}, 2};
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
  StreamWorld world;
  const SimStream stream = world.open();
  world.layers.clear();
  world.network.restart();
  world.layers.push_back(std::make_unique<Layers>(world.shard()));
  world.network.run_for(1ms);
  CHECK(world.phone.is_closed(stream));
  CHECK(world.shard().connections() == 0);
}
