// SPDX-License-Identifier: Apache-2.0
// Calls over other ways than two still phones on UDP: TCP, IPv6, a phone that moves, an emergency, a busy
// shard.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;

constexpr base::Nanos kAllTimersOver = 3min;

base::Endpoint at(std::uint8_t host, std::uint16_t port = 5060) {
  return {base::IpAddress::v4(198, 51, 100, host), port};
}
base::Endpoint at6(std::string_view text) {
  return *base::Endpoint::parse(text);
}
std::string uri_of(std::string_view user) {
  return fmt::format("sip:{}@{}", user, kDomain);
}

bool got(const Phone& phone, std::string_view start) {
  return std::ranges::any_of(phone.inbox(), [&](const std::string& text) { return text.starts_with(start); });
}

struct Scene {
  explicit Scene(std::vector<std::string> settings = {}) : platform{network, 2, std::move(settings)} {
    for (const auto* user : {"alice", "bob"}) platform.add_subscriber(user, "secret");
  }
  void enroll(Phone& phone) {
    phone.enroll();
    network.run_for(2s);
    REQUIRE(phone.diary().registered == 1);
  }
  /// Two calls: each side makes one, and the other one hangs up.
  void check_calls_both_ways(Phone& a, Phone& b) {
    for (const auto& [caller, callee] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
      CAPTURE(caller->user());
      const auto answered = caller->diary().answered;
      const auto acked = callee->diary().acked;
      const auto ended = caller->diary().ended;
      caller->call(uri_of(callee->user()));
      network.run_for(2s);
      CHECK(caller->diary().answered == answered + 1);
      CHECK(callee->diary().acked == acked + 1);
      CHECK(platform.calls() == 1);
      callee->hang_up();
      network.run_for(2s);
      CHECK(caller->diary().ended == ended + 1);
      CHECK(platform.calls() == 0);
    }
  }
  void check_nothing_is_left() {
    network.run_for(kAllTimersOver);
    CHECK(platform.calls() == 0);
    CHECK(platform.transactions() == 0);
  }

  net::SimNetwork network{31};
  Platform platform;
};

/// A carrier that is the default peer.
struct SceneWithCarrier : Scene {
  explicit SceneWithCarrier(std::vector<std::string> settings = {}) : Scene{std::move(settings)} {
    platform.add_peer(at(90), net::Protocol::Udp, true);
  }
  Phone carrier{network, at(90), platform.udp(), "carrier", ""};
};

}  // namespace

TEST_CASE_FIXTURE(Scene, "a phone on TCP registers, calls and is called over its connection") {
  Phone alice{network, at(1, 40'001), platform.tcp(), "alice", "secret", {.protocol = net::Protocol::Tcp}};
  Phone bob{network, at(2), platform.udp(), "bob", "secret"};
  enroll(alice);
  enroll(bob);
  check_calls_both_ways(alice, bob);

  bob.call(uri_of("alice"));
  network.run_for(2s);
  REQUIRE(alice.dialog() != nullptr);
  CHECK(alice.dialog()->routes.size() == 2);  // our TCP and our UDP address
  CHECK(alice.dialog()->routes.front().contains(";transport=tcp;"));
  alice.hang_up();
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(Scene, "two phones on TCP call each other") {
  Phone alice{network, at(1, 40'001), platform.tcp(), "alice", "secret", {.protocol = net::Protocol::Tcp}};
  Phone bob{network, at(2, 40'002), platform.tcp(), "bob", "secret", {.protocol = net::Protocol::Tcp}};
  enroll(alice);
  enroll(bob);
  check_calls_both_ways(alice, bob);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(
    Scene, "a phone on IPv6 and a phone on IPv4 call each other, each through its own address of ours") {
  Phone alice{network, at6("[2001:db8::10]:5060"), platform.udp6(), "alice", "secret"};
  Phone bob{network, at(2), platform.udp(), "bob", "secret"};
  enroll(alice);
  enroll(bob);
  check_calls_both_ways(alice, bob);

  alice.call(uri_of("bob"));
  network.run_for(2s);
  REQUIRE(alice.dialog() != nullptr);
  REQUIRE(bob.dialog() != nullptr);
  REQUIRE(alice.dialog()->routes.size() == 2);
  REQUIRE(bob.dialog()->routes.size() == 2);
  CHECK(alice.dialog()->routes.front().starts_with("<sip:[2001:db8::1]:5060;"));
  CHECK(bob.dialog()->routes.front().starts_with("<sip:192.0.2.1:5060;"));
  alice.hang_up();
  network.run_for(2s);
  CHECK(bob.diary().ended == 3);
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(SceneWithCarrier,
                  "an emergency call of a registered phone reaches the default peer without credentials") {
  Phone alice{network, at(1), platform.udp(), "alice", "secret"};
  enroll(alice);
  for (const auto* dialled : {"sip:112@example.test", "sip:1-1-2@example.test", "sip:911@192.0.2.1",
                              "urn:service:sos", "urn:service:sos.fire", "sip:112@elsewhere.example"}) {
    CAPTURE(dialled);
    const auto rang = carrier.diary().rang;
    alice.clear_inbox();
    alice.call(dialled);
    network.run_for(2s);
    CHECK(carrier.diary().rang == rang + 1);
    CHECK_FALSE(got(alice, "SIP/2.0 407 "));
    CHECK(alice.dialog() != nullptr);
    alice.hang_up();
    network.run_for(2s);
  }
  check_nothing_is_left();
}

TEST_CASE_FIXTURE(SceneWithCarrier,
                  "a stranger's emergency call is challenged, and without a password goes nowhere") {
  Phone stranger{network, at(3), platform.udp(), "alice", "a guess"};
  stranger.call("sip:112@example.test");
  network.run_for(40s);
  CHECK(got(stranger, "SIP/2.0 407 "));
  CHECK(stranger.diary().finals == std::vector<unsigned>{407});
  CHECK(carrier.diary().rang == 0);
  CHECK(platform.calls() == 0);
  CHECK(platform.transactions() == 0);
}

TEST_CASE("where the operator allows it a stranger's emergency call goes through, and no other call of his") {
  SceneWithCarrier scene{{"emergency.unauthenticated=allow"}};
  Phone stranger{scene.network, at(3), scene.platform.udp(), "alice", "a guess"};
  stranger.call("sip:112@example.test");
  scene.network.run_for(2s);
  CHECK(scene.carrier.diary().rang == 1);
  CHECK(stranger.diary().answered == 1);
  stranger.hang_up();
  scene.network.run_for(2s);

  stranger.call("sip:113@example.test");
  scene.network.run_for(40s);
  CHECK(scene.carrier.diary().rang == 1);
  scene.check_nothing_is_left();
}

TEST_CASE(
    "a request whose answer from another shard does not come is given up, and its sender's next one "
    "succeeds") {
  net::SimNetwork network{32};
  Platform platform{network, 3};
  std::vector<std::unique_ptr<Phone>> phones;
  for (std::uint8_t i = 1; i <= 12; ++i) {
    const auto user = fmt::format("user{}", i);
    platform.add_subscriber(user, "secret");
    phones.push_back(std::make_unique<Phone>(network, at(i), platform.udp(), user, "secret"));
  }
  for (auto& phone : phones) phone->enroll();
  network.run_for(2s);
  network.weather().post_delay = 30s;  // as if mailboxes were full, and their messages came long after
  for (auto& phone : phones) phone->call(uri_of("user1"));
  network.run_for(1min);
  network.weather().post_delay = 20us;
  network.run_for(kAllTimersOver);

  const auto sum = [&](pipeline::Counter counter) {
    return platform.total(
        [&](const app::ShardParts& parts) { return parts.runner.counters().value(counter); });
  };
  CHECK(sum(pipeline::Counter::WaitsLost) > 0);
  CHECK(sum(pipeline::Counter::Waited) ==
        sum(pipeline::Counter::Resumed) + sum(pipeline::Counter::WaitsLost));

  auto& caller = *phones[1];
  const auto answered = caller.diary().answered;
  caller.call(uri_of("user3"));
  network.run_for(2s);
  CHECK(caller.diary().answered == answered + 1);
  for (auto& phone : phones) {
    while (phone->dialog() != nullptr) {
      phone->hang_up();
      network.run_for(2s);
    }
  }
  network.run_for(kAllTimersOver);
  CHECK(platform.transactions() == 0);
  CHECK(platform.calls() == 0);
}

}  // namespace ringfence::sim
