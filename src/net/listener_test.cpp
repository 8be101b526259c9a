// SPDX-License-Identifier: Apache-2.0
// Opening listeners: ports, refusals that say what to do, and inheritance.
#include "net/listener.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include <algorithm>

#include "net/selector.h"
#include "net/test_sockets.h"

using namespace ringfence;
using namespace ringfence::net;
using namespace ringfence::net::testing;

TEST_CASE("all sockets of a listener share the port that the first one was given") {
  const std::vector<ListenerSpec> specs{udp(kLoopbackV4), tcp(kLoopbackV6), udp(kLoopbackV6)};
  const auto set = open_listeners(specs, {.shards = 3});
  REQUIRE(set);
  REQUIRE(set->listeners().size() == 3);
  for (const Listener& listener : set->listeners()) {
    CHECK(listener.bound.port != 0);
    CHECK(listener.advertised == listener.bound);
    const bool stream = is_stream(listener.protocol);
    for (ShardId shard = 0; shard < 3; ++shard) {
      const int socket =
          stream ? set->listening_socket(listener.id, shard) : set->stranger_socket(listener.id, shard);
      CHECK(bound_endpoint(socket) == listener.bound);
      CHECK((set->stranger_socket(listener.id, shard) < 0) == stream);
      CHECK((set->known_socket(listener.id, shard) >= 0) == (!stream && set->selector().active));
    }
    CHECK(set->stranger_socket(listener.id, 3) == -1);
  }
  CHECK(set->stranger_socket(9, 0) == -1);
}

TEST_CASE("what is advertised may differ from what is bound, as a whole or in part") {
  std::vector<ListenerSpec> specs{udp(kLoopbackV4), udp(kLoopbackV4)};
  specs[0].advertised = {base::IpAddress::v4(203, 0, 113, 1), 0};
  specs[1].advertised = {base::IpAddress{}, 5060};
  const auto set = open_listeners(specs, {});
  REQUIRE(set);
  CHECK(set->listeners()[0].advertised ==
        base::Endpoint{base::IpAddress::v4(203, 0, 113, 1), set->listeners()[0].bound.port});
  CHECK(set->listeners()[1].advertised == base::Endpoint{kLoopbackV4, 5060});
}

TEST_CASE("a port in use is refused by name, even when its holder would share it") {
  for (const Protocol protocol : {Protocol::Udp, Protocol::Tcp}) {
    std::vector<ListenerSpec> specs{{protocol, {kLoopbackV4, 0}, {}}};
    const auto first = open_listeners(specs, {.shards = 2});
    REQUIRE(first);
    specs[0].bind = first->listeners()[0].bound;
    specs[0].option = "sip.port";
    const auto second = open_listeners(specs, {.shards = 2});
    REQUIRE_FALSE(second);
    const std::string name = (protocol == Protocol::Udp ? "udp:" : "tcp:") + specs[0].bind.to_string();
    CHECK(second.error().what == "cannot open listener " + name);
    CHECK(second.error().why == "another program has this address and port");
    CHECK(second.error().next.find("sip.port") != std::string::npos);
  }
}

TEST_CASE("an address that this machine does not have is refused with what to look at") {
  const std::vector<ListenerSpec> specs{{Protocol::Udp, {base::IpAddress::v4(192, 0, 2, 200), 0}, {}}};
  const auto set = open_listeners(specs, {});
  REQUIRE_FALSE(set);
  CHECK(set.error().why == "no interface of this machine has this address");
  CHECK(set.error().next.find("ip address") != std::string::npos);
}

TEST_CASE("a process that inherits the descriptors has the same listeners") {
  const std::vector<ListenerSpec> specs{udp(kLoopbackV4), tcp(kLoopbackV4)};
  auto opened = open_listeners(specs, {.shards = 2});
  REQUIRE(opened);
  const std::string table = opened->table();
  CHECK(std::ranges::all_of(table, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }));
  std::vector<int> inherited;
  for (const int descriptor : opened->descriptors()) {
    CHECK((fcntl(descriptor, F_GETFD) & FD_CLOEXEC) != 0);
    inherited.push_back(dup(descriptor));
  }

  SUBCASE("all of them") {
    auto adopted = ListenerSet::adopt(inherited, table);
    REQUIRE(adopted);
    CHECK(adopted->shards() == 2);
    CHECK(adopted->selector().active == opened->selector().active);
    REQUIRE(adopted->listeners().size() == 2);
    for (ListenerId id = 0; id < 2; ++id) {
      CHECK(adopted->listeners()[id].bound == opened->listeners()[id].bound);
      CHECK(adopted->listeners()[id].protocol == opened->listeners()[id].protocol);
    }
    CHECK(bound_endpoint(adopted->stranger_socket(0, 1)) == opened->listeners()[0].bound);
    CHECK(bound_endpoint(adopted->listening_socket(1, 1)) == opened->listeners()[1].bound);
    CHECK(adopted->flows().active() == opened->flows().active());
  }
  SUBCASE("one too few") {
    close(inherited.back());
    inherited.pop_back();
    CHECK_FALSE(ListenerSet::adopt(inherited, table));
  }
  SUBCASE("a damaged table") {
    const auto adopted = ListenerSet::adopt(inherited, table.substr(0, table.size() - 2));
    REQUIRE_FALSE(adopted);
    CHECK(adopted.error().what == "cannot take over the listeners of the supervisor");
  }
}

TEST_CASE("a receive buffer that the kernel does not grant is noted, not fatal") {
  const std::vector<ListenerSpec> specs{udp(kLoopbackV4)};
  const auto small = open_listeners(specs, {.receive_buffer = 65'536});
  REQUIRE(small);
  CHECK(small->notes().empty());
  const int granted = set_receive_buffer(small->stranger_socket(0, 0), 1 << 30);
  CHECK(granted > 65'536);
}
