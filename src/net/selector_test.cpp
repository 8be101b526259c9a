// SPDX-License-Identifier: Apache-2.0
// The kernel's choice of sockets, tried for real; where the kernel refuses, the refusal must be told.
#include "net/selector.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "net/test_sockets.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;
using namespace std::chrono_literals;

namespace {

/// True when the kernel grants the selector; otherwise checks that the set says so and works without it.
bool granted(const ListenerSet& set) {
  if (set.selector().active) return true;
  MESSAGE("skipped, the kernel refuses: " << set.selector().reason);
  CHECK_FALSE(set.selector().reason.empty());
  CHECK(set.known_socket(0, 0) == -1);
  CHECK(set.stranger_socket(0, 0) >= 0);
  return false;
}

/// Waits for the next datagram of a listener, whichever socket gets it.
struct Arrival {
  char socket = '-';  ///< 'k'nown or 's'tranger; '-' when nothing came
  ShardId shard = 0;
  std::string text;
};

Arrival next_arrival(const ListenerSet& set, ListenerId listener = 0) {
  std::vector<pollfd> waiting;
  for (const ShardId shard : shard_ids(set.shards())) {
    waiting.push_back({set.known_socket(listener, shard), POLLIN, 0});
    waiting.push_back({set.stranger_socket(listener, shard), POLLIN, 0});
  }
  if (poll(waiting.data(), waiting.size(), 20'000) < 1) return {};
  const auto ready = std::ranges::find_if(waiting, [](const pollfd& one) { return one.revents != 0; });
  const auto place = ready - waiting.begin();
  std::array<char, 100> text;
  const ssize_t got = recv(ready->fd, text.data(), text.size(), MSG_DONTWAIT);
  REQUIRE(got >= 0);
  return {place % 2 == 0 ? 'k' : 's',
          static_cast<ShardId>(place / 2),
          {text.data(), static_cast<std::size_t>(got)}};
}

/// Waits for the next datagram and tells the kind of its socket.
char arrives(const ListenerSet& set, ListenerId listener = 0) {
  return next_arrival(set, listener).socket;
}

ListenerSet open(const std::vector<ListenerSpec>& specs, const SocketOptions& options) {
  auto set = open_listeners(specs, options);
  REQUIRE(set);
  return std::move(*set);
}

}  // namespace

TEST_CASE("promoted flows arrive in known sockets, until they are demoted") {
  for (const base::IpAddress& address : {kLoopbackV4, kLoopbackV6}) {
    ListenerSet set = open({udp(address), udp(address)}, {.shards = 2});
    if (!granted(set)) return;
    const base::Endpoint server = set.listeners()[0].bound;
    for (int i = 0; i < 20; ++i) {
      TestSocket phone = TestSocket::datagram(address);
      phone.send_to(server, "hello");
      CHECK(arrives(set) == 's');

      CHECK(set.flows().promote(0, phone.endpoint()));
      phone.send_to(server, "hello");
      CHECK(arrives(set) == 'k');

      // Not the other listener, nor another port of the same address.
      phone.send_to(set.listeners()[1].bound, "hello");
      CHECK(arrives(set, 1) == 's');
      TestSocket neighbour = TestSocket::datagram(address);
      neighbour.send_to(server, "hello");
      CHECK(arrives(set) == 's');

      CHECK(set.flows().demote(0, phone.endpoint()));
      CHECK_FALSE(set.flows().demote(0, phone.endpoint()));
      phone.send_to(server, "hello");
      CHECK(arrives(set) == 's');
    }
  }
}

TEST_CASE("a promotion does not move a flow to another shard") {
  ListenerSet set = open({udp(kLoopbackV4)}, {.shards = 4});
  if (!granted(set)) return;
  std::set<int> used;
  for (int i = 0; i < 40; ++i) {
    TestSocket phone = TestSocket::datagram(kLoopbackV4);
    phone.send_to(set.listeners()[0].bound, "stranger");
    const Arrival before = next_arrival(set);
    CHECK(before.socket == 's');
    REQUIRE(set.flows().promote(0, phone.endpoint()));
    phone.send_to(set.listeners()[0].bound, "known");
    const Arrival after = next_arrival(set);
    CHECK(after.socket == 'k');
    CHECK(after.shard == before.shard);
    used.insert(before.shard);
    // The next phone may be given the same port.
    REQUIRE(set.flows().demote(0, phone.endpoint()));
  }
  CHECK(used.size() == 4);
}

TEST_CASE("a denied source meets silence; its promoted flows and other sources go on") {
  for (const base::IpAddress& address : {kLoopbackV4, kLoopbackV6}) {
    ListenerSet set = open({udp(address)}, {.shards = 2});
    if (!granted(set)) return;
    const base::Endpoint server = set.listeners()[0].bound;
    TestSocket known = TestSocket::datagram(address);
    TestSocket stranger = TestSocket::datagram(address);
    REQUIRE(stranger.connect(server));  // a connected socket is told about ICMP errors
    REQUIRE(set.flows().promote(0, known.endpoint()));

    CHECK(set.flows().deny(address));
    CHECK(set.flows().deny(address));
    for (int i = 0; i < 10; ++i) stranger.send("hello");
    known.send_to(server, "not denied");
    const Arrival first = next_arrival(set);
    CHECK(first.socket == 'k');
    CHECK(first.text == "not denied");
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (set.flows().denied_hits(address) != 10 && std::chrono::steady_clock::now() < end)
      std::this_thread::yield();
    CHECK(set.flows().denied_hits(address) == 10);
    CHECK_FALSE(stranger.readable(0ms));  // nor "port unreachable"

    CHECK(set.flows().undeny(address));
    CHECK_FALSE(set.flows().undeny(address));
    CHECK_FALSE(set.flows().denied_hits(address));
    stranger.send("hello");
    CHECK(arrives(set) == 's');
  }
}

TEST_CASE("a denial of an IPv4 address is for that address alone") {
  ListenerSet set = open({udp(base::IpAddress::v4(0, 0, 0, 0))}, {.shards = 1});
  if (!granted(set)) return;
  REQUIRE(set.flows().deny(base::IpAddress::v4(127, 0, 0, 2)));
  for (const std::uint8_t host : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    TestSocket phone = TestSocket::datagram(base::IpAddress::v4(127, 0, 0, host));
    phone.send_to({kLoopbackV4, set.listeners()[0].bound.port}, std::to_string(host));
    if (host != 2) CHECK(next_arrival(set).text == std::to_string(host));
  }
}

TEST_CASE("a full flow map refuses and counts; clearing it makes room") {
  ListenerSet set = open({udp(kLoopbackV4)}, {.max_flows = 8, .max_denied = 8});
  if (!granted(set)) return;
  std::uint16_t promoted = 0;
  while (promoted < 1000 && set.flows().promote(0, {kLoopbackV4, static_cast<std::uint16_t>(promoted + 1)}))
    ++promoted;
  CHECK(promoted >= 8);
  CHECK(promoted < 100);
  CHECK(set.flows().refused() == 1);
  set.flows().clear();
  CHECK(set.flows().promote(0, {kLoopbackV4, 1}));
}

TEST_CASE("maps that were inherited steer the same sockets") {
  ListenerSet opened = open({udp(kLoopbackV4)}, {.shards = 2});
  if (!granted(opened)) return;
  std::vector<int> inherited;
  for (const int descriptor : opened.descriptors()) inherited.push_back(dup(descriptor));
  auto adopted = ListenerSet::adopt(inherited, opened.table());
  REQUIRE(adopted);
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  REQUIRE(adopted->flows().promote(0, phone.endpoint()));
  phone.send_to(opened.listeners()[0].bound, "hello");
  CHECK(arrives(opened) == 'k');
}

TEST_CASE("without the selector there is one socket per shard, and the state says what is lost") {
  ListenerSet set = open({udp(kLoopbackV4)}, {.shards = 2, .selector = false});
  CHECK_FALSE(set.selector().active);
  CHECK(set.selector().reason.find("switched off by configuration") != std::string::npos);
  CHECK(set.selector().reason.find("a flood can push them out") != std::string::npos);
  CHECK(set.known_socket(0, 0) == -1);
  CHECK_FALSE(set.flows().active());
  CHECK_FALSE(set.flows().promote(0, {kLoopbackV4, 1}));
  CHECK_FALSE(set.flows().deny(kLoopbackV4));
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  phone.send_to(set.listeners()[0].bound, "hello");
  CHECK(arrives(set) == 's');
}

TEST_CASE("a flow promoted with datagrams waiting is delivered in order; other known flows come first") {
  TestShards shards{{udp(kLoopbackV4)}, 1};
  if (!granted(shards.listeners)) return;
  TestSocket phone = TestSocket::datagram(kLoopbackV4);
  TestSocket known = TestSocket::datagram(kLoopbackV4);
  FlowMap& flows = shards.listeners.flows();
  REQUIRE(flows.promote(0, known.endpoint()));
  known.send_to(shards.endpoint(), "settles the first promotion");
  REQUIRE(shards.turn_until([&] { return shards.received() == 1; }));
  shards.sink().texts.clear();

  // Strangers wait longer than known flows: with nothing promoted, the known datagram is served first.
  phone.send_to(shards.endpoint(), "1");
  known.send_to(shards.endpoint(), "known");
  for (const int socket : {shards.listeners.stranger_socket(0, 0), shards.listeners.known_socket(0, 0)}) {
    pollfd waiting{socket, POLLIN, 0};
    REQUIRE(poll(&waiting, 1, 20'000) == 1);
  }
  REQUIRE(shards.turn_until([&] { return shards.received() == 2; }));
  CHECK(shards.sink().texts == std::vector<std::string>{"known", "1"});

  shards.sink().texts.clear();
  std::vector<std::string> sent;
  for (int i = 100; i < 150; ++i) sent.push_back(std::to_string(i));
  for (const std::string& text : sent) {
    phone.send_to(shards.endpoint(), text);
    if (text == "124") REQUIRE(flows.promote(0, phone.endpoint()));
  }
  REQUIRE(shards.turn_until([&] { return shards.received() == sent.size(); }));
  CHECK(shards.sink().texts == sent);
  CHECK(shards.counted(Counter::StrangerDrains) == 2);
}
