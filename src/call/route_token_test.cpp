// SPDX-License-Identifier: Apache-2.0
// Only the top Route speaks, and only when it is ours; what we write as Record-Route is read back.
#include "call/route_token.h"

#include <doctest/doctest.h>

#include <string>

#include "base/random.h"
#include "sip/sample_message.h"
#include "transport/fake_wire.h"

namespace ringfence::call {
namespace {

std::optional<std::string> top_token_with(std::string_view routes) {
  const sip::sample::Parsed request{sip::sample::request_with(routes, "BYE sip:b@192.0.2.2 SIP/2.0", "BYE")};
  REQUIRE(request.result);
  const auto token = top_token(request.message());
  return token ? std::optional<std::string>{*token} : std::nullopt;
}

}  // namespace

TEST_CASE("the token is the rf parameter of the URI of a Route value") {
  CHECK(token_of("<sip:192.0.2.1:5060;lr;rf=abc>") == "abc");
  CHECK(token_of("\"Us, <again>\" <sip:192.0.2.1;rf=abc;lr>;x=y") == "abc");
  CHECK(token_of("<sips:192.0.2.1;RF=aBc;lr>") ==
        "aBc");  // names without case, values with it (RFC 3261 §19.1.1)
}

TEST_CASE("a value without our parameter in its URI has no token") {
  for (const auto* value :
       {"<sip:192.0.2.1;lr>", "<sip:192.0.2.1;lr>;rf=abc", "<sip:192.0.2.1;lr;rf>", "<sip:192.0.2.1;lr;rf=>",
        "<sip:192.0.2.1;lr;xrf=abc>", "<sip:192.0.2.1;lr?rf=abc>", "<tel:+4312;rf=abc>", "rf=abc", "",
        "<sip:192.0.2.1;lr;rf=abc", "<sip:;rf=abc>"}) {
    CAPTURE(value);
    CHECK_FALSE(token_of(value));
  }
}

TEST_CASE("only the top Route is asked, in rows and in comma lists") {
  CHECK(top_token_with("Route: <sip:192.0.2.1;lr;rf=one>\r\n") == "one");
  CHECK(top_token_with("Route: <sip:192.0.2.1;lr;rf=one>, <sip:192.0.2.1;lr;rf=two>\r\n") == "one");
  CHECK(top_token_with("Route: <sip:192.0.2.1;lr;rf=one>\r\nRoute: <sip:192.0.2.1;lr;rf=two>\r\n") == "one");
  CHECK(top_token_with("Route: <sip:198.51.100.1;lr>, <sip:192.0.2.1;lr;rf=two>\r\n") == std::nullopt);
  CHECK(top_token_with("Route: <sip:198.51.100.1;lr>\r\nRoute: <sip:192.0.2.1;lr;rf=two>\r\n") ==
        std::nullopt);
}

TEST_CASE("a request without a Route, or with our token elsewhere, has none") {
  CHECK(top_token_with("") == std::nullopt);
  CHECK(top_token_with("Record-Route: <sip:192.0.2.1;lr;rf=one>\r\n") == std::nullopt);
  CHECK(top_token_with("Contact: <sip:192.0.2.1;lr;rf=one>\r\n") == std::nullopt);
}

TEST_CASE("what we write as Record-Route names our address and transport and opens again") {
  transport::FakeWire wire;
  base::SeededRandom random{3};
  const auto ring = crypto::KeyRing::ephemeral(random);
  const TokenSealer sealer{ring};
  const Handle handle{0x1234};
  net::Flow flow;
  flow.remote = {base::IpAddress::v4(198, 51, 100, 1), 40'000};
  flow.listener = transport::FakeWire::kUdp;
  std::string expected = "<sip:192.0.2.10:5060;lr;rf=";

  SUBCASE("UDP is what a URI without transport means") {}
  SUBCASE("TCP is named") {
    flow.listener = transport::FakeWire::kTcp;
    flow.protocol = net::Protocol::Tcp;
    expected = "<sip:192.0.2.10:5060;transport=tcp;lr;rf=";
  }
  std::array<char, 160> room;
  base::TextWriter out{room};
  write_record_route(out, wire, flow, sealer.seal(handle));
  REQUIRE_FALSE(out.overflowed());
  CHECK(out.view().starts_with(expected));
  const auto token = top_token_with("Route: " + std::string{out.view()} + "\r\n");
  REQUIRE(token);
  CHECK(sealer.open(*token) == handle);
}

}  // namespace ringfence::call
