// SPDX-License-Identifier: Apache-2.0
// What strangers, and parties of a call, try to get out of us; beside each an honest call goes through.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "sim/phone.h"
#include "sim/platform.h"

namespace ringfence::sim {
namespace {

using namespace std::chrono_literals;

base::Endpoint at(std::uint8_t host) {
  return {base::IpAddress::v4(203, 0, 113, host), 5060};
}
std::string uri_of(std::string_view user) {
  return fmt::format("sip:{}@{}", user, kDomain);
}

/// A call between alice and bob that is up, and mallory, who has an address only.
struct Scene {
  net::SimNetwork network{77};
  Platform platform{network, 2};
  Phone alice{network, at(1), platform.udp(), "alice", "alice's secret"};
  Phone bob{network, at(2), platform.udp(), "bob", "bob's secret"};
  Phone victim{network, at(3), platform.udp(), "victim", ""};
  Phone mallory{network, at(66), platform.udp(), "mallory", ""};

  Scene() {
    platform.add_subscriber("alice", "alice's secret");
    platform.add_subscriber("bob", "bob's secret");
    alice.enroll();
    bob.enroll();
    network.run_for(2s);
    alice.call(uri_of("bob"));
    network.run_for(2s);
    REQUIRE(alice.dialog() != nullptr);
    for (auto* phone : {&alice, &bob, &victim, &mallory}) phone->clear_inbox();
  }

  [[nodiscard]] std::uint64_t routed(routing::Counter counter) {
    return platform.total(
        [&](const app::ShardParts& parts) { return parts.routing_counters.value(counter); });
  }
  void honest_end() {
    alice.hang_up();
    network.run_for(2s);
    CHECK(alice.diary().ended == 1);
    CHECK(bob.diary().ended == 1);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Scene,
                  "a valid token with a foreign Request-URI goes nowhere, whoever in the call sends it") {
  for (const auto* method : {"INVITE", "BYE", "INFO", "REFER"}) {
    CAPTURE(method);
    alice.send_raw(alice.in_dialog_request(method, "sip:victim@203.0.113.3:5060"));
    network.run_for(5s);
  }
  alice.send_raw(alice.in_dialog_request("ACK", "sip:victim@203.0.113.3:5060"));
  network.run_for(5s);
  CHECK(victim.inbox().empty());
  CHECK(bob.inbox().empty());
  CHECK(routed(routing::Counter::ForeignTarget) >= 5);
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "an invented To-tag and Route go nowhere, and a stranger hears nothing of it") {
  const auto forged = [](std::string_view route) {
    return fmt::format(
        "INVITE sip:victim@203.0.113.3:5060 SIP/2.0\r\nVia: SIP/2.0/UDP "
        "203.0.113.66:5060;branch=z9hG4bKx{};rport\r\n"
        "Max-Forwards: 70\r\n{}From: <sip:mallory@evil.example>;tag=1\r\nTo: "
        "<sip:victim@203.0.113.3>;tag=invented\r\n"
        "Call-ID: invented\r\nCSeq: 2 INVITE\r\nContact: <sip:m@203.0.113.66>\r\nContent-Length: 0\r\n\r\n",
        route.size(), route);
  };
  const std::string invented_token(call::TokenSealer::kTokenSize, 'A');
  mallory.send_raw(forged(""));
  mallory.send_raw(forged("Route: <sip:192.0.2.1:5060;lr>\r\n"));
  mallory.send_raw(forged("Route: <sip:192.0.2.1:5060;lr;rf=" + invented_token + ">\r\n"));
  mallory.send_raw(forged("Route: <sip:192.0.2.1;lr>, <sip:203.0.113.3;lr>\r\n"));
  network.run_for(40s);
  CHECK(victim.inbox().empty());
  CHECK(mallory.inbox().empty());
  CHECK(routed(routing::Counter::NoToken) + routed(routing::Counter::ForgedToken) == 4);
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "a stolen token from another address goes nowhere") {
  mallory.send_raw(alice.in_dialog_request("BYE"));
  network.run_for(5s);
  CHECK(bob.inbox().empty());
  CHECK(routed(routing::Counter::ForeignSource) >= 1);
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "a stranger's INVITE leaves no state and gets one small challenge") {
  const auto before = platform.transactions();
  const std::string invite =
      "INVITE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP "
      "203.0.113.66:5060;branch=z9hG4bKstranger;rport\r\n"
      "Max-Forwards: 70\r\nFrom: <sip:mallory@evil.example>;tag=1\r\nTo: <sip:bob@example.test>\r\nCall-ID: "
      "stranger\r\n"
      "CSeq: 1 INVITE\r\nContact: <sip:m@203.0.113.66>\r\nContent-Length: 0\r\n\r\n";
  mallory.send_raw(invite);
  network.run_for(100ms);
  REQUIRE(mallory.inbox().size() == 1);
  CHECK(mallory.inbox()[0].starts_with("SIP/2.0 407 "));
  CHECK(mallory.inbox()[0].size() <= invite.size() + 120);
  CHECK(platform.transactions() == before);
  network.run_for(40s);
  CHECK(mallory.inbox().size() == 1);  // never retransmitted
  CHECK(bob.inbox().empty());
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "a preloaded Route does not steer an authenticated caller's INVITE") {
  alice.send_raw(
      "INVITE sip:bob@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.1:5060;branch=z9hG4bKroute;rport\r\n"
      "Max-Forwards: 70\r\nRoute: <sip:203.0.113.3;lr>\r\nFrom: <sip:alice@example.test>;tag=1\r\n"
      "To: <sip:bob@example.test>\r\nCall-ID: preloaded\r\nCSeq: 1 INVITE\r\nContact: "
      "<sip:alice@203.0.113.1>\r\n"
      "Content-Length: 0\r\n\r\n");
  network.run_for(5s);
  CHECK(victim.inbox().empty());
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "a forged response does not answer a call") {
  bob.set_mood(Phone::Mood::RingsForever);
  honest_end();
  alice.call(uri_of("bob"));
  network.run_for(1s);
  REQUIRE(!bob.inbox().empty());
  // Mallory has even seen the INVITE, branch and all, but does not sit at bob's address.
  std::string invite;
  for (const auto& text : bob.inbox()) {
    if (text.starts_with("INVITE ")) invite = text;
  }
  REQUIRE(!invite.empty());
  const auto headers = invite.substr(invite.find("\r\n") + 2);
  mallory.send_raw("SIP/2.0 200 OK\r\n" + headers);
  network.run_for(2s);
  CHECK(alice.diary().answered == 1);  // the first call only
}

TEST_CASE_FIXTURE(Scene, "a callee who ends the dialog before he answers the call does no harm") {
  honest_end();
  bob.set_mood(Phone::Mood::RingsForever);
  alice.call(uri_of("bob"));
  network.run_for(1s);
  std::string invite;
  for (const auto& text : bob.inbox()) {
    if (text.starts_with("INVITE ")) invite = text;
  }
  REQUIRE(!invite.empty());
  sip::MessageIndex index;
  REQUIRE(sip::parse(invite, index));
  const sip::Message message{invite, index};
  const auto tag =
      "bob-" + std::string{message.branch().substr(message.branch().size() - 8)};  // as bob's 180 had it
  bob.send_raw(
      fmt::format("BYE sip:alice@203.0.113.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP "
                  "203.0.113.2:5060;branch=z9hG4bKearly;rport\r\n"
                  "Max-Forwards: 70\r\nRoute: {}\r\nFrom: {};tag={}\r\nTo: {}\r\nCall-ID: {}\r\nCSeq: 9 "
                  "BYE\r\nContent-Length: 0\r\n\r\n",
                  message.header(sip::HeaderId::RecordRoute), message.header(sip::HeaderId::To), tag,
                  message.header(sip::HeaderId::From), message.call_id()));
  network.run_for(1s);
  std::string vias;
  for (const auto via : message.values(sip::HeaderId::Via)) vias += fmt::format("Via: {}\r\n", via);
  bob.send_raw(
      fmt::format("SIP/2.0 200 OK\r\n{}Record-Route: {}\r\nFrom: {}\r\nTo: {};tag={}\r\nCall-ID: {}\r\nCSeq: "
                  "{} INVITE\r\n"
                  "Contact: <sip:bob@203.0.113.2:5060>\r\nContent-Length: 0\r\n\r\n",
                  vias, message.header(sip::HeaderId::RecordRoute), message.header(sip::HeaderId::From),
                  message.header(sip::HeaderId::To), tag, message.call_id(), message.cseq()));
  network.run_for(1s);
  CHECK(alice.diary().answered == 2);  // and the process is alive to tell it
  alice.hang_up();
  network.run_for(3min);
  CHECK(platform.calls() == 0);
  CHECK(platform.transactions() == 0);
}

TEST_CASE_FIXTURE(Scene, "refusals leave nothing behind, folded header fields or not") {
  const auto before = platform.transactions();
  for (unsigned i = 0; i < 50; ++i) {
    mallory.send_raw(fmt::format(
        "OPTIONS sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP "
        "203.0.113.66:5060;branch=z9hG4bKfold{};rport\r\nMax-Forwards: 70\r\n"
        "From: <sip:m@evil.example>;tag=1\r\nTo: <sip:x@y>\r\nCall-ID: fold\r\nCSeq: 1 OPTIONS\r\n"
        "Proxy-Require: a,\r\n b\r\nContent-Length: 0\r\n\r\n",
        i));
    // The same from a phone that is known: it gets its 420, unfolded.
    alice.send_raw(fmt::format(
        "OPTIONS sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP "
        "203.0.113.1:5060;branch=z9hG4bKfold{};rport\r\nMax-Forwards: 70\r\n"
        "From: <sip:alice@example.test>;tag=1\r\nTo: <sip:x@y>\r\nCall-ID: fold\r\nCSeq: 1 OPTIONS\r\n"
        "Proxy-Require: a,\r\n b\r\nContent-Length: 0\r\n\r\n",
        i));
  }
  network.run_for(1s);
  CHECK(std::ranges::count_if(alice.inbox(), [](const std::string& text) {
          return text.starts_with("SIP/2.0 420 ") && text.find("Unsupported: a, b\r\n") != text.npos;
        }) == 50);
  network.run_for(40s);
  CHECK(platform.transactions() <= before);
  honest_end();
}

TEST_CASE_FIXTURE(Scene, "an identity that a phone claims reaches nobody") {
  honest_end();
  bob.clear_inbox();
  alice.call(uri_of("bob"));
  network.run_for(1s);
  alice.send_raw([&] {
    auto request = alice.in_dialog_request("INFO");
    request.insert(
        request.find("Content-Length"),
        "P-Asserted-Identity: <sip:+4319999@carrier.example>\r\nDiversion: <sip:boss@example.test>\r\n");
    return request;
  }());
  network.run_for(1s);
  bool arrived = false;
  for (const auto& text : bob.inbox()) {
    arrived = arrived || text.starts_with("INFO ");
    CHECK(text.find("P-Asserted-Identity") == text.npos);
    CHECK(text.find("Diversion") == text.npos);
  }
  CHECK(arrived);
}

}  // namespace ringfence::sim
