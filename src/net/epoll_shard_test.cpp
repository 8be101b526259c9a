// SPDX-License-Identifier: Apache-2.0
// Datagrams through real shards: echo, sizes, wildcard listeners, messages between threads.
#include "net/epoll_shard.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>

#include "base/allocation_counter.h"
#include "net/test_sockets.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

TEST_CASE("datagrams are echoed on IPv4 and IPv6 by two shards in threads") {
  for (const base::IpAddress& address : {kLoopbackV4, kLoopbackV6}) {
    TestShards shards{{udp(address)}};
    shards.echo();
    shards.group.start();
    std::vector<TestSocket> phones;
    phones.reserve(16);
    for (int i = 0; i < 16; ++i) phones.push_back(TestSocket::datagram(address));
    for (int round = 0; round < 20; ++round) {
      for (TestSocket& phone : phones) phone.send_to(shards.endpoint(), "ping " + std::to_string(round));
      for (TestSocket& phone : phones) {
        base::Endpoint from;
        REQUIRE(phone.receive(&from) == "ping " + std::to_string(round));
        REQUIRE(from == shards.endpoint());
      }
    }
    shards.group.stop();
    CHECK(shards.received() == 320);
    CHECK(shards.counted(Counter::PacketsIn) == 320);
    CHECK(shards.counted(Counter::PacketsOut) == 320);
  }
}

TEST_CASE("a datagram of 60,000 bytes is received whole, and so is the next small one") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  shards.echo();
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  std::string large(60'000, 'x');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 23);
  phone.send_to(shards.endpoint(), large);
  phone.send_to(shards.endpoint(), "small");
  REQUIRE(shards.turn_until([&] { return shards.received() == 2; }));
  shards.turn_until([&] { return shards.counted(Counter::PacketsOut) == 2; });
  CHECK(phone.receive() == large);
  CHECK(phone.receive() == "small");
}

TEST_CASE("datagrams just around the small packet's size keep every byte") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  shards.echo();
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  for (const std::size_t size :
       {PacketPool::kSmallBytes - 1, PacketPool::kSmallBytes, PacketPool::kSmallBytes + 1}) {
    const std::string text(size, static_cast<char>('a' + size % 26));
    phone.send_to(shards.endpoint(), text);
    REQUIRE(shards.turn_until([&] { return phone.readable(0ms); }));
    CHECK(phone.receive() == text);
  }
}

TEST_CASE("a wildcard listener answers from the address that was asked") {
  const auto check = [](const base::IpAddress& any, const std::vector<base::IpAddress>& ours) {
    TestShards shards{{udp(any)}};
    shards.echo();
    for (const base::IpAddress& address : ours) {
      TestSocket phone = TestSocket::datagram(address);
      const base::Endpoint asked{address, shards.endpoint().port};
      phone.send_to(asked, "hello");
      REQUIRE(shards.turn_until([&] { return phone.readable(0ms); }));
      base::Endpoint from;
      CHECK(phone.receive(&from) == "hello");
      CHECK(from == asked);
    }
    for (const auto& of_shard : shards.layers) {
      for (const Flow& flow : of_shard->sink.flows) CHECK(std::ranges::count(ours, flow.local) == 1);
    }
  };
  // A phone on 127.0.0.1 that asks 127.0.0.2: without the source address in each answer it would come from
  // 127.0.0.1.
  check(base::IpAddress::v4(0, 0, 0, 0),
        {base::IpAddress::v4(127, 0, 0, 2), base::IpAddress::v4(127, 0, 3, 1)});
  check(base::IpAddress{}, {kLoopbackV6});
}

TEST_CASE("denied datagrams never become packets") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  TestSocket friendly = TestSocket::datagram(kLoopbackV4);
  TestSocket hostile = TestSocket::datagram(kLoopbackV4);
  shards.layers[0]->admission.decide = [&](const Flow& flow, std::size_t) {
    return flow.remote == hostile.endpoint() ? SourceClass::Denied : SourceClass::Known;
  };
  for (int i = 0; i < 100; ++i) hostile.send_to(shards.endpoint(), "attack");
  friendly.send_to(shards.endpoint(), "hello");
  REQUIRE(
      shards.turn_until([&] { return shards.received() == 1 && shards.counted(Counter::Denied) == 100; }));
  CHECK(shards.sink().texts[0] == "hello");
  CHECK(shards.sink().sources[0] == SourceClass::Known);
}

TEST_CASE("a datagram that cannot leave is reported to its sender, later") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  Flow flow;
  flow.listener = 0;
  SUBCASE("another address family") {
    flow.remote = {kLoopbackV6, 9};
  }
  SUBCASE("a listener that does not exist") {
    flow.remote = {kLoopbackV4, 9};
    flow.listener = 7;
  }
  SUBCASE("the kernel has no way there") {
    flow.remote = {base::IpAddress::v4(255, 255, 255, 255), 9};
  }
  shard.send(make_packet(shard, flow, "lost"), 99);
  CHECK(shards.sink().failed.empty());
  REQUIRE(shards.turn_until([&] { return !shards.sink().failed.empty(); }));
  CHECK(shards.sink().failed[0].tag == 99);
  CHECK(shards.sink().failed[0].flow == flow);
  CHECK(shards.counted(Counter::SendFailed) == 1);
}

TEST_CASE("a packet handed to another shard's thread keeps its annex, and comes home") {
  struct Annex {
    std::uint64_t number;
  };
  constexpr std::uint64_t kPackets = 5000;
  TestShards shards{{udp(kLoopbackV4)}};
  EpollShard& first = shards.group.shard(0);
  EpollShard& second = shards.group.shard(1);
  struct Receiver {
    EpollShard& shard;
    std::atomic<std::uint64_t> taken{0};
    std::atomic<bool> in_order{true};
    void on_packet(ShardMessage& message) {
      if (message.packet->annex<Annex>().number != taken) in_order = false;
      ++taken;
    }
  } receiver{second};
  second.handle<&Receiver::on_packet>(static_cast<std::uint8_t>(MessageKind::Packet), receiver);

  // The first shard posts a few each turn; each turn posts the message that starts the next one.
  struct Sender {
    EpollShard& shard;
    std::uint64_t sent = 0;
    std::atomic<bool> finished{false};
    void on_go(ShardMessage&) {
      for (int i = 0; i < 50 && sent < kPackets; ++i) {
        PacketRef packet = shard.packets().take();
        packet->make_annex<Annex>().number = sent;
        ShardMessage message = ShardMessage::of(MessageKind::Packet, std::move(packet));
        if (!shard.post(1, std::move(message))) break;
        ++sent;
      }
      finished = sent == kPackets;
      if (!finished) REQUIRE(shard.post(0, ShardMessage::make(std::uint8_t{40}, sent)));
    }
  } sender{first};
  first.handle<&Sender::on_go>(40, sender);
  shards.group.start();
  REQUIRE(shards.group.control().post(0, ShardMessage::make(std::uint8_t{40}, 0)));
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (receiver.taken < kPackets && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  shards.group.stop();
  CHECK(sender.finished);
  CHECK(receiver.taken == kPackets);
  CHECK(receiver.in_order);
  second.turn(base::Nanos{0});
  first.turn(base::Nanos{0});
  // What is left are the slots of the receivers.
  CHECK(first.packets().in_use() <= 2 * DatagramReceiver::kBatch);
}

TEST_CASE("the control thread is woken by a shard and reads what it posted") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  shards.sink().answer = [&shard](PacketRef packet) {
    REQUIRE(shard.post(shard.control(), ShardMessage::of(MessageKind::Packet, std::move(packet))));
  };
  shards.group.start();
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  phone.send_to(shards.endpoint(), "to control");
  pollfd waiting{shards.group.control().descriptor(), POLLIN, 0};
  REQUIRE(poll(&waiting, 1, 20'000) == 1);
  std::string text;
  CHECK(shards.group.control().receive([&](ShardMessage& message) { text = message.packet.text(); }) == 1);
  CHECK(text == "to control");
}

TEST_CASE("what was sent before the loop began leaves without waiting for an event") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  Flow flow;
  flow.remote = phone.endpoint();
  shard.send(make_packet(shard, flow, "early"));
  shards.group.start();
  CHECK(phone.receive() == "early");
}

TEST_CASE("timers of a sleeping shard fire") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  std::atomic<int> fired{0};
  base::Timer timer{[](void* self) { ++*static_cast<std::atomic<int>*>(self); }, &fired};
  shard.timers().arm(timer, shard.now() + 5ms);
  shards.group.start();
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (fired == 0 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  CHECK(fired == 1);
  shards.group.stop();
}

TEST_CASE("readers are announced quiescent each turn and idle while they sleep") {
  base::SystemClock clock;
  const std::vector<ListenerSpec> specs{udp(kLoopbackV4)};
  auto listeners = open_listeners(specs, {.shards = 1});
  REQUIRE(listeners);
  base::QuiescentDomain domain{1};
  ShardGroup group{*listeners, clock, {}, &domain};
  Layers layers{group.shard(0)};
  group.shard(0).turn(base::Nanos{0});
  const std::uint64_t epoch = domain.retire_epoch();
  CHECK_FALSE(domain.safe(epoch));
  group.shard(0).turn(base::Nanos{0});
  CHECK(domain.safe(epoch));

  const std::uint64_t later = domain.retire_epoch();
  group.start();  // finds nothing to do and sleeps
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!domain.safe(later) && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  CHECK(domain.safe(later));
  group.stop();
}

TEST_CASE("receiving and answering datagrams allocates nothing in steady state") {
  if (!base::counting_available()) {
    MESSAGE("skipped: this build does not count allocations");
    return;
  }
  TestShards shards{{udp(kLoopbackV4)}, 1};
  EpollShard& shard = shards.group.shard(0);
  struct Answer final : PacketSink {
    explicit Answer(EpollShard& on) : shard{on} {}
    void on_packet(PacketRef packet) override {
      ++count;
      shard.send(std::move(packet));
    }
    void on_send_failed(const Flow&, std::uint64_t) override {}
    void on_connection_closed(ConnectionId, const Flow&) override {}
    EpollShard& shard;
    std::size_t count = 0;
  } answer{shard};
  shard.plug(answer, shards.layers[0]->framer, shards.layers[0]->admission);
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  std::array<char, 64> buffer;
  const auto rounds = [&](std::size_t packets) {
    for (std::size_t i = 0; i < packets; ++i) {
      phone.send_to(shards.endpoint(), "steady");
      while (recv(phone.descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT) < 0)
        shard.turn(base::Nanos{0});
    }
  };
  rounds(200);
  const std::uint64_t before = base::allocations_on_this_thread();
  rounds(1000);
  CHECK(base::allocations_on_this_thread() == before);
  CHECK(answer.count == 1200);
}
