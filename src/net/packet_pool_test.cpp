// SPDX-License-Identifier: Apache-2.0
// Packets: taking, sharing, handing over and coming home.
#include "net/packet_pool.h"

#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "net/mailboxes.h"

using namespace ringfence;
using namespace ringfence::net;

namespace {

struct Annex {
  int number = 7;
};

}  // namespace

TEST_CASE("a packet of each class has room, an annex and no flow") {
  PacketPool pool;
  const PacketRef small = pool.take(1);
  const PacketRef large = pool.take(PacketPool::kSmallBytes + 1);
  CHECK(small->capacity() == PacketPool::kSmallBytes);
  CHECK(large->capacity() == PacketPool::kLargeBytes);
  CHECK(small.text().empty());
  CHECK(small->flow == Flow{});
  CHECK(small->make_annex<Annex>().number == 7);
  small->annex<Annex>().number = 8;
  CHECK(small->annex<Annex>().number == 8);
  CHECK(reinterpret_cast<std::uintptr_t>(&small->annex<Annex>()) % 64 == 0);
  CHECK_FALSE(pool.take(PacketPool::kLargeBytes + 1));
}

TEST_CASE("a used-up class refuses and counts, and serves again once a packet is back") {
  PacketPool pool{{.small = 2, .large = 1}};
  PacketRef first = pool.take();
  PacketRef second = pool.take();
  CHECK_FALSE(pool.take());
  CHECK(pool.refused() == 1);
  second.reset();
  CHECK(pool.take());
}

TEST_CASE("a shared packet is released with its last handle") {
  PacketPool pool;
  PacketRef one = pool.take();
  {
    const PacketRef other = one;  // NOLINT(performance-unnecessary-copy-initialization): it is counted
    CHECK_FALSE(one.unique());
  }
  CHECK(one.unique());
  CHECK(pool.in_use() == 1);
  one.reset();
  CHECK(pool.in_use() == 0);
}

TEST_CASE("a packet released by another shard goes home as part of a batch") {
  PacketPool home;
  PacketPool away;
  const std::array<PacketPool*, 2> pools{&home, &away};
  PacketPool::link(pools);

  std::array<PacketRef, 10> packets;
  for (PacketRef& packet : packets) {
    packet = home.take();
    away.adopt(packet);
  }
  for (PacketRef& packet : packets) packet.reset();
  CHECK(home.in_use() == 10);
  home.collect();
  CHECK(home.in_use() == 10);  // still a batch in the making
  away.send_home();
  home.collect();
  CHECK(home.in_use() == 0);
}

TEST_CASE("a batch whose way home is full waits and is not lost") {
  PacketPool home;
  PacketPool away;
  const std::array<PacketPool*, 2> pools{&home, &away};
  PacketPool::link(pools);
  constexpr std::size_t kBatches = 1000;  // more than the ring takes
  for (std::size_t i = 0; i < kBatches; ++i) {
    PacketRef packet = home.take();
    away.adopt(packet);
    packet.reset();
    away.send_home();
  }
  home.collect();
  CHECK(home.in_use() > 0);
  away.send_home();
  home.collect();
  CHECK(home.in_use() == 0);
}

TEST_CASE("hand-over between threads keeps order and identity, and every packet comes home") {
  constexpr unsigned kPackets = 20'000;
  PacketPool home{{.small = 512, .large = 0}};
  PacketPool away{{.small = 0, .large = 0}};
  const std::array<PacketPool*, 2> pools{&home, &away};
  PacketPool::link(pools);
  Mailboxes mailboxes{2, 64};

  std::thread receiver{[&] {
    unsigned expected = 0;
    while (expected < kPackets) {
      mailboxes.drain(1, 16, [&](ShardMessage& message) {
        away.adopt(message.packet);
        REQUIRE(message.as<unsigned>() == expected);
        REQUIRE(message.packet->annex<Annex>().number == static_cast<int>(expected));
        ++expected;
        message.packet.reset();
      });
      away.send_home();
    }
  }};
  for (unsigned sent = 0; sent < kPackets;) {
    home.collect();
    PacketRef packet = home.take();
    if (!packet) continue;  // all are on their way
    packet->make_annex<Annex>().number = static_cast<int>(sent);
    ShardMessage message = ShardMessage::make(MessageKind::Packet, sent, std::move(packet));
    // NOLINTNEXTLINE(bugprone-use-after-move): moved from only when it is taken
    while (!mailboxes.post(0, 1, std::move(message))) home.collect();
    ++sent;
  }
  receiver.join();
  home.collect();
  CHECK(home.in_use() == 0);
}
