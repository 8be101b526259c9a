// SPDX-License-Identifier: Apache-2.0
// What counts as an emergency call, and what only looks like one.
#include "routing/emergency.h"

#include <doctest/doctest.h>

#include "sip/sample_message.h"

namespace ringfence::routing {
namespace {

struct Scene {
  std::vector<std::string> numbers{"112", "911", "+43133"};
  Counters counters;
  Emergency step{numbers, counters};

  bool raises(std::string_view request_uri) {
    const sip::sample::Parsed invite{
        sip::sample::request_with("", "INVITE " + std::string{request_uri} + " SIP/2.0", "INVITE")};
    REQUIRE(invite.result);
    pipeline::Context context{{1, 1}};
    const auto verdict = step.on_request(invite.message(), context);
    CHECK(std::holds_alternative<pipeline::Next>(verdict));  // never refuses
    return context.priority == pipeline::Priority::Emergency;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Scene, "an emergency number is one whatever domain and separators it is dialled with") {
  for (const auto* uri :
       {"sip:112@example.test", "sip:911@192.0.2.1:5060;transport=tcp", "sips:112@example.test",
        "sip:1-1-2@example.test", "sip:(9)11@example.test", "sip:9.1.1@example.test;user=phone",
        "sip:+43-1-33@example.test", "tel:112;phone-context=+43", "tel:9-11;phone-context=example.test"}) {
    CAPTURE(uri);
    CHECK(raises(uri));
  }
}

TEST_CASE_FIXTURE(Scene, "the SOS service and its sub-services are emergency calls (RFC 5031)") {
  for (const auto* uri : {"urn:service:sos", "urn:service:sos.fire", "urn:service:sos.ecall.automatic",
                          "URN:Service:SOS", "urn:service:SOS.Police"}) {
    CAPTURE(uri);
    CHECK(raises(uri));
  }
}

TEST_CASE_FIXTURE(Scene, "what only begins or ends like an emergency call is an ordinary one") {
  for (const auto* uri :
       {"urn:service:sosx", "urn:service:so", "urn:service:counseling.sos", "urn:uuid:sos", "urn:service",
        "sip:1120@example.test", "sip:11@example.test", "sip:0112@example.test", "sip:112x@example.test",
        "sip:example.test", "sip:sos@example.test", "sip:1 12@example.test", "sip:alice@112",
        "sip:urn:service:sos@example.test", "tel:+43112"}) {
    CAPTURE(uri);
    const sip::sample::Parsed invite{
        sip::sample::request_with("", "INVITE " + std::string{uri} + " SIP/2.0", "INVITE")};
    if (invite.result) CHECK_FALSE(raises(uri));
  }
}

TEST_CASE_FIXTURE(Scene, "a user part longer than any number is none") {
  CHECK_FALSE(raises("sip:" + std::string(200, '-') + "@example.test"));
  CHECK_FALSE(raises("sip:" + std::string(200, '1') + "@example.test"));
}

TEST_CASE_FIXTURE(Scene, "each emergency call is counted") {
  CHECK(raises("sip:112@example.test"));
  CHECK_FALSE(raises("sip:113@example.test"));
  CHECK(raises("urn:service:sos"));
  CHECK(counters.value(Counter::Emergency) == 2);
}

TEST_CASE("without numbers only the service is an emergency call") {
  const std::vector<std::string> none;
  Counters counters;
  Emergency step{none, counters};
  const sip::sample::Parsed invite{
      sip::sample::request_with("", "INVITE sip:112@example.test SIP/2.0", "INVITE")};
  pipeline::Context context{{1, 1}};
  CHECK(std::holds_alternative<pipeline::Next>(step.on_request(invite.message(), context)));
  CHECK(context.priority == pipeline::Priority::Normal);
}

TEST_CASE_FIXTURE(Scene, "digits written as escapes are the same number (RFC 3261 §19.1.4)") {
  CHECK(raises("sip:%3112@example.test"));
}

}  // namespace ringfence::routing
