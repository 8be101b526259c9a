// SPDX-License-Identifier: Apache-2.0
// Streams over real TCP: what the simulated wire cannot show.
#include "net/socket_wire.h"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <atomic>

#include "base/allocation_counter.h"
#include "net/test_sockets.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

namespace {

Flow tcp_flow(const base::Endpoint& remote) {
  Flow flow;
  flow.remote = remote;
  flow.listener = 0;
  flow.protocol = Protocol::Tcp;
  return flow;
}

}  // namespace

TEST_CASE("streams are echoed on IPv4 and IPv6 by two shards in threads") {
  for (const base::IpAddress& address : {kLoopbackV4, kLoopbackV6}) {
    TestShards shards{{tcp(address)}};
    shards.echo();
    shards.group.start();
    std::vector<TestSocket> phones;
    for (int i = 0; i < 8; ++i) {
      phones.push_back(TestSocket::stream(address));
      REQUIRE(phones.back().connect(shards.endpoint()));
    }
    const std::string large = "#30000:" + std::string(29'993, 'z');
    for (TestSocket& phone : phones) phone.send("one\n" + large + "two\n");
    for (TestSocket& phone : phones) CHECK(phone.receive_bytes(30'008) == "one\n" + large + "two\n");
    shards.group.stop();
    CHECK(shards.received() == 24);
  }
}

TEST_CASE("a wildcard stream listener tells the address of ours that was asked") {
  TestShards shards{{tcp(base::IpAddress::v4(0, 0, 0, 0))}, 1};
  TestSocket phone = TestSocket::stream(kLoopbackV4);
  const base::IpAddress asked = base::IpAddress::v4(127, 0, 0, 9);
  REQUIRE(phone.connect({asked, shards.endpoint().port}));
  phone.send("hello\n");
  REQUIRE(shards.turn_until([&] { return shards.received() == 1; }));
  CHECK(shards.sink().flows[0].local == asked);
}

TEST_CASE("a reset connection is told, and a finished one after its last answer") {
  TestShards shards{{tcp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  TestSocket phone = TestSocket::stream(kLoopbackV4);
  REQUIRE(phone.connect(shards.endpoint()));
  phone.send("question\n");
  SUBCASE("half closed") {
    phone.finish_writing();
    REQUIRE(shards.turn_until([&] { return shards.received() == 1; }));
    shard.send(make_packet(shard, shards.sink().flows[0], "answer\n"));
    REQUIRE(shards.turn_until([&] { return shards.sink().closed.size() == 1; }));
    CHECK(phone.receive_bytes(100) == "answer\n");
  }
  SUBCASE("reset") {
    REQUIRE(shards.turn_until([&] { return shards.received() == 1; }));
    const linger at_once{1, 0};
    setsockopt(phone.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    {
      const TestSocket gone = std::move(phone);
    }
    REQUIRE(shards.turn_until([&] { return shards.sink().closed.size() == 1; }));
  }
  CHECK(shard.streams().size() == 0);
}

TEST_CASE("an outbound connection leaves from the listener's address and reports a refusal") {
  TestShards shards{{tcp(base::IpAddress::v4(127, 0, 0, 5))}, 1};
  EpollShard& shard = shards.group.shard(0);
  auto listening = open_listening_socket({kLoopbackV4, 0}, Group::First, 1);
  REQUIRE(listening);
  const base::Endpoint remote = bound_endpoint(listening->get());

  SUBCASE("opened") {
    shard.send(make_packet(shard, tcp_flow(remote), "hello\n"), 1);
    REQUIRE(shards.turn_until([&] { return shards.counted(Counter::PacketsOut) == 1; }));
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const Descriptor accepted{accept(listening->get(), reinterpret_cast<sockaddr*>(&from), &size)};
    REQUIRE(accepted);
    CHECK(base::Endpoint::from(from).address == base::IpAddress::v4(127, 0, 0, 5));
    std::array<char, 16> text{};
    CHECK(recv(accepted.get(), text.data(), text.size(), 0) == 6);
    CHECK(shards.sink().failed.empty());
  }
  SUBCASE("refused") {
    *listening = Descriptor{};
    shard.send(make_packet(shard, tcp_flow(remote), "hello\n"), 77);
    REQUIRE(shards.turn_until([&] { return shards.sink().failed.size() == 1; }));
    CHECK(shards.sink().failed[0].tag == 77);
    CHECK(shards.sink().failed[0].flow.remote == remote);
  }
}

TEST_CASE(
    "a peer that does not read holds 64 KiB of ours at most, and gets what was accepted once it reads") {
  TestShards shards{{tcp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  TestSocket phone = TestSocket::stream(kLoopbackV4);
  const int small = 4096;
  setsockopt(phone.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  REQUIRE(phone.connect(shards.endpoint()));
  phone.send("hello\n");
  REQUIRE(shards.turn_until([&] { return shards.received() == 1; }));
  const Flow flow = shards.sink().flows[0];
  const std::string text(4000, 'q');
  std::size_t sent = 0;
  REQUIRE(shards.turn_until([&] {
    shard.send(make_packet(shard, flow, text), ++sent);
    return !shards.sink().failed.empty();
  }));
  // Several are refused before the first report is read.
  const std::size_t refused = shards.sink().failed.size() + 1;
  CHECK(shard.packets().in_use() <= 64 * 1024 / 4000 + 1);
  std::string received;
  const std::size_t least = (sent - refused) * text.size();
  REQUIRE(shards.turn_until([&] {
    while (phone.readable(0ms)) received += *phone.receive();
    return received.size() >= least;
  }));
  CHECK(received.find_first_not_of('q') == std::string::npos);
}

TEST_CASE("a thousand connections from many addresses come and go without a trace") {
  TestShards shards{{tcp(kLoopbackV4)}, 2};
  shards.echo();  // who is owed an answer is kept for a while after he has closed his side
  for (int round = 0; round < 4; ++round) {
    std::vector<TestSocket> phones;
    for (std::uint8_t i = 1; i <= 250; ++i) {
      phones.push_back(TestSocket::stream(base::IpAddress::v4(127, 0, 1, i)));
      REQUIRE(phones.back().connect(shards.endpoint()));
      phones.back().send(i % 2 == 0 ? "hello\n" : "unfinished");
    }
    REQUIRE(shards.turn_until([&] {
      return shards.counted(Counter::Accepted) == std::uint64_t{250} * static_cast<unsigned>(round + 1);
    }));
    REQUIRE(shards.turn_until(
        [&] { return shards.received() == std::size_t{125} * static_cast<unsigned>(round + 1); }));
    phones.clear();
    REQUIRE(shards.turn_until(
        [&] { return shards.counted(Counter::Closed) == shards.counted(Counter::Accepted); }));
  }
  CHECK(shards.group.shard(0).streams().size() + shards.group.shard(1).streams().size() == 0);
  CHECK(shards.group.shard(0).packets().in_use() + shards.group.shard(1).packets().in_use() == 0);
}

TEST_CASE("reading and answering on a stream allocates nothing in steady state") {
  if (!base::counting_available()) {
    MESSAGE("skipped: this build does not count allocations");
    return;
  }
  TestShards shards{{tcp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  struct Answer final : PacketSink {
    explicit Answer(EpollShard& on) : shard{on} {}
    void on_packet(PacketRef packet) override { shard.send(std::move(packet)); }
    void on_send_failed(const Flow&, std::uint64_t) override {}
    void on_connection_closed(ConnectionId, const Flow&) override {}
    EpollShard& shard;
  } answer{shard};
  shard.plug(answer, shards.layers[0]->framer, shards.layers[0]->admission);
  TestSocket phone = TestSocket::stream(kLoopbackV4);
  REQUIRE(phone.connect(shards.endpoint()));
  const int on = 1;
  setsockopt(phone.descriptor(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  std::array<char, 64> buffer;
  const auto rounds = [&](int messages) {
    for (int i = 0; i < messages; ++i) {
      phone.send("hal");
      shard.turn(std::chrono::seconds{1});
      phone.send("f\n");
      while (recv(phone.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT) < 0)
        shard.turn(base::Nanos{0});
    }
  };
  rounds(200);
  const std::uint64_t before = base::allocations_on_this_thread();
  rounds(1000);
  CHECK(base::allocations_on_this_thread() == before);
}
