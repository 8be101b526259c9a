// SPDX-License-Identifier: Apache-2.0
// What streams may take: deadlines, caps, large messages, and who gives way.
#include <doctest/doctest.h>

#include <algorithm>

#include "net/test_streams.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

TEST_CASE("a connection that says nothing is closed after 10 s (A-14)") {
  StreamWorld world;
  const SimStream stream = world.open();
  world.network.run_for(9s);
  CHECK_FALSE(world.phone.is_closed(stream));
  world.network.run_for(1100ms);
  CHECK(world.phone.is_closed(stream));
  CHECK(world.counted(Counter::DeadlineFirstMessage) == 1);
  CHECK(world.sink().closed.empty());  // it never said anything: nobody knows of it
}

TEST_CASE("a message that drips in is given 10 s, also after a good one") {
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world;
  const SimStream stream = world.open();
  world.network.stream_send(stream, "hello\nhalf a mess");
  world.network.run_for(1ms);
  world.network.stream_close(stream);
  world.network.run_for(1ms);
  CHECK(world.sink().broken == std::vector<std::string>{"half a mess"});
  CHECK(world.shard().packets().in_use() == 0);
}

TEST_CASE("the answer to a half message does not stand for that to the whole one before it") {
  StreamWorld world;
  const SimStream stream = world.open();
  Flow asked;
  world.sink().answer = [&](PacketRef packet) { asked = packet->flow; };  // answered later
  world.sink().on_break = [&](const Flow& flow) {
    world.shard().send(make_packet(world.shard(), flow, "400 what?\n"));
  };
  world.network.stream_send(stream, "hello\nhalf a mess");
  world.network.run_for(1ms);
  world.network.stream_close(stream);
  world.network.run_for(50ms);
  CHECK_FALSE(world.phone.is_closed(stream));

  world.shard().send(make_packet(world.shard(), asked, "200 OK\n"));
  world.network.run_for(5ms);
  CHECK(world.phone.received[stream.number] == "400 what?\n200 OK\n");
  CHECK(world.phone.is_closed(stream));
}

TEST_CASE("a stranger that falls silent is closed after 60 s, a known connection is not") {
  StreamWorld world;
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
  StreamWorld world;
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
  StreamWorld world{{.unknown_per_source = 4}};
  StreamPhone other;
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
  StreamWorld world{{.connections = 10, .unknown_per_source = 100}};
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
  StreamWorld world{{.partial_large = 2}};
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
  StreamWorld world;
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
  StreamWorld world;
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
