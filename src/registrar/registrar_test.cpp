// SPDX-License-Identifier: Apache-2.0
// RFC 3261 §10.3 clause by clause, and what RFC 3327 and RFC 5626 add to it.
#include "registrar/registrar.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/sim_clock.h"
#include "location/location.h"
#include "location/partition.h"
#include "observe/log.h"
#include "sip/header_table.h"
#include "sip/sample_message.h"

namespace ringfence::registrar {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kAor = "1001@example.test";

/// A registrar for one address of record, on simulated time; without jitter, at most three contacts.
class Desk final : private ContactPolicy {
 public:
  Desk() {
    observe::Log::set_level(observe::Level::Error);
    partition_.attach(clock, random_, clock.timers());
  }

  /// A REGISTER with these header lines, and the answer.
  Answer send(std::string_view lines, unsigned cseq, std::string_view call_id = "phone",
              std::uint16_t port = 5060, bool neighbour = false) {
    const std::string text =
        "REGISTER sip:example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKa\r\n"
        "From: <sip:1001@example.test>;tag=1\r\nTo: <sip:1001@example.test>\r\nCall-ID: " +
        std::string{call_id} + "\r\nCSeq: " + std::to_string(cseq) + " REGISTER\r\n" + std::string{lines} +
        "Content-Length: 0\r\n\r\n";
    const sip::sample::Parsed parsed{text};
    REQUIRE(parsed.result);
    headers_ = std::make_unique<pipeline::ReplyHeaders>();
    net::Flow flow;
    flow.remote = {base::IpAddress::v4(192, 0, 2, 7), port};
    return registrar.answer(parsed.message(), {kAor, flow, neighbour}, *headers_);
  }
  /// The header lines of the last answer, "Name: value" each, Date left out.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> lines;
    for (const sip::HeaderLine& line : headers_->lines()) {
      if (line.id == sip::HeaderId::Date) continue;
      lines.push_back(std::string{sip::name_of(line.id)} + ": " + std::string{line.value});
    }
    return lines;
  }
  [[nodiscard]] bool tells_date() const {
    return std::ranges::any_of(headers_->lines(),
                               [](const auto& line) { return line.id == sip::HeaderId::Date; });
  }
  [[nodiscard]] const location::AorRecord* record() const { return location_.find(kAor); }

  base::SimClock clock;

 private:
  [[nodiscard]] bool is_ourselves(const sip::Uri& contact, const net::Flow&) const override {
    return contact.host == "example.test";
  }
  static location::Options options() {
    location::Options options;
    options.policy.jitter_percent = 0;
    options.policy.max_contacts = 3;
    options.policy.max_expires = 7200s;
    return options;
  }

  base::SeededRandom random_{1};
  base::QuiescentDomain readers_{1};
  location::Location location_{options(), readers_};
  location::Partition& partition_ = location_.partition(0);
  std::unique_ptr<pipeline::ReplyHeaders> headers_;

 public:
  Registrar registrar{partition_, *this, clock};
};

struct Message {
  std::string_view lines;
  unsigned cseq = 1;
  std::string_view call_id = "phone";
};

/// The last message is the one that is judged.
struct Case {
  std::string_view clause;
  std::string_view what;
  std::vector<Message> messages;
  std::uint16_t status;
  std::vector<std::string> told{};  // header lines of the answer
};

constexpr std::string_view kA = "Contact: <sip:1001@192.0.2.7>\r\n";
constexpr std::string_view kB = "Contact: <sip:1001@192.0.2.8:5070>\r\n";

// clang-format off: a table is read by rows
const std::vector<Case> kCases = {
    // what the request says
    {"§10.3 step 2",
     "an extension that is required and not supported is refused by name",
     {{"Require: path, foo\r\nContact: <sip:a@b>\r\n"}},
     420,
     {"Unsupported: foo"}},
    {"§10.3 step 2",
     "extensions that we support may be required",
     {{"Require: path, outbound\r\n"}},
     200,
     {}},
    {"§10.3 step 6",
     "without Contact nothing changes and all bindings are told",
     {{kA}, {"", 2}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=3600"}},
    {"§10.3 step 6",
     "a query with Expires: 0 removes nothing",
     {{kA}, {"Expires: 0\r\n", 2}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=3600"}},
    {"§10.3 step 6", "a query of nothing is answered with no contact", {{""}}, 200, {}},
    {"§10.3 step 6",
     "* with Expires: 0 removes all",
     {{kA}, {kB, 2}, {"Contact: *\r\nExpires: 0\r\n", 3}},
     200,
     {}},
    {"§10.3 step 6",
     "* with another Contact is refused",
     {{"Contact: *\r\nContact: <sip:a@b>\r\nExpires: 0\r\n"}},
     400},
    {"§10.3 step 6",
     "* with another Contact in one row is refused",
     {{"Contact: <sip:a@b>, *\r\nExpires: 0\r\n"}},
     400},
    {"§10.3 step 6", "* with Expires other than 0 is refused", {{"Contact: *\r\nExpires: 3600\r\n"}}, 400},
    {"§10.3 step 6", "* without Expires is refused", {{"Contact: *\r\n"}}, 400},
    {"§10.3 step 6",
     "* from another Call-ID removes whatever the CSeq",
     {{kA, 9}, {"Contact: *\r\nExpires: 0\r\n", 1, "other"}},
     200,
     {}},
    {"§10.3 step 6",
     "* of the same Call-ID needs a higher CSeq",
     {{kA, 9}, {"Contact: *\r\nExpires: 0\r\n", 9}},
     500},
    {"§10.3 step 6", "* of a lower CSeq fails as well", {{kA, 9}, {"Contact: *\r\nExpires: 0\r\n", 8}}, 500},
    // lifetimes
    {"§10.3 step 7",
     "the contact's parameter goes before the Expires header",
     {{"Contact: <sip:a@b>;expires=120\r\nExpires: 600\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=120"}},
    {"§10.3 step 7",
     "the Expires header serves contacts without a parameter",
     {{"Contact: <sip:a@b>, <sip:c@d>;expires=120\r\nExpires: 600\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=600", "Contact: <sip:c@d>;expires=120"}},
    {"§10.3 step 7",
     "without either the default is granted",
     {{kA}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=3600"}},
    {"§10.3 step 7",
     "too brief is refused with the minimum",
     {{"Contact: <sip:a@b>;expires=59\r\n"}},
     423,
     {"Min-Expires: 60"}},
    {"§10.3 step 7",
     "one contact too brief refuses all",
     {{"Contact: <sip:a@b>;expires=600, <sip:c@d>;expires=5\r\n"}, {"", 2}},
     200,
     {}},
    {"§10.3 step 7",
     "the minimum itself is granted",
     {{"Contact: <sip:a@b>;expires=60\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=60"}},
    {"§10.3 step 7",
     "more than the maximum is shortened to it",
     {{"Contact: <sip:a@b>;expires=86400\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=7200"}},
    {"§20.19",
     "an overlarge lifetime is the maximum",
     {{"Contact: <sip:a@b>;expires=99999999999\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=7200"}},
    {"§20.19",
     "a malformed lifetime counts as an hour",
     {{"Contact: <sip:a@b>;expires=soon\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=3600"}},
    {"§10.3 step 7",
     "expires=0 removes one contact and leaves the other",
     {{kA}, {kB, 2}, {"Contact: <sip:1001@192.0.2.7>;expires=0\r\n", 3}},
     200,
     {"Contact: <sip:1001@192.0.2.8:5070>;expires=3600"}},
    {"§10.3 step 7",
     "removing what is not bound is no error",
     {{"Contact: <sip:a@b>;expires=0\r\n"}},
     200,
     {}},
    {"§10.3 step 7",
     "one request may remove and bind",
     {{kA}, {"Contact: <sip:1001@192.0.2.7>;expires=0, <sip:c@d>\r\n", 2}},
     200,
     {"Contact: <sip:c@d>;expires=3600"}},
    // which binding is meant
    {"§19.1.4",
     "host and parameters are compared as URIs, not as texts",
     {{"Contact: <sip:a@B.Example;Transport=UDP>\r\n"},
      {"Contact: <sip:a@b.example;transport=udp>;expires=600\r\n", 2}},
     200,
     {"Contact: <sip:a@b.example;transport=udp>;expires=600"}},
    {"§19.1.4",
     "an escaped character is the character itself",
     {{"Contact: <sip:%61lice@b.example>\r\n"}, {"Contact: <sip:alice@b.example>;expires=0\r\n", 2}},
     200,
     {}},
    {"§19.1.4",
     "another user part is another contact",
     {{"Contact: <sip:a@b>\r\n"}, {"Contact: <sip:A@b>;q=0.5\r\n", 2}},
     200,
     {"Contact: <sip:a@b>;expires=3600", "Contact: <sip:A@b>;expires=3600;q=0.500"}},
    {"§19.1.4",
     "the default port, written or not, makes two contacts",
     {{"Contact: <sip:a@b>\r\n"}, {"Contact: <sip:a@b:5060>;expires=0\r\n", 2}},
     200,
     {"Contact: <sip:a@b>;expires=3600"}},
    // order
    {"§10.3 step 7",
     "the same Call-ID with a higher CSeq updates",
     {{kA, 1}, {"Contact: <sip:1001@192.0.2.7>;expires=60\r\n", 2}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=60"}},
    {"§10.3 step 7", "the same Call-ID with the same CSeq fails", {{kA, 5}, {kA, 5}}, 500},
    {"§10.3 step 7", "the same Call-ID with a lower CSeq fails", {{kA, 5}, {kA, 4}}, 500},
    {"§10.3 step 7",
     "another Call-ID updates whatever its CSeq",
     {{kA, 5}, {"Contact: <sip:1001@192.0.2.7>;expires=60\r\n", 1, "rebooted"}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=60"}},
    {"§10.3 step 7",
     "a removal from another Call-ID is done whatever its CSeq",
     {{kA, 5}, {"Contact: <sip:1001@192.0.2.7>;expires=0\r\n", 1, "rebooted"}},
     200,
     {}},
    {"§10.3 step 7",
     "an overtaken removal removes nothing",
     {{kA, 5}, {"Contact: <sip:1001@192.0.2.7>;expires=0\r\n", 4}},
     500},
    {"§10.3 step 7",
     "a contact that is new is bound by an old CSeq: there is nothing it could undo",
     {{kA, 5}, {kB, 4}},
     200,
     {"Contact: <sip:1001@192.0.2.7>;expires=3600", "Contact: <sip:1001@192.0.2.8:5070>;expires=3600"}},
    {"§10.3 step 7",
     "the same contact twice in one request is bound once, as it stands last",
     {{"Contact: <sip:a@b>;expires=600, <sip:a@b>;expires=120\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=120"}},
    // bounds and form
    {"A-24",
     "more contacts than allowed are refused, none is bound",
     {{"Contact: <sip:a@b>, <sip:c@d>, <sip:e@f>, <sip:g@h>\r\n"}},
     403},
    {"A-24",
     "a full address of record may still refresh",
     {{"Contact: <sip:a@b>, <sip:c@d>, <sip:e@f>\r\n"}, {"Contact: <sip:c@d>;q=0.1\r\n", 2}},
     200,
     {"Contact: <sip:a@b>;expires=3600", "Contact: <sip:e@f>;expires=3600",
      "Contact: <sip:c@d>;expires=3600;q=0.100"}},
    {"A-21", "a contact of our own domain is refused", {{"Contact: <sip:1002@example.test>\r\n"}}, 403},
    {"§10.2.1", "a contact that is no SIP URI is refused", {{"Contact: <mailto:a@b>\r\n"}}, 400},
    {"§10.2.1", "a contact that is no URI is refused", {{"Contact: <sip:>\r\n"}}, 400},
    {"§20.10",
     "q orders the contacts",
     {{"Contact: <sip:a@b>;q=0.2, <sip:c@d>;q=0.7\r\n"}},
     200,
     {"Contact: <sip:c@d>;expires=3600;q=0.700", "Contact: <sip:a@b>;expires=3600;q=0.200"}},
    {"§20.10",
     "a display name is not part of the contact",
     {{"Contact: \"Alice, at home\" <sip:a@b>\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=3600"}},
    // RFC 5626
    {"RFC 5626 §6",
     "instance and reg-id name the flow, whatever the URI",
     {{"Supported: outbound\r\nContact: <sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n"},
      {"Supported: outbound\r\nContact: <sip:a@c>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n", 1,
       "rebooted"}},
     200,
     {"Require: outbound", "Contact: <sip:a@c>;expires=3600;reg-id=1;+sip.instance=\"<urn:uuid:1>\""}},
    {"RFC 5626 §6",
     "several flows of one device share a URI and stay apart",
     {{"Supported: outbound\r\nContact: <sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n"},
      {"Supported: outbound\r\nContact: <sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=2\r\n", 2}},
     200,
     {"Require: outbound", "Contact: <sip:a@b>;expires=3600;reg-id=1;+sip.instance=\"<urn:uuid:1>\"",
      "Contact: <sip:a@b>;expires=3600;reg-id=2;+sip.instance=\"<urn:uuid:1>\""}},
    {"RFC 5626 §6",
     "without Supported: outbound the reg-id counts for nothing",
     {{"Contact: <sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=3600;+sip.instance=\"<urn:uuid:1>\""}},
    {"RFC 5626 §6",
     "a reg-id without an instance counts for nothing",
     {{"Supported: outbound\r\nContact: <sip:a@b>;reg-id=1\r\n"}},
     200,
     {"Contact: <sip:a@b>;expires=3600"}},
    {"RFC 5626 §6",
     "a reg-id beside another contact that is to be bound is refused",
     {{"Supported: outbound\r\nContact: <sip:a@b>;+sip.instance=\"<urn:uuid:1>\";reg-id=1, <sip:c@d>\r\n"}},
     400},
    {"RFC 5626 §4.2",
     "a reg-id of 0 is refused",
     {{"Supported: outbound\r\nContact: <sip:a@b>;reg-id=0\r\n"}},
     400},
};
// clang-format on

TEST_CASE("each clause of §10.3 has its answer") {
  for (const Case& one : kCases) {
    CAPTURE(one.clause);
    CAPTURE(one.what);
    Desk desk;
    Answer answer;
    for (const Message& message : one.messages)
      answer = desk.send(message.lines, message.cseq, message.call_id);
    CHECK(answer.status == one.status);
    CHECK(desk.told() == one.told);
    CHECK(desk.tells_date() == (answer.status == 200));  // §10.3 step 8
  }
}

TEST_CASE("a request that is refused has changed nothing") {
  for (const std::string_view bad :
       {"Contact: <sip:1001@192.0.2.7>;expires=0, <sip:c@d>;expires=5\r\n",
        "Contact: <sip:c@d>, <mailto:e@f>\r\n", "Contact: <sip:c@d>, <sip:e@f>, <sip:g@h>\r\n"}) {
    CAPTURE(bad);
    Desk desk;
    REQUIRE(desk.send(kA, 1).status == 200);
    CHECK(desk.send(bad, 2).status >= 400);
    CHECK(desk.send("", 3).status == 200);
    CHECK(desk.told() == std::vector<std::string>{"Contact: <sip:1001@192.0.2.7>;expires=3600"});
  }
}

TEST_CASE("the answer tells the time that is left, and no contact whose time is over") {
  Desk desk;
  REQUIRE(desk.send("Contact: <sip:a@b>;expires=60, <sip:c@d>;expires=600\r\n", 1).status == 200);
  desk.clock.run_for(30s);
  CHECK(desk.send("", 2).status == 200);
  CHECK(desk.told() ==
        std::vector<std::string>{"Contact: <sip:a@b>;expires=30", "Contact: <sip:c@d>;expires=570"});
  desk.clock.run_for(30s);
  CHECK(desk.send("", 3).status == 200);
  CHECK(desk.told() == std::vector<std::string>{"Contact: <sip:c@d>;expires=540"});
}

TEST_CASE("a binding goes where it came from, and its flow is known as long as it lives") {
  Desk desk;
  const Answer bound = desk.send("Contact: <sip:a@203.0.113.99:9>;expires=600\r\n", 1, "phone", 40'000);
  REQUIRE(bound.flow_until);
  CHECK(*bound.flow_until == desk.clock.now() + 600s);
  CHECK((*desk.record()->begin()).flow.remote.port == 40'000);

  const Answer elsewhere = desk.send("", 2, "phone", 40'001);
  CHECK_FALSE(elsewhere.flow_until);
  const Answer gone = desk.send("Contact: *\r\nExpires: 0\r\n", 3, "phone", 40'000);
  CHECK_FALSE(gone.flow_until);
}

TEST_CASE("the Path of a neighbour is kept, anybody else's is not") {
  constexpr std::string_view lines =
      "Path: <sip:edge1.example;lr>\r\nPath: <sip:edge2.example;lr>\r\nContact: <sip:a@b>\r\n";
  Desk desk;
  REQUIRE(desk.send(lines, 1, "phone", 5060, true).status == 200);
  CHECK((*desk.record()->begin()).path == "<sip:edge1.example;lr>, <sip:edge2.example;lr>");
  REQUIRE(desk.send(lines, 2, "phone", 5060, false).status == 200);
  CHECK((*desk.record()->begin()).path.empty());
}

TEST_CASE("a device finds its own contact in an answer that has no room for all") {
  Desk desk;
  const std::string filler(400, 'x');
  REQUIRE(
      desk.send("Contact: <sip:" + filler + "1@b>, <sip:" + filler + "2@b>\r\n", 1, "other", 5070).status ==
      200);
  REQUIRE(desk.send("Contact: <sip:mine@b>;q=0.1\r\n", 2, "phone", 5060).status == 200);
  REQUIRE_FALSE(desk.told().empty());
  CHECK(desk.told()[0] == "Contact: <sip:mine@b>;expires=3600;q=0.100");
}

TEST_CASE("what the registrar refuses is counted") {
  Desk desk;
  (void)desk.send("Contact: *\r\n", 1);
  (void)desk.send("Require: foo\r\n", 2);
  (void)desk.send("Contact: <sip:1002@example.test>\r\n", 3);
  (void)desk.send(kA, 4);
  for (const Counter counter :
       {Counter::Malformed, Counter::BadExtension, Counter::OwnContact, Counter::Answered}) {
    CHECK(desk.registrar.counters().value(counter) == 1);
  }
}

}  // namespace
}  // namespace ringfence::registrar
