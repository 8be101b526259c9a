// SPDX-License-Identifier: Apache-2.0
// The cases of RFC 5118: each of our twelve messages with its documented verdict as far as a parser can give
// it.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "sip/builder.h"
#include "sip/check.h"
#include "sip/sample_message.h"

using namespace ringfence::sip;
using ringfence::sip::sample::Parsed;

namespace {

struct Case {
  std::string_view file;
  std::string_view section;
  unsigned status;  // 0: every element works with it
  ParseError defect;
  std::string_view note;
};

constexpr ParseError kNone = ParseError::None;

constexpr auto kCases = std::to_array<Case>({
    {"ipv6-good", "4.1", 0, kNone, "an IPv6 reference in Request-URI, Via and Contact"},
    {"ipv6-bad", "4.2", 400, ParseError::BadRequestUri, "the brackets are missing"},
    {"port-ambiguous", "4.3", 0, kNone, "what was meant as a port belongs to the address"},
    {"port-unambiguous", "4.4", 0, kNone, "a port behind the reference"},
    {"via-received-with-delim", "4.5", 0, kNone, "received in brackets, which the grammar does not have"},
    {"via-received-no-delim", "4.5", 0, kNone, "received as the grammar has it"},
    {"ipv6-in-sdp", "4.6", 0, kNone, "IPv6 addresses in the body"},
    {"mult-ip-in-header", "4.7", 0, kNone, "IPv6 and IPv4 in one Via list"},
    {"mult-ip-in-sdp", "4.8", 0, kNone, "one medium over IPv6, one over IPv4"},
    {"ipv4-mapped-ipv6", "4.9", 0, kNone, "IPv4-mapped addresses in Via, Contact and body"},
    {"abnf-three-colons", "4.10", 0, kNone, "the superfluous colon of RFC 3261's grammar"},
    {"abnf-two-colons", "4.10", 0, kNone, "the same address without it"},
});
static_assert(kCases.size() == 12);

Parsed torture(std::string_view file) {
  return Parsed{sample::corpus_file(RF_SOURCE_DIR, "rfc5118/" + std::string{file} + ".dat")};
}

Uri request_uri_of(const Parsed& parsed) {
  const auto uri = parse_uri(parsed.message().request_uri());
  REQUIRE(uri);
  return *uri;
}

}  // namespace

TEST_CASE("each case of IPv6 torture gets its documented verdict (RFC 5118)") {
  for (const Case& wanted : kCases) {
    CAPTURE(wanted.file);
    CAPTURE(wanted.section);
    const Parsed parsed = torture(wanted.file);
    REQUIRE(parsed.message().is_request());
    const auto found = check_request(parsed.message());
    CHECK((found ? found->status : 0U) == wanted.status);
    CHECK(text_of(found ? found->error : kNone) == text_of(wanted.defect));
    CHECK(can_answer(parsed.message()));
  }
}

TEST_CASE("what is sane in it is built again byte for byte (RFC 5118)") {
  for (const Case& wanted : kCases) {
    if (wanted.status != 0) continue;
    CAPTURE(wanted.file);
    const Parsed parsed = torture(wanted.file);
    std::array<char, 2048> out;
    const auto size = build(parsed.message(), Edits{}, out);
    REQUIRE(size);
    CHECK(std::string_view{out.data(), *size} == parsed.text);
  }
}

TEST_CASE("brackets decide what is a port (RFC 5118 §4.3, §4.4)") {
  const Parsed inside = torture("port-ambiguous");
  CHECK(request_uri_of(inside).host == "[2001:db8::10:5070]");
  CHECK_FALSE(request_uri_of(inside).port);

  const Parsed behind = torture("port-unambiguous");
  CHECK(request_uri_of(behind).host == "[2001:db8::10]");
  CHECK(request_uri_of(behind).port == 5070);
}

TEST_CASE("received is read with and without brackets (RFC 5118 §4.5)") {
  CHECK(torture("via-received-with-delim").message().top_via().received == "[2001:db8::9:255]");
  CHECK(torture("via-received-no-delim").message().top_via().received == "2001:db8::9:255");
  CHECK(torture("via-received-no-delim").message().branch() == "z9hG4bK-plain");
}

TEST_CASE("IPv6 and IPv4 may stand in one list of Vias (RFC 5118 §4.7)") {
  const Parsed parsed = torture("mult-ip-in-header");
  std::vector<std::string_view> hosts;
  for (const auto value : parsed.message().values(HeaderId::Via)) hosts.push_back(parse_via(value)->host);
  CHECK(hosts == std::vector<std::string_view>{"[2001:db8::9:1]", "192.0.2.1", "[2001:db8::9:255]"});
  CHECK(parsed.message().top_via().port == 6050);
}

TEST_CASE("an IPv4-mapped address is one of the grammar (RFC 5118 §4.9)") {
  const Parsed parsed = torture("ipv4-mapped-ipv6");
  CHECK(parsed.message().top_via().host == "[::ffff:192.0.2.10]");
  CHECK(parsed.message().top_via().port == 19823);
  CHECK(parse_contact(parsed.message().header(HeaderId::Contact))->address.address()->host ==
        "[::ffff:192.0.2.2]");
}

TEST_CASE("the superfluous colon changes nothing (RFC 5118 §4.10)") {
  const Parsed three = torture("abnf-three-colons");
  const Parsed two = torture("abnf-two-colons");
  CHECK(equivalent(request_uri_of(three), request_uri_of(two)));
  for (const auto wrong : {"[2001:db8:::10]", "[2001:db8::::192.0.2.1]", "[2001:db8::1:::192.0.2.1]",
                           "[2001:db8:::192.0.2.1:::192.0.2.1]", "[2001:db8:::192.0.2.300]"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_uri("sip:user@" + std::string{wrong}));
  }
}
