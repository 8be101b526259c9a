// SPDX-License-Identifier: Apache-2.0
// The way out: where responses go, their tags, and the Vias we write.
#include <doctest/doctest.h>

#include "transport/test_house.h"

using namespace ringfence;
using namespace ringfence::transport;
using namespace std::chrono_literals;

namespace {

std::string request_with(std::string_view via, std::string_view method = "OPTIONS",
                         std::string_view to_tag = "") {
  return std::string{method} + " sip:bob@example.test SIP/2.0\r\nVia: " + std::string{via} +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@example.test>;tag=f\r\nTo: <sip:bob@example.test>" +
         (to_tag.empty() ? "" : ";tag=") + std::string{to_tag} + "\r\nCall-ID: c1\r\nCSeq: 1 " +
         std::string{method} + "\r\nContent-Length: 0\r\n\r\n";
}

/// The request as Transport delivers it.
net::PacketRef received(TestHouse& house, const std::string& text, const net::Flow& from,
                        net::SourceClass source = net::SourceClass::Known) {
  house.wire.receive(text, from, source);
  REQUIRE(house.receiver.last);
  return std::move(house.receiver.last);
}

struct Parsed {
  explicit Parsed(std::string_view of) : text{of} { REQUIRE(sip::parse(text, index)); }
  [[nodiscard]] sip::Message message() const { return {text, index}; }
  std::string text;
  sip::MessageIndex index;
};

Parsed response(TestHouse& house, const net::PacketRef& request, const sip::ResponseParts& parts) {
  const net::PacketRef packet = house.transport.make_response(request, parts);
  REQUIRE(packet);
  return Parsed{packet.text()};
}

}  // namespace

TEST_CASE("a response over UDP goes to the source address and, by rport, the source port (RFC 3581 §4)") {
  TestHouse house;
  const net::Flow from = house.phone("192.0.2.1:40000");
  SUBCASE("rport") {
    const auto request =
        received(house, request_with("SIP/2.0/UDP 10.0.0.7:5062;branch=z9hG4bK1;rport"), from);
    CHECK(Transport::reply_flow(request) == from);
  }
  SUBCASE("without rport the port of sent-by (§18.2.2)") {
    const auto request = received(house, request_with("SIP/2.0/UDP 10.0.0.7:5062;branch=z9hG4bK1"), from);
    CHECK(Transport::reply_flow(request) == house.phone("192.0.2.1:5062"));
  }
  SUBCASE("without either 5060") {
    const auto request = received(house, request_with("SIP/2.0/UDP host.example;branch=z9hG4bK1"), from);
    CHECK(Transport::reply_flow(request) == house.phone("192.0.2.1:5060"));
  }
  SUBCASE("maddr and a received of the sender's are ignored") {
    const auto request = received(
        house, request_with("SIP/2.0/UDP h;branch=z9hG4bK1;rport;maddr=203.0.113.9;received=203.0.113.9"),
        from);
    CHECK(Transport::reply_flow(request) == from);
  }
}

TEST_CASE("a response on a stream goes back on its connection (§18.2.2)") {
  TestHouse house;
  const auto request = received(house, request_with("SIP/2.0/TCP h:5099;branch=z9hG4bK1"), house.stream());
  CHECK(Transport::reply_flow(request) == house.stream());
}

TEST_CASE(
    "received is written with rport always, without it when sent-by is not the source (§18.2.1, RFC 3581 "
    "§4)") {
  TestHouse house;
  const auto via_of_answer = [&](std::string_view via) {
    const auto request = received(house, request_with(via), house.phone("192.0.2.1:40000"));
    const Parsed answer = response(house, request, {.status = 200});
    const sip::Via seen = answer.message().top_via();
    return std::pair{std::string{seen.received}, seen.rport.value};
  };
  using Seen = std::pair<std::string, std::uint16_t>;
  CHECK(via_of_answer("SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK1;rport") == Seen{"192.0.2.1", 40000});
  CHECK(via_of_answer("SIP/2.0/UDP 10.0.0.7;branch=z9hG4bK1;rport") == Seen{"192.0.2.1", 40000});
  CHECK(via_of_answer("SIP/2.0/UDP 10.0.0.7;branch=z9hG4bK1") == Seen{"192.0.2.1", 0});
  CHECK(via_of_answer("SIP/2.0/UDP phone.example.test;branch=z9hG4bK1") == Seen{"192.0.2.1", 0});
  CHECK(via_of_answer("SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK1") == Seen{"", 0});
}

TEST_CASE("received of an IPv6 source has no brackets; sent-by in brackets is compared by value") {
  TestHouse house;
  const net::Flow from = house.phone("[2001:db8::1]:5060");
  const auto other = received(house, request_with("SIP/2.0/UDP h;branch=z9hG4bK1;rport"), from);
  CHECK(response(house, other, {.status = 200}).message().top_via().received == "2001:db8::1");
  const auto same = received(house, request_with("SIP/2.0/UDP [2001:DB8:0::1];branch=z9hG4bK1"), from);
  CHECK(response(house, same, {.status = 200}).message().top_via().received.empty());
}

TEST_CASE("an answer without a tag of the user's gets the stateless tag where one is due (§8.2.6.2)") {
  TestHouse house;
  const std::string text = request_with("SIP/2.0/UDP h;branch=z9hG4bK1", "INVITE");
  const auto request = received(house, text, house.phone());
  const std::string tag{response(house, request, {.status = 486}).message().to_tag()};
  CHECK(tag.size() == StatelessTags::kSize);

  SUBCASE("the same for a retransmission (§8.2.7)") {
    const auto again = received(house, text, house.phone());
    CHECK(response(house, again, {.status = 486}).message().to_tag() == tag);
  }
  SUBCASE("another for another request") {
    const auto other =
        received(house, request_with("SIP/2.0/UDP h;branch=z9hG4bK2", "INVITE"), house.phone());
    CHECK(response(house, other, {.status = 486}).message().to_tag() != tag);
  }
  SUBCASE("none in 100") {
    CHECK(response(house, request, {.status = 100}).message().to_tag().empty());
  }
  SUBCASE("not over a tag of the user's") {
    CHECK(response(house, request, {.status = 180, .to_tag = "mine"}).message().to_tag() == "mine");
  }
  SUBCASE("not over the tag of a dialog") {
    const auto inside =
        received(house, request_with("SIP/2.0/UDP h;branch=z9hG4bK1", "BYE", "theirs"), house.phone());
    CHECK(response(house, inside, {.status = 200}).message().to_tag() == "theirs");
  }
}

TEST_CASE("an ACK that brings our stateless tag back is recognised from the address it was sent to") {
  TestHouse house;
  const auto invite = received(house, request_with("SIP/2.0/UDP h;branch=z9hG4bK1", "INVITE"), house.phone());
  const auto tag = house.transport.stateless_to_tag(invite);
  const std::string text = request_with("SIP/2.0/UDP h;branch=z9hG4bK1", "ACK", {tag.data(), tag.size()});

  CHECK(house.transport.is_our_stateless_tag(received(house, text, house.phone())));
  CHECK(house.transport.is_our_stateless_tag(received(house, text, house.phone("192.0.2.1:9999"))));
  CHECK_FALSE(house.transport.is_our_stateless_tag(received(house, text, house.phone("192.0.2.2:5060"))));
  CHECK_FALSE(house.transport.is_our_stateless_tag(received(
      house, request_with("SIP/2.0/UDP h;branch=z9hG4bK1", "ACK", "aaaabbbbccccdddd"), house.phone())));
  CHECK_FALSE(house.transport.is_our_stateless_tag(received(
      house, request_with("SIP/2.0/UDP h;branch=z9hG4bK2", "ACK", {tag.data(), tag.size()}), house.phone())));

  SUBCASE("for an hour at least, and not after two: an address may have changed hands") {
    house.wire.run_for(1h);
    CHECK(house.transport.is_our_stateless_tag(received(house, text, house.phone())));
    house.wire.run_for(1h);
    CHECK_FALSE(house.transport.is_our_stateless_tag(received(house, text, house.phone())));
  }
}

TEST_CASE("reachability is told of unknown sources only") {
  TestHouse house;
  const std::string text = request_with("SIP/2.0/UDP h;branch=z9hG4bK1");
  house.transport.note_reachable(received(house, text, house.phone(), net::SourceClass::Known));
  CHECK(house.evidence.flows.empty());
  house.transport.note_reachable(received(house, text, house.phone(), net::SourceClass::Unknown));
  CHECK(house.evidence.flows == std::vector{house.phone()});
}

TEST_CASE(
    "a stateless answer to a stranger is free while it is no bigger than the request, then it costs budget") {
  TestHouse house;
  std::string text = request_with("SIP/2.0/UDP h;branch=z9hG4bK1");
  text.insert(text.find("Content-Length"), "Subject: " + std::string(100, 's') + "\r\n");
  const auto request = received(house, text, house.phone(), net::SourceClass::Unknown);
  CHECK(house.transport.answer(request, {.status = 404}));
  CHECK(house.transport.answer(request, {.status = 404}));
  const std::string filler(150, 'x');
  const sip::HeaderLine more[] = {{.id = sip::HeaderId::Other, .value = filler, .name = "X-Filler"}};
  CHECK(house.transport.answer(request, {.status = 404, .headers = more}));
  CHECK_FALSE(house.transport.answer(request, {.status = 404, .headers = more}));
  CHECK(house.count(Counter::BudgetAddressSpent) == 1);
  const std::string long_filler(400, 'x');
  const sip::HeaderLine much_more[] = {
      {.id = sip::HeaderId::Other, .value = long_filler, .name = "X-Filler"}};
  CHECK_FALSE(house.transport.answer(request, {.status = 404, .headers = much_more}));
  CHECK(house.count(Counter::BudgetTooBig) == 1);
}

TEST_CASE("our Via names the listener as it is advertised, the branch, and asks for rport") {
  TestHouse house;
  char out[Transport::kViaBytes];
  const BranchId branch{.random = 1, .slot = 2, .node = 1, .generation = 3, .shard = 0};
  const std::size_t size = house.transport.write_via(out, house.phone("198.51.100.1:5060"), branch);
  const auto via = sip::parse_via({out, size});
  REQUIRE(via);
  CHECK(via->transport == "UDP");
  CHECK(via->host == "192.0.2.10");
  CHECK(via->port == 5060);
  CHECK(via->rport.present);
  CHECK(house.keys.branches.read(via->branch) == branch);

  SUBCASE("a flow without a listener or a buffer too small gives nothing") {
    net::Flow nowhere = house.phone();
    nowhere.listener = net::kNoListener;
    CHECK(house.transport.write_via(out, nowhere, branch) == 0);
    CHECK(house.transport.write_via(std::span(out).first(20), house.phone(), branch) == 0);
  }
}

TEST_CASE("a forwarded request shows where it came from (§18.2.1)") {
  TestHouse house;
  const auto stamped = [&](std::string_view via) {
    char out[512];
    const auto request = received(house, request_with(via), house.phone("192.0.2.1:40000"));
    return std::string(out, Transport::stamp_via(out, request));
  };
  CHECK(stamped("SIP/2.0/UDP 10.0.0.7:5062;branch=z9hG4bK1;rport") ==
        "SIP/2.0/UDP 10.0.0.7:5062;branch=z9hG4bK1;received=192.0.2.1;rport=40000");
  CHECK(stamped("SIP/2.0/UDP h;branch=z9hG4bK1;x=\"a;b\"") ==
        "SIP/2.0/UDP h;branch=z9hG4bK1;x=\"a;b\";received=192.0.2.1");
  CHECK(stamped("SIP/2.0/UDP h;received=203.0.113.9;branch=z9hG4bK1") ==
        "SIP/2.0/UDP h;branch=z9hG4bK1;received=192.0.2.1");
  CHECK(stamped("SIP/2.0/UDP 192.0.2.1:5062;branch=z9hG4bK1").empty());
}
