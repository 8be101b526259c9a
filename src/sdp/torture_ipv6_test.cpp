// SPDX-License-Identifier: Apache-2.0
// The bodies of the cases of RFC 5118: descriptions with addresses of both families.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sdp/description.h"
#include "sip/sample_message.h"

using namespace ringfence;

namespace {

/// The addresses at which media are wanted, in order.
std::vector<std::string> places_of(std::string_view file) {
  const sip::sample::Parsed parsed{
      sip::sample::corpus_file(RF_SOURCE_DIR, "rfc5118/" + std::string{file} + ".dat")};
  sdp::Description description;
  REQUIRE(description.parse(parsed.message().body()));
  std::vector<std::string> places;
  for (const auto& media : description.media()) {
    const auto connection = description.connection_of(media);
    REQUIRE(connection);
    places.emplace_back(connection->address);
  }
  return places;
}

}  // namespace

TEST_CASE(
    "media over IPv6, over both families, and at mapped addresses are found (RFC 5118 §4.6, §4.8, §4.9)") {
  using Places = std::vector<std::string>;
  CHECK(places_of("ipv6-in-sdp") == Places{"2001:db8::20", "2001:db8::20"});
  CHECK(places_of("mult-ip-in-sdp") == Places{"2001:db8::1", "192.0.2.1"});
  CHECK(places_of("ipv4-mapped-ipv6") == Places{"::ffff:192.0.2.2"});
}
