// SPDX-License-Identifier: Apache-2.0
// Values of single lines and attributes.
#include "sdp/values.h"

#include <doctest/doctest.h>

namespace ringfence::sdp {
namespace {

TEST_CASE("a connection is an address or a name, with the counts of multicast behind it") {
  CHECK(parse_connection("IN IP4 192.0.2.1")->ip() == base::IpAddress::v4(192, 0, 2, 1));
  CHECK(parse_connection("IN IP6 2001:db8::1")->ip() == base::IpAddress::parse("2001:db8::1"));
  CHECK(parse_connection("IN IP4 224.2.1.1/127/3")->multicast == "127/3");
  CHECK(parse_connection("IN IP4 media.example.test")->address == "media.example.test");
  CHECK_FALSE(parse_connection("IN IP4 media.example.test")->ip().has_value());
  CHECK_FALSE(parse_connection("IN IP6 192.0.2.1")->ip().has_value());
  CHECK_FALSE(parse_connection("ATM NSAP 47.0091").value().ip().has_value());
  for (const auto* wrong : {"", "IN", "IN IP4", "IN IP4 /127", "IN IP4 1.2.3.4/", "IN IP4 1.2.3.4/1/",
                            "IN IP4 1.2.3.4/1/x", "IN IP4 1.2.3.4 x"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_connection(wrong).has_value());
  }
}

TEST_CASE("rtpmap and fmtp") {
  const auto map = parse_rtpmap("101 telephone-event/8000");
  CHECK(map->payload == 101);
  CHECK(map->encoding == "telephone-event");
  CHECK(map->parameters.empty());
  CHECK_FALSE(parse_rtpmap("256 PCMU/8000").has_value());
  CHECK_FALSE(parse_rtpmap("0 PCMU").has_value());
  CHECK_FALSE(parse_rtpmap("0 /8000").has_value());
  CHECK_FALSE(parse_rtpmap("PCMU/8000").has_value());
  CHECK(parse_fmtp("101 0-15")->parameters == "0-15");
  CHECK(parse_fmtp("t38")->format == "t38");
  CHECK_FALSE(parse_fmtp(" ").has_value());
}

TEST_CASE("rtcp has a port and perhaps an address (RFC 3605)") {
  CHECK(parse_rtcp("53020")->port == 53'020);
  CHECK_FALSE(parse_rtcp("53020")->connection.has_value());
  CHECK(parse_rtcp("53020 IN IP4 126.16.64.4")->connection->address == "126.16.64.4");
  CHECK_FALSE(parse_rtcp("").has_value());
  CHECK_FALSE(parse_rtcp("70000").has_value());
  CHECK_FALSE(parse_rtcp("53020 IN").has_value());
}

TEST_CASE("bandwidths, times and packet lengths") {
  CHECK(parse_bandwidth("X-YZ:128")->type == "X-YZ");
  CHECK(parse_bandwidth("AS:128")->value == 128);
  CHECK_FALSE(parse_bandwidth("AS:").has_value());
  CHECK_FALSE(parse_bandwidth("AS:-1").has_value());
  CHECK_FALSE(parse_bandwidth(":1").has_value());
  CHECK(parse_timing("2873397496 2873404696")->stop == 2'873'404'696);
  CHECK_FALSE(parse_timing("0 0 0").has_value());
  CHECK(parse_ptime("20") == 20);
  CHECK(parse_ptime("2.5") == 2);
  CHECK_FALSE(parse_ptime("20ms").has_value());
  CHECK_FALSE(parse_ptime("").has_value());
}

TEST_CASE("fields are separated by spaces, however many") {
  std::string_view rest = "  0  96 ";
  CHECK(take_field(rest) == "0");
  CHECK(take_field(rest) == "96");
  CHECK(take_field(rest).empty());
}

}  // namespace
}  // namespace ringfence::sdp
