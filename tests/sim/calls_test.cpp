// SPDX-License-Identifier: Apache-2.0
// Calls from end to end in a simulated network: registered phones, peers, bad weather, restarts.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;

base::Endpoint at(unsigned host, std::uint16_t port = 5060) {
  return {base::IpAddress::v4(198, 51, static_cast<std::uint8_t>(host >> 8), static_cast<std::uint8_t>(host)),
          port};
}

std::string uri_of(std::string_view user) {
  return fmt::format("sip:{}@{}", user, kDomain);
}

/// Phones "1000", "1001", … with their subscribers, all registered.
struct Village {
  Village(net::SimNetwork& network, Platform& platform, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      const auto user = std::to_string(1000 + i);
      platform.add_subscriber(user, "secret-" + user, "4312000" + user);
      phones.push_back(std::make_unique<Phone>(network, at(10 + i), platform.udp(), user, "secret-" + user));
    }
  }
  void enroll(net::SimNetwork& network) {
    for (auto& phone : phones) phone->enroll();
    network.run_for(40s);
  }
  Phone& operator[](std::size_t i) { return *phones[i]; }
  std::vector<std::unique_ptr<Phone>> phones;
};

constexpr base::Nanos kAllTimersOver = 3min;

}  // namespace

TEST_CASE("two phones register, call each other both ways and hang up, on any number of shards") {
  for (const unsigned shards : {1U, 2U, 3U, 7U}) {
    CAPTURE(shards);
    net::SimNetwork network{42 + shards};
    Platform platform{network, shards};
    Village phones{network, platform, 2};
    phones.enroll(network);
    REQUIRE(phones[0].diary().registered == 1);
    REQUIRE(phones[1].diary().registered == 1);

    phones[0].call(uri_of("1001"));
    network.run_for(2s);
    CHECK(phones[0].diary().answered == 1);
    CHECK(phones[1].diary().acked == 1);
    CHECK(platform.calls() == 1);
    phones[1].hang_up();
    network.run_for(2s);
    CHECK(phones[0].diary().ended == 1);
    CHECK(phones[1].diary().ended == 1);
    CHECK(platform.calls() == 0);

    phones[1].call(uri_of("43120001000"));  // by number
    network.run_for(2s);
    CHECK(phones[1].diary().answered == 1);
    phones[1].hang_up();
    network.run_for(kAllTimersOver);
    CHECK(platform.calls() == 0);
    CHECK(platform.transactions() == 0);
  }
}

TEST_CASE("a wrong password does not register, and an unknown user looks the same") {
  net::SimNetwork network{7};
  Platform platform{network};
  platform.add_subscriber("1000", "the right one");
  Phone wrong{network, at(1), platform.udp(), "1000", "the wrong one"};
  Phone unknown{network, at(2), platform.udp(), "nobody", "the wrong one"};
  wrong.enroll();
  unknown.enroll();
  network.run_for(5s);
  CHECK(wrong.diary().registered == 0);
  CHECK(wrong.diary().refused == 1);
  CHECK(unknown.diary().refused == 1);
  CHECK(platform.node().location.bindings() == 0);
  REQUIRE(wrong.inbox().size() == unknown.inbox().size());
  CHECK(wrong.inbox().back().substr(0, 20) == unknown.inbox().back().substr(0, 20));
}

TEST_CASE("the answers of callees reach the caller") {
  net::SimNetwork network{8};
  Platform platform{network};
  Village phones{network, platform, 2};
  phones.enroll(network);

  SUBCASE("486 when busy") {
    phones[1].set_mood(Phone::Mood::Busy);
    phones[0].call(uri_of("1001"));
    network.run_for(2s);
    CHECK(phones[0].diary().finals == std::vector<unsigned>{486});
  }
  SUBCASE("487 after CANCEL (RFC 3261 §9.2, §16.10)") {
    phones[1].set_mood(Phone::Mood::RingsForever);
    phones[0].call(uri_of("1001"));
    network.run_for(2s);
    phones[0].cancel();
    network.run_for(
        70s);  // the simulated phone does not send 487: the branch ends 64*T1 after its CANCEL (§9.1)
    CHECK(phones[0].diary().finals == std::vector<unsigned>{487});
  }
  SUBCASE("480 when nobody is registered there") {
    platform.add_subscriber("1002", "never used");
    phones[0].call(uri_of("1002"));
    network.run_for(2s);
    CHECK(phones[0].diary().finals == std::vector<unsigned>{480});
  }
  SUBCASE("404 for nobody we know, when there is no peer") {
    phones[0].call(uri_of("999999"));
    network.run_for(2s);
    CHECK(phones[0].diary().finals == std::vector<unsigned>{404});
  }
  SUBCASE("403 for a domain that is not ours") {
    phones[0].call("sip:someone@elsewhere.example");
    network.run_for(2s);
    CHECK(phones[0].diary().finals == std::vector<unsigned>{403});
  }
  network.run_for(kAllTimersOver);
  CHECK(platform.calls() == 0);
  CHECK(platform.transactions() == 0);
}

TEST_CASE("all phones of an address of record ring, and one answer ends the others") {
  net::SimNetwork network{9};
  Platform platform{network};
  Village phones{network, platform, 2};
  Phone desk{network, at(200), platform.udp(), "1001", "secret-1001"};
  desk.set_mood(Phone::Mood::RingsForever);
  phones.enroll(network);
  desk.enroll();
  network.run_for(5s);
  REQUIRE(desk.diary().registered == 1);

  phones[0].call(uri_of("1001"));
  network.run_for(2s);
  CHECK(phones[0].diary().answered == 1);
  CHECK(desk.diary().rang == 1);
  CHECK(
      std::ranges::any_of(desk.inbox(), [](const std::string& text) { return text.starts_with("CANCEL "); }));
  phones[0].hang_up();
  network.run_for(kAllTimersOver);
  CHECK(platform.calls() == 0);
  CHECK(platform.transactions() == 0);
}

TEST_CASE("a peer reaches subscribers, subscribers reach it, and it does not reach other peers through us") {
  net::SimNetwork network{10};
  Platform platform{network};
  Village phones{network, platform, 1};
  phones.enroll(network);
  const auto carrier_at = at(900);
  platform.add_peer(carrier_at, net::Protocol::Udp, true);
  Phone carrier{network, carrier_at, platform.udp(), "carrier", ""};

  phones[0].call(uri_of("0043155512"));
  network.run_for(2s);
  CHECK(carrier.diary().rang == 1);
  CHECK(phones[0].diary().answered == 1);
  carrier.hang_up();
  network.run_for(1s);
  CHECK(phones[0].diary().ended == 1);

  carrier.call("sip:43120001000@192.0.2.1");
  network.run_for(2s);
  CHECK(carrier.diary().answered == 1);
  carrier.hang_up();
  network.run_for(1s);

  carrier.call("sip:0043155599@192.0.2.1");
  network.run_for(2s);
  CHECK(carrier.diary().finals.back() == 404);
  CHECK(carrier.diary().rang == 1);
}

TEST_CASE("a peer that may pass through reaches the default peer with numbers and with names") {
  net::SimNetwork network{11};
  Platform platform{network};
  const auto carrier_at = at(900);
  const auto switch_at = at(901);
  platform.add_peer(carrier_at, net::Protocol::Udp, true);
  platform.add_peer(switch_at, net::Protocol::Udp, false, true);
  Phone carrier{network, carrier_at, platform.udp(), "carrier", ""};
  Phone pbx{network, switch_at, platform.udp(), "switch", ""};
  int calls = 0;
  for (const char* target : {"sip:0043155599@192.0.2.1", "sip:bob%40home7@192.0.2.1"}) {
    CAPTURE(target);
    pbx.call(target);
    network.run_for(2s);
    CHECK(carrier.diary().rang == ++calls);
    CHECK(pbx.diary().answered == calls);
    pbx.hang_up();
    network.run_for(1s);
  }

  pbx.call("sip:0043155599@elsewhere.example");
  network.run_for(2s);
  CHECK(pbx.diary().finals.back() == 403);
  CHECK(carrier.diary().rang == calls);
}

TEST_CASE("a call that the default peer sends us for nobody of ours does not go back to it") {
  net::SimNetwork network{12};
  Platform platform{network};
  const auto carrier_at = at(900);
  platform.add_peer(carrier_at, net::Protocol::Udp, true, true);
  Phone carrier{network, carrier_at, platform.udp(), "carrier", ""};
  carrier.call("sip:0043155599@192.0.2.1");
  network.run_for(2s);
  CHECK(carrier.diary().rang == 0);
  CHECK(carrier.diary().finals.back() == 404);
}

TEST_CASE("a locked account is nobody else's: calls to it end here, also those that pass through") {
  net::SimNetwork network{13};
  Platform platform{network};
  const auto carrier_at = at(900);
  const auto switch_at = at(901);
  platform.add_peer(carrier_at, net::Protocol::Udp, true);
  platform.add_peer(switch_at, net::Protocol::Udp, false, true);
  platform.add_subscriber("locked", "pw", "5550001", directory::State::Locked);
  Phone carrier{network, carrier_at, platform.udp(), "carrier", ""};
  Phone pbx{network, switch_at, platform.udp(), "switch", ""};
  for (const std::string& target : {uri_of("locked"), uri_of("5550001")}) {
    CAPTURE(target);
    pbx.call(target);
    network.run_for(2s);
    CHECK(pbx.diary().finals.back() == 404);
  }
  CHECK(carrier.diary().rang == 0);
}

TEST_CASE("after a restart phones register again, and what belonged to old calls is refused") {
  net::SimNetwork network{11};
  Platform platform{network};
  Village phones{network, platform, 2};
  phones.enroll(network);
  phones[0].call(uri_of("1001"));
  network.run_for(2s);
  REQUIRE(phones[0].diary().answered == 1);

  platform.restart();
  phones[0]
      .hang_up();  // nobody knows that call any more, and the phone is a stranger: silence, then its timer
  network.run_for(40s);
  CHECK(phones[1].diary().ended == 0);
  phones.enroll(network);
  phones[1].call(uri_of("1000"));
  network.run_for(2s);
  CHECK(phones[1].diary().answered == 1);
}

TEST_CASE(
    "in a network that loses, delays, doubles and reorders, each call has one outcome and nothing is left "
    "behind") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U}) {
    CAPTURE(seed);
    net::SimNetwork network{seed, {.loss = 0.1, .duplicate = 0.05, .reorder = 0.1, .jitter = 3ms}};
    Platform platform{network, 3};
    constexpr unsigned kPhones = 12;
    Village phones{network, platform, kPhones};
    phones.enroll(network);
    for (auto& phone : phones.phones) CHECK(phone->diary().registered == 1);

    unsigned calls = 0;
    for (unsigned round = 0; round < 40; ++round) {
      const auto from = network.random().below(kPhones);
      const auto to = network.random().below(kPhones);
      if (from == to) continue;
      const auto mood = network.random().below(8);
      phones[to].set_mood(mood == 0 ? Phone::Mood::Busy : Phone::Mood::Answers);
      phones[from].call(uri_of(phones[to].user()));
      ++calls;
      network.run_for(std::chrono::milliseconds{network.random().below(3000)});
      if (network.random().below(2) == 0) phones[network.random().below(kPhones)].hang_up();
    }
    network.run_for(1min);
    for (auto& phone : phones.phones) {
      while (phone->dialog() != nullptr) {
        phone->hang_up();
        network.run_for(2s);
      }
    }
    network.run_for(kAllTimersOver);

    std::size_t outcomes = 0;
    unsigned answered = 0;
    for (auto& phone : phones.phones) {
      outcomes += phone->diary().finals.size();
      answered += phone->diary().answered;
    }
    CHECK(outcomes == calls);
    CHECK(answered > calls / 2);
    CHECK(platform.transactions() == 0);
    CHECK(platform.calls() == 0);
  }
}

}  // namespace ringfence::sim
