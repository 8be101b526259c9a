// SPDX-License-Identifier: Apache-2.0
// The way in: parse once, owner, malformed messages, streams.
#include "transport/transport.h"

#include <doctest/doctest.h>

#include "transport/test_house.h"

using namespace ringfence;
using namespace ringfence::transport;
using namespace std::chrono_literals;

namespace {

const std::string kGood =
    "OPTIONS sip:bob@example.test SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:alice@example.test>;tag=f\r\n"
    "To: <sip:bob@example.test>\r\n"
    "Call-ID: c1\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Content-Length: 4\r\n"
    "\r\n"
    "body";

std::string changed(std::string_view what, std::string_view into, std::string_view text = kGood) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string_view::npos);
  return std::string{text.substr(0, at)}.append(into).append(text.substr(at + what.size()));
}

bool got_only(const RecordingReceiver& receiver, std::string_view text) {
  return receiver.requests.size() == 1 && receiver.requests.front() == text;
}

/// kGood as an ACK.
std::string good_ack() {
  const std::string cseq = changed("1 OPTIONS", "1 ACK");
  return changed("OPTIONS sip", "ACK sip", cseq);
}

}  // namespace

TEST_CASE("a sane request is parsed once and delivered with its index") {
  TestHouse house;
  house.wire.receive(kGood, house.phone());
  CHECK(got_only(house.receiver, kGood));
  CHECK(house.count(Counter::Parsed) == 1);
  CHECK(house.count(Counter::Requests) == 1);
  CHECK(house.wire.sent().empty());
}

TEST_CASE("a request of another shard is handed over with its index and parsed nowhere else") {
  TestHouse here{0, 2};
  TestHouse there{1, 2};
  here.ownership.owner = 1;
  here.wire.receive(kGood, here.phone());
  CHECK(here.receiver.requests.empty());
  CHECK(here.count(Counter::HandedOver) == 1);
  CHECK(here.count(Counter::Requests) == 0);

  here.wire.carry_to(there.wire);
  CHECK(got_only(there.receiver, kGood));
  CHECK(here.count(Counter::Parsed) == 1);
  CHECK(there.count(Counter::Parsed) == 0);
  CHECK(there.count(Counter::Requests) == 1);
}

TEST_CASE("what Ownership found out travels with the request") {
  TestHouse here{0, 2};
  TestHouse there{1, 2};
  here.ownership.owner = 1;
  here.ownership.handle = 42;
  here.wire.receive(kGood, here.phone());
  here.wire.carry_to(there.wire);
  CHECK(there.receiver.last_handle == 42);
  CHECK(there.receiver.last_membership == Membership::Proven);
}

TEST_CASE("a full mailbox refuses and counts; nothing waits") {
  TestHouse here{0, 2};
  here.ownership.owner = 1;
  here.wire.fill_mailboxes();
  here.wire.receive(kGood, here.phone());
  CHECK(here.count(Counter::HandOverRefused) == 1);
  CHECK(here.count(Counter::HandedOver) == 0);
  CHECK(here.wire.packets().in_use() == 0);
}

TEST_CASE("bytes behind Content-Length are cut off a datagram (RFC 3261 §18.3)") {
  TestHouse house;
  house.wire.receive(kGood + "surplus", house.phone());
  CHECK(got_only(house.receiver, kGood));
  CHECK(house.count(Counter::SurplusDiscarded) == 1);
}

TEST_CASE("a datagram shorter than its Content-Length is answered 400 (§18.3)") {
  TestHouse house;
  house.wire.receive(kGood.substr(0, kGood.size() - 1), house.phone());
  CHECK(house.receiver.requests.empty());
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 400 "));
  CHECK(house.count(Counter::MalformedAnswered) == 1);
}

TEST_CASE("a malformed request gets the status its defect asks for") {
  TestHouse house;
  house.wire.receive(changed("SIP/2.0\r\n", "SIP/7.0\r\n"), house.phone());
  house.wire.receive(changed("sip:bob", "nobodyKnowsThisScheme:bob"), house.phone());
  house.wire.receive(changed("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"), house.phone());
  REQUIRE(house.wire.sent().size() == 3);
  CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 505 "));
  CHECK(house.wire.sent()[1].text.starts_with("SIP/2.0 416 "));
  CHECK(house.wire.sent()[2].text.starts_with("SIP/2.0 400 "));
  CHECK(house.receiver.requests.empty());
}

TEST_CASE("a malformed ACK, a malformed response and noise are never answered") {
  TestHouse house;
  house.wire.receive(changed("Call-ID: c1\r\n", "", good_ack()), house.phone());
  house.wire.receive(changed("OPTIONS sip:bob@example.test SIP/2.0", "SIP/2.0 999 Nonsense"), house.phone());
  house.wire.receive("hello", house.phone());
  house.wire.receive("GET / HTTP/1.1\r\nHost: a\r\n\r\n", house.phone());
  CHECK(house.wire.sent().empty());
  CHECK(house.count(Counter::MalformedSilent) == 4);
}

TEST_CASE("a stranger's malformed requests get one answer a second, whatever he sends") {
  TestHouse house;
  const std::string bad = changed("CSeq: 1 OPTIONS", "CSeq: 1 INVITE");
  for (int i = 0; i < 10; ++i) house.wire.receive(bad, house.phone(), net::SourceClass::Unknown);
  CHECK(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text.size() <= bad.size() + 120);
  CHECK(house.count(Counter::BudgetAddressSpent) == 9);
  house.wire.run_for(1s);
  house.wire.receive(bad, house.phone(), net::SourceClass::Unknown);
  CHECK(house.wire.sent().size() == 2);
  // Who is known is not throttled by it.
  house.wire.receive(bad, house.phone(), net::SourceClass::Known);
  CHECK(house.wire.sent().size() == 3);
}

TEST_CASE("a stranger gets no answer that is much bigger than what he sent") {
  TestHouse house;
  const std::string tiny = "A a:b SIP/2.0\r\nv: SIP/2.0/UDP h\r\n\r\n";
  house.wire.receive(tiny, house.phone(), net::SourceClass::Unknown);
  for (const auto& sent : house.wire.sent()) CHECK(sent.text.size() <= tiny.size() + 120);
}

TEST_CASE("a response goes to the shard and transaction its branch names") {
  TestHouse here{0, 2};
  TestHouse there{1, 2};
  here.wire.receive(here.response_with({.random = 5, .slot = 9, .node = 1, .generation = 3, .shard = 0}),
                    here.phone());
  CHECK(here.receiver.branches ==
        std::vector{BranchId{.random = 5, .slot = 9, .node = 1, .generation = 3, .shard = 0}});

  const BranchId elsewhere{.random = 6, .slot = 9, .node = 1, .generation = 3, .shard = 1};
  here.wire.receive(here.response_with(elsewhere), here.phone());
  here.wire.carry_to(there.wire);
  CHECK(there.receiver.branches == std::vector{elsewhere});
  CHECK(there.count(Counter::Parsed) == 0);
}

TEST_CASE("a response without a branch of ours is dropped and counted") {
  TestHouse house;
  const std::string good = house.response_with({.node = 1});
  house.wire.receive(changed("z9hG4bK", "z9hG4bKa", good), house.phone());
  house.wire.receive(house.response_with({.node = 2}), house.phone());
  house.wire.receive(house.response_with({.node = 1, .shard = 7}), house.phone());
  CHECK(house.receiver.branches.empty());
  CHECK(house.count(Counter::ForeignBranch) == 1);
  CHECK(house.count(Counter::OtherNodeBranch) == 2);
  CHECK(house.wire.sent().empty());
}

TEST_CASE("a keep-alive datagram is counted and neither parsed nor answered") {
  TestHouse house;
  house.wire.receive("\r\n\r\n", house.phone());
  house.wire.receive("\r\n", house.phone());
  house.wire.receive("", house.phone());
  CHECK(house.count(Counter::KeepAlives) == 3);
  CHECK(house.count(Counter::Parsed) == 0);
  CHECK(house.wire.sent().empty());
}

TEST_CASE("a double CRLF on a stream is answered with a single one (RFC 5626 §4.4.1)") {
  TestHouse house;
  house.transport.on_skipped(house.stream(), "\r\n\r\n");
  house.transport.on_skipped(house.stream(), "\r\n");
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text == "\r\n");
  CHECK(house.wire.sent()[0].flow == house.stream());
}

TEST_CASE("a stream message without Content-Length is answered 400, and nothing behind it is read (§18.3)") {
  TestHouse house;
  const std::string bytes = changed("Content-Length: 4\r\n", "");
  CHECK(house.transport.frame(bytes, 0).what == net::Framer::Frame::Broken);
  house.transport.on_broken(house.stream(), bytes);
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 400 "));
  CHECK(house.wire.sent()[0].flow == house.stream());
  CHECK(house.receiver.requests.empty());
}

TEST_CASE("a stream message above the cap is answered 513") {
  TestHouse house;
  const std::string bytes = changed("Content-Length: 4", "Content-Length: 70000");
  CHECK(house.transport.frame(bytes, 0).what == net::Framer::Frame::Broken);
  house.transport.on_broken(house.stream(), bytes);
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 513 "));
}

TEST_CASE("a stream message whose rest does not come is answered 400 as far as it came (RFC 4475 §3.1.2.2)") {
  const std::string whole{kGood};
  for (const std::size_t size : {whole.size() - 1, whole.find("\r\n\r\n") + 2}) {
    CAPTURE(size);
    TestHouse house;
    house.transport.on_broken(house.stream(), whole.substr(0, size));
    REQUIRE(house.wire.sent().size() == 1);
    CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 400 "));
    CHECK(house.receiver.requests.empty());
  }
  TestHouse house;
  house.transport.on_broken(house.stream(), whole.substr(0, whole.find("Via")));
  CHECK(house.wire.sent().empty());  // nobody to answer yet
}

TEST_CASE("a stream message that breaks its stream is answered with what is wrong with it") {
  TestHouse house;
  house.transport.on_broken(house.stream(), changed("Content-Length: 4", "Content-Length: -4"));
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].text.starts_with("SIP/2.0 400 Malformed Content-Length\r\n"));
}

TEST_CASE("an ACK, a response or noise that breaks a stream is not answered") {
  TestHouse house;
  house.transport.on_broken(house.stream(), changed("Content-Length: 4\r\n", "", good_ack()));
  house.transport.on_broken(house.stream(), "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKa\r\n\r\n");
  house.transport.on_broken(house.stream(), "\x16\x03\x01");
  CHECK(house.wire.sent().empty());
  CHECK(house.count(Counter::Unframeable) == 3);
}

TEST_CASE("a stream whose parser and framer disagree is closed") {
  TestHouse house;
  // A bare LF before what the framer took for a fold: the parser sees another header there.
  house.wire.receive(changed("Call-ID: c1\r\n", "Call-ID: c1\nX: y\r\n"), house.stream());
  CHECK(house.receiver.requests.empty());
  CHECK(house.wire.closed() == std::vector{house.stream().connection});
}

TEST_CASE("an answer fills received and rport and returns to the source (RFC 3581 §4)") {
  TestHouse house;
  house.wire.receive(changed("192.0.2.1:5060", "10.0.0.7"), house.phone("192.0.2.1:40000"));
  const net::PacketRef request = house.receiver.last;
  REQUIRE(house.transport.answer(request, {.status = 404}));
  REQUIRE(house.wire.sent().size() == 1);
  CHECK(house.wire.sent()[0].flow == house.phone("192.0.2.1:40000"));
  CHECK(house.wire.sent()[0].text.find("received=192.0.2.1") != std::string::npos);
  CHECK(house.wire.sent()[0].text.find("rport=40000") != std::string::npos);
}
