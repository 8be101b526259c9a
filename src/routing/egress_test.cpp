// SPDX-License-Identifier: Apache-2.0
// The listener and address that reach a place; loopback is the one route every machine has.
#include "routing/egress.h"

#include <doctest/doctest.h>

#include "net/sim_network.h"

namespace ringfence::routing {
namespace {

base::Endpoint place(std::string_view text) {
  return *base::Endpoint::parse(text);
}

/// A shard with these listeners, ids 0, 1, 2, …
struct Scene {
  explicit Scene(std::vector<net::Listener> listeners) {
    net::SimProcess process;
    process.shards = 1;
    process.listeners = std::move(listeners);
    network.start(std::move(process));
  }
  net::SimNetwork network{1};
};

net::Listener listener(net::ListenerId id, net::Protocol protocol, std::string_view bound) {
  return {.id = id, .protocol = protocol, .bound = place(bound), .advertised = place(bound)};
}

}  // namespace

TEST_CASE("a place is reached through the first listener of its transport and family") {
  Scene scene{{listener(0, net::Protocol::Tcp, "192.0.2.1:5060"),
               listener(1, net::Protocol::Udp, "[2001:db8::1]:5060"),
               listener(2, net::Protocol::Udp, "192.0.2.1:5060"),
               listener(3, net::Protocol::Udp, "192.0.2.1:5070")}};
  Egress egress{scene.network.shard(0)};

  const auto udp = egress.to(place("198.51.100.1:5062"), net::Protocol::Udp);
  REQUIRE(udp);
  CHECK(udp->listener == 2);
  CHECK(udp->protocol == net::Protocol::Udp);
  CHECK(udp->remote == place("198.51.100.1:5062"));
  CHECK(udp->local.is_unspecified());  // what the socket is bound to
  CHECK_FALSE(udp->connection);

  const auto tcp = egress.to(place("198.51.100.1:5062"), net::Protocol::Tcp);
  REQUIRE(tcp);
  CHECK(tcp->listener == 0);
  CHECK(tcp->protocol == net::Protocol::Tcp);

  const auto six = egress.to(place("[2001:db8::2]:5060"), net::Protocol::Udp);
  REQUIRE(six);
  CHECK(six->listener == 1);

  CHECK_FALSE(egress.to(place("198.51.100.1:5062"), net::Protocol::Tls));
  CHECK_FALSE(egress.to(place("[2001:db8::2]:5060"), net::Protocol::Tcp));
}

TEST_CASE("a listener on loopback reaches loopback only, and no other listener does") {
  Scene scene{
      {listener(0, net::Protocol::Udp, "127.0.0.1:5060"), listener(1, net::Protocol::Udp, "192.0.2.1:5060")}};
  Egress egress{scene.network.shard(0)};
  CHECK(egress.to(place("127.0.0.7:5060"), net::Protocol::Udp)->listener == 0);
  CHECK(egress.to(place("198.51.100.1:5060"), net::Protocol::Udp)->listener == 1);
}

TEST_CASE("for a wildcard listener the kernel's routes tell our address") {
  Scene scene{{listener(0, net::Protocol::Udp, "0.0.0.0:5060")}};
  Egress egress{scene.network.shard(0)};
  const auto flow = egress.to(place("127.0.0.1:9"), net::Protocol::Udp);
  REQUIRE(flow);
  CHECK(flow->local == base::IpAddress::v4(127, 0, 0, 1));
}

TEST_CASE("the same place gets the same answer again, per transport") {
  Scene scene{
      {listener(0, net::Protocol::Udp, "192.0.2.1:5060"), listener(1, net::Protocol::Tcp, "192.0.2.1:5060")}};
  Egress egress{scene.network.shard(0)};
  for (int round = 0; round < 3; ++round) {
    CHECK(egress.to(place("198.51.100.1:5060"), net::Protocol::Udp)->listener == 0);
    CHECK(egress.to(place("198.51.100.1:5060"), net::Protocol::Tcp)->listener == 1);
  }
}

}  // namespace ringfence::routing
