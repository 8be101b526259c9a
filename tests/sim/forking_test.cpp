// SPDX-License-Identifier: Apache-2.0
// Several phones for one call: who rings when, who stops ringing, and what the caller hears.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPassword = "secret";
constexpr base::Nanos kAllTimersOver = 3min;

base::Endpoint at(std::uint8_t host) {
  return {base::IpAddress::v4(198, 51, 100, host), 5060};
}

bool got(const Phone& phone, std::string_view start) {
  return std::ranges::any_of(phone.inbox(), [&](const std::string& text) { return text.starts_with(start); });
}

/// "caller", and three phones of "callee" with Contact parameters of their own.
struct Scene {
  struct Contacts {
    std::string first, second, third;
  };
  explicit Scene(Contacts contacts = {}, std::vector<std::string> settings = {})
      : platform{network, 2, std::move(settings)},
        first{network, at(2), platform.udp(), "callee", kPassword, {.contact_parameters = contacts.first}},
        second{network, at(3), platform.udp(), "callee", kPassword, {.contact_parameters = contacts.second}},
        third{network, at(4), platform.udp(), "callee", kPassword, {.contact_parameters = contacts.third}} {
    platform.add_subscriber("caller", kPassword);
    platform.add_subscriber("callee", kPassword);
    for (auto* phone : {&caller, &third, &second, &first}) {
      phone->enroll();
      network.run_for(2s);
      REQUIRE(phone->diary().registered == 1);
    }
  }

  void call() { caller.call(fmt::format("sip:callee@{}", kDomain)); }
  void check_nothing_is_left() {
    network.run_for(kAllTimersOver);
    CHECK(platform.calls() == 0);
    CHECK(platform.transactions() == 0);
  }

  net::SimNetwork network{21};
  Platform platform;
  Phone caller{network, at(1), platform.udp(), "caller", kPassword};
  Phone first;
  Phone second;
  Phone third;
};

const Scene::Contacts kOneAfterTheOther{";q=1.0", ";q=0.5", ";q=0.1"};

}  // namespace

TEST_CASE("phones of a lower q ring when those of a higher q have refused (RFC 3261 §16.6)") {
  Scene scene{kOneAfterTheOther};
  scene.first.set_mood(Phone::Mood::RingsForever);
  scene.call();
  scene.network.run_for(5s);
  CHECK(scene.first.diary().rang == 1);
  CHECK(scene.second.diary().rang == 0);
  scene.caller.cancel();
  scene.network.run_for(kAllTimersOver);
  CHECK(scene.second.diary().rang == 0);  // the caller has given up

  scene.first.set_mood(Phone::Mood::Busy);
  scene.call();
  scene.network.run_for(5s);
  CHECK(scene.first.diary().rang == 2);
  CHECK(scene.second.diary().rang == 1);
  CHECK(scene.third.diary().rang == 0);
  CHECK(scene.caller.diary().answered == 1);
  scene.caller.hang_up();
  scene.check_nothing_is_left();
}

TEST_CASE("when all phones have refused in turn the caller hears the best answer once") {
  Scene scene{kOneAfterTheOther};
  scene.first.refuse_with(480);
  scene.second.refuse_with(503);
  scene.third.refuse_with(415);
  scene.call();
  scene.network.run_for(5s);
  CHECK(scene.first.diary().rang + scene.second.diary().rang + scene.third.diary().rang == 3);
  CHECK(scene.caller.diary().finals == std::vector<unsigned>{415});
  scene.check_nothing_is_left();
}

TEST_CASE("a 6xx ends the ringing of all phones, and none of a lower q begins (RFC 3261 §16.7 step 5)") {
  Scene scene{{";q=0.9", ";q=0.9", ";q=0.1"}};
  scene.first.set_mood(Phone::Mood::RingsForever);
  scene.second.refuse_with(603);
  scene.call();
  scene.network.run_for(2s);
  CHECK(scene.first.diary().rang == 1);
  CHECK(got(scene.first, "CANCEL "));
  scene.network.run_for(
      70s);  // the simulated phone does not send 487: the branch ends 64*T1 after its CANCEL (§9.1)
  CHECK(scene.caller.diary().finals == std::vector<unsigned>{603});
  CHECK(scene.third.diary().rang == 0);
  scene.check_nothing_is_left();
}

TEST_CASE("a call that rings for ever ends by Timer C (RFC 3261 §16.8)") {
  Scene scene{{}, {"transaction.timer_c=181s"}};
  for (auto* phone : {&scene.first, &scene.second, &scene.third}) phone->set_mood(Phone::Mood::RingsForever);
  scene.call();
  scene.network.run_for(180s);
  CHECK(scene.caller.diary().finals.empty());
  CHECK_FALSE(got(scene.first, "CANCEL "));
  scene.network.run_for(4s);
  for (auto* phone : {&scene.first, &scene.second, &scene.third}) CHECK(got(*phone, "CANCEL "));
  scene.network.run_for(70s);
  CHECK(scene.caller.diary().finals.size() == 1);
  scene.check_nothing_is_left();
}

TEST_CASE("a callee that asks the caller for credentials does not get any (A-08)") {
  Scene scene;
  for (const unsigned status : {401U, 407U}) {
    CAPTURE(status);
    for (auto* phone : {&scene.first, &scene.second, &scene.third}) phone->refuse_with(status);
    scene.caller.clear_inbox();
    scene.call();
    scene.network.run_for(5s);
    CHECK(scene.caller.diary().finals.back() == 403);
    CHECK(std::ranges::none_of(scene.caller.inbox(),
                               [](const std::string& text) { return text.contains(Phone::kForeignRealm); }));
  }
  CHECK(scene.caller.diary().finals.size() == 2);
  CHECK(scene.first.diary().rang == 2);
  scene.check_nothing_is_left();
}

TEST_CASE("a challenging phone does not keep another one's answer from the caller") {
  Scene scene;
  scene.first.refuse_with(407);
  scene.second.refuse_with(486);
  scene.call();
  scene.network.run_for(5s);
  CHECK(scene.caller.diary().answered == 1);  // the third one picked up
  scene.caller.hang_up();
  scene.check_nothing_is_left();
}

}  // namespace ringfence::sim
