// SPDX-License-Identifier: Apache-2.0
// Mailboxes: bounds, order, and who is woken.
#include "net/mailboxes.h"

#include <doctest/doctest.h>
#include <poll.h>

#include "net/packet_pool.h"

using namespace ringfence::net;

namespace {

ShardMessage numbered(int number) {
  return ShardMessage::make(std::uint8_t{20}, number);
}

bool poked(const Mailboxes& mailboxes, ShardId who) {
  pollfd waiting{mailboxes.descriptor(who), POLLIN, 0};
  return poll(&waiting, 1, 0) == 1;
}

}  // namespace

TEST_CASE("a full mailbox refuses and leaves the message as it was") {
  Mailboxes mailboxes{2, 4};
  PacketPool pool;
  for (int i = 0; i < 4; ++i) REQUIRE(mailboxes.post(0, 1, numbered(i)));
  ShardMessage refused = ShardMessage::make(std::uint8_t{20}, 4, pool.take());
  CHECK_FALSE(mailboxes.post(0, 1, std::move(refused)));
  CHECK(refused.packet.unique());  // NOLINT(bugprone-use-after-move): refused, so not moved
  CHECK(refused.as<int>() == 4);
}

TEST_CASE("messages of one sender arrive in order, at most so many per turn") {
  Mailboxes mailboxes{2, 8};
  for (int i = 0; i < 5; ++i) REQUIRE(mailboxes.post(0, 1, numbered(i)));
  int next = 0;
  bool more = false;
  const auto take = [&next](ShardMessage& message) { CHECK(message.as<int>() == next++); };
  CHECK(mailboxes.drain(1, 3, take, &more) == 3);
  CHECK(more);
  CHECK(mailboxes.drain(1, 3, take, &more) == 2);
  CHECK_FALSE(more);
}

TEST_CASE("a sleeping shard is woken once per turn of the sender, a waking one not at all") {
  Mailboxes mailboxes{2, 8};
  REQUIRE(mailboxes.post(0, 1, numbered(0)));
  CHECK(mailboxes.wake(0) == 0);  // shard 1 is not asleep
  CHECK_FALSE(mailboxes.may_sleep(1));
  mailboxes.drain(1, 8, [](ShardMessage&) {});
  CHECK(mailboxes.may_sleep(1));

  REQUIRE(mailboxes.post(0, 1, numbered(1)));
  REQUIRE(mailboxes.post(0, 1, numbered(2)));
  CHECK_FALSE(poked(mailboxes, 1));
  CHECK(mailboxes.wake(0) == 1);
  CHECK(poked(mailboxes, 1));
  mailboxes.woke(1, true);
  CHECK_FALSE(poked(mailboxes, 1));
}

TEST_CASE("mail to oneself is read by oneself and needs no waking") {
  Mailboxes mailboxes{1, 8};
  REQUIRE(mailboxes.post(0, 0, numbered(1)));
  CHECK(mailboxes.wake(0) == 0);
  CHECK_FALSE(mailboxes.may_sleep(0));
  CHECK(mailboxes.drain(0, 8, [](ShardMessage& message) { CHECK(message.as<int>() == 1); }) == 1);
}
