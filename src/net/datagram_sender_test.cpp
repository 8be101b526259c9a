// SPDX-License-Identifier: Apache-2.0
// What waits behind a full socket, and what does not leave.
#include "net/datagram_sender.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "net/packet_pool.h"

using namespace ringfence;
using namespace ringfence::net;

namespace {

/// A socket that takes so many datagrams and then is full, and refuses those of one text.
struct Kernel {
  std::size_t room = 0;
  std::string refuses;
  std::vector<std::string> sent;
} kernel;

int transmit(int, mmsghdr* messages, unsigned count, int) {
  int done = 0;
  for (const mmsghdr& message : std::span{messages, count}) {
    const iovec& piece = *message.msg_hdr.msg_iov;
    const std::string text{static_cast<const char*>(piece.iov_base), piece.iov_len};
    errno = text == kernel.refuses ? EMSGSIZE : EAGAIN;
    if (text == kernel.refuses || kernel.room == 0) return done > 0 ? done : -1;
    --kernel.room;
    ++done;
    kernel.sent.push_back(text);
  }
  return done;
}

struct Reports final : SendFailures {
  void send_failed(const Flow&, std::uint64_t tag) override { tags.push_back(tag); }
  std::vector<std::uint64_t> tags;
};

struct Sending {
  Sending() { kernel = {}; }
  /// Sends so many datagrams; text and tag count up.
  void send(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string text = std::to_string(++number);
      PacketRef packet = packets.take();
      std::memcpy(packet->data(), text.data(), text.size());
      packet->size = static_cast<std::uint32_t>(text.size());
      packet->flow.remote = {base::IpAddress::v4(192, 0, 2, 1), 5060};
      sender.send(std::move(packet), number);
    }
  }
  /// Everything left, in order, except what was reported.
  void check_sent() const {
    std::vector<std::string> expected;
    for (std::uint64_t i = 1; i <= number; ++i) {
      if (std::ranges::count(reports.tags, i) == 0) expected.push_back(std::to_string(i));
    }
    CHECK(kernel.sent == expected);
  }

  PacketPool packets;
  Counters counters;
  Reports reports;
  DatagramSender sender{{}, AF_INET, counters, reports, &transmit};
  std::uint64_t number = 0;
};

}  // namespace

TEST_CASE("datagrams leave in batches, a full one before the turn ends") {
  Sending sending;
  kernel.room = 1000;
  sending.send(DatagramSender::kBatch - 1);
  CHECK(kernel.sent.empty());
  sending.send(1);
  CHECK(kernel.sent.size() == DatagramSender::kBatch);
  sending.send(5);
  CHECK(sending.sender.flush());
  CHECK(sending.sender.empty());
  sending.check_sent();
  CHECK(sending.packets.in_use() == 0);
  CHECK(sending.counters.value(Counter::PacketsOut) == DatagramSender::kBatch + 5);
}

TEST_CASE("behind a full socket datagrams wait in order, up to a bound; the rest is counted and reported") {
  Sending sending;
  kernel.room = 10;
  sending.send(DatagramSender::kQueue + 10 + 7);
  CHECK(sending.sender.blocked());
  CHECK(sending.counters.value(Counter::SendQueueFull) == 7);
  CHECK(sending.reports.tags.size() == 7);
  CHECK(sending.reports.tags.front() == DatagramSender::kQueue + 11);

  kernel.room = 3;
  CHECK_FALSE(sending.sender.flush());
  CHECK(kernel.sent.size() == 13);
  kernel.room = 100'000;
  CHECK(sending.sender.flush());
  CHECK_FALSE(sending.sender.blocked());
  sending.check_sent();
}

TEST_CASE("a datagram that the kernel refuses is reported and does not hold up the others") {
  Sending sending;
  kernel.room = 1000;
  kernel.refuses = std::string(1, '3');
  sending.send(6);
  CHECK(sending.sender.flush());
  CHECK(sending.reports.tags == std::vector<std::uint64_t>{3});
  sending.check_sent();
}
