// SPDX-License-Identifier: Apache-2.0
// What provisioning does to calls, from the next request on: locking a customer, domain or reseller takes its
// subscribers with it; a disabled peer takes no calls; a further number reaches its subscriber.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "model/value_text.h"
#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;
using directory::EntryValues;
using directory::Kind;
using directory::State;

constexpr directory::Id kCustomerId = 7;

base::Endpoint at(std::uint8_t host) {
  return {base::IpAddress::v4(198, 51, 100, host), 5060};
}

/// A row of which only name and state are given.
EntryValues stateful(Kind kind, directory::Id id, State state) {
  EntryValues values{kind, id, kTenant, {}};
  for (const auto& field : model::definition(kind).fields)
    values.cells.push_back(model::value_from(field, field.fallback));
  values.cells[0] = std::string{"name"};
  values.cells[1] = std::string{model::name_of(state)};
  return values;
}

/// Alice is a customer's; Bob is nobody's; both have registered, and a carrier takes what is not ours.
struct Scene {
  Scene() {
    platform.add_peer(at(9), net::Protocol::Udp, true);
    platform.apply(stateful(Kind::Customer, kCustomerId, State::Active));
    for (Phone* phone : {&alice, &bob}) {
      platform.add_subscriber(phone->user(), "pw");
      phone->enroll();
    }
    change_alice([](auto& values) { values.customer = kCustomerId; });
    network.run_for(1s);
    REQUIRE(alice.diary().registered == 1);
    REQUIRE(bob.diary().registered == 1);
  }

  template <class Change>
  void change_alice(Change change) {
    const auto& now = platform.node().directory.snapshot();
    auto values = now.subscriber("alice", *now.domain(kDomainId))->values();
    change(values);
    platform.apply(values);
  }
  /// The final status of a call.
  unsigned call(Phone& from, std::string_view to) {
    from.call(fmt::format("sip:{}@{}", to, kDomain));
    network.run_for(3s);
    from.hang_up();
    network.run_for(1s);
    return from.diary().finals.back();
  }

  net::SimNetwork network{77};
  Platform platform{network};
  Phone alice{network, at(1), platform.udp(), "alice", "pw"};
  Phone bob{network, at(2), platform.udp(), "bob", "pw"};
  Phone carrier{network, at(9), platform.udp(), "carrier", ""};
};

}  // namespace

TEST_CASE_FIXTURE(
    Scene, "whoever is locked, alone or with all of its owner's, neither calls nor is called nor registers") {
  struct Row {
    const char* what;
    directory::Change lock;
    directory::Change unlock;
  };
  const directory::Domain domain{kDomainId, kTenant, std::string{kDomain}};
  directory::Domain locked_domain = domain;
  locked_domain.state = State::Locked;
  const Row rows[]{
      {"customer", stateful(Kind::Customer, kCustomerId, State::Locked),
       stateful(Kind::Customer, kCustomerId, State::Active)},
      {"domain", locked_domain, domain},
      {"reseller", stateful(Kind::Reseller, kTenant, State::Terminated),
       stateful(Kind::Reseller, kTenant, State::Active)},
  };
  for (const auto& [what, lock, unlock] : rows) {
    CAPTURE(what);
    CHECK(call(alice, "bob") == 200);
    CHECK(call(carrier, "alice") == 200);
    platform.apply(lock);
    const auto refused = alice.diary().refused;
    CHECK(call(alice, "bob") == 407);
    CHECK(call(carrier, "alice") == 404);
    alice.enroll();
    network.run_for(1s);
    CHECK(alice.diary().refused == refused + 1);
    platform.apply(unlock);
  }
  CHECK(call(alice, "bob") == 200);
}

TEST_CASE_FIXTURE(Scene, "a locked customer leaves the others of the domain alone") {
  platform.apply(stateful(Kind::Customer, kCustomerId, State::Locked));
  CHECK(call(carrier, "bob") == 200);
}

TEST_CASE_FIXTURE(Scene, "a further number reaches its subscriber, and nobody else calls under it") {
  const auto& now = platform.node().directory.snapshot();
  const auto bob_id = now.subscriber("bob", *now.domain(kDomainId))->id();
  const auto number = [bob_id](std::int64_t owner) {
    return EntryValues{Kind::Number, 5, kTenant, {std::string{"43777"}, owner, std::int64_t{0}}};
  };
  CHECK(call(carrier, "43777") == 404);
  platform.apply(number(static_cast<std::int64_t>(bob_id)));
  CHECK(call(carrier, "+43777") == 200);
  const auto call_as_number = [this](Phone& phone) {
    phone.call_as(fmt::format("sip:+43777@{}", kDomain), fmt::format("sip:43155599@{}", kDomain));
    network.run_for(3s);
    phone.hang_up();
    network.run_for(1s);
    return phone.diary().finals.back();
  };
  CHECK(call_as_number(bob) == 200);
  CHECK(call_as_number(alice) == 403);
  platform.apply(directory::Removal{Kind::Number, 5});
  CHECK(call_as_number(bob) == 403);
}

TEST_CASE_FIXTURE(Scene, "a disabled peer is sent no calls, and is heard as before") {
  const auto& now = platform.node().directory.snapshot();
  directory::Peer peer = *now.default_peer();
  CHECK(call(alice, "43155599") == 200);
  CHECK(carrier.diary().rang == 1);
  peer.enabled = false;
  platform.apply(peer);
  CHECK(call(alice, "43155599") == 404);
  CHECK(carrier.diary().rang == 1);
  CHECK(call(carrier, "alice") == 200);
  peer.enabled = true;
  platform.apply(peer);
  CHECK(call(alice, "43155599") == 200);
}

}  // namespace ringfence::sim
