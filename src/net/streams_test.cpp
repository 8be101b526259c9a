// SPDX-License-Identifier: Apache-2.0
// Streams on simulated wires and simulated time: framing, and how messages and answers travel.
#include "net/streams.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "net/test_streams.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

TEST_CASE("messages are the same however the bytes are cut") {
  const std::string line = "INVITE\n";
  const std::string announced = "#40:" + std::string(36, 'b');
  const std::string large = "#5000:" + std::string(4994, 'c');
  const std::string bytes = line + announced + line + large + announced;
  const std::vector<std::string> expected{line, announced, line, large, announced};

  SUBCASE("in two, at every position") {
    for (std::size_t cut = 1; cut < bytes.size(); cut += cut < 120 ? 1 : 97) {
      StreamWorld world;
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
    StreamWorld world;
    const SimStream stream = world.open();
    for (const char byte : bytes) {
      world.network.stream_send(stream, {&byte, 1});
      world.network.run_for(1ms);
    }
    CHECK(world.sink().texts == expected);
  }
  SUBCASE("all at once") {
    StreamWorld world;
    world.network.stream_send(world.open(), bytes);
    world.network.run_for(1ms);
    CHECK(world.sink().texts == expected);
  }
}

TEST_CASE("a message sent byte by byte costs linear time") {
  StreamWorld world;
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
  StreamWorld world;
  world.network.stream_send(world.open(), "\nfirst\n\n\nsecond\n");
  world.network.run_for(1ms);
  CHECK(world.sink().texts == std::vector<std::string>{"first\n", "second\n"});
  CHECK(world.sink().skipped == std::vector<std::string>{"\n", "\n", "\n"});
}

TEST_CASE("a stream's messages are at least validated, and carry their connection") {
  StreamWorld world;
  world.network.stream_send(world.open(), "hello\n");
  world.network.run_for(1ms);
  REQUIRE(world.sink().texts.size() == 1);
  CHECK(world.sink().sources[0] == SourceClass::Validated);
  CHECK(world.sink().flows[0].connection);
  CHECK(world.sink().flows[0].remote == phone_at(1));
  CHECK(world.sink().flows[0].protocol == Protocol::Tcp);
}

TEST_CASE("an answer goes back on the connection of its request") {
  StreamWorld world;
  world.sink().answer = [&](PacketRef packet) { world.shard().send(std::move(packet)); };
  const SimStream stream = world.open();
  world.network.stream_send(stream, "one\ntwo\n");
  world.network.run_for(2ms);
  CHECK(world.phone.received[stream.number] == "one\ntwo\n");
}

TEST_CASE("a broken stream closes, after what was said to it has left") {
  StreamWorld world;
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
  StreamWorld world{{.message_bytes = 4000}};
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
