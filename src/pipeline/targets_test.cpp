// SPDX-License-Identifier: Apache-2.0
// Targets are tried best first, and neither they nor a reply's headers grow without end.
#include "pipeline/targets.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pipeline/reply_headers.h"

namespace ringfence::pipeline {
namespace {

net::Flow flow(std::uint16_t port) {
  net::Flow flow;
  flow.remote = {base::IpAddress::v4(192, 0, 2, 1), port};
  return flow;
}

std::vector<std::string> uris_of(const Targets& targets) {
  std::vector<std::string> uris;
  for (const auto& target : targets.all()) uris.emplace_back(targets.uri_of(target));
  return uris;
}

}  // namespace

TEST_CASE("targets stand in the order of q, and equal ones in the order they were added (RFC 3261 §16.6)") {
  Targets targets;
  CHECK(targets.empty());
  CHECK(targets.add(flow(1), "sip:a@h", 300));
  CHECK(targets.add(flow(2), "sip:b@h", 1000));
  CHECK(targets.add(flow(3), "sip:c@h", 300));
  CHECK(targets.add(flow(4), "sip:d@h", 0));
  CHECK(targets.add(flow(5), "sip:e@h", 500));
  CHECK(targets.add(flow(6), "sip:f@h", 1000));
  CHECK(uris_of(targets) ==
        std::vector<std::string>{"sip:b@h", "sip:f@h", "sip:e@h", "sip:a@h", "sip:c@h", "sip:d@h"});

  const auto best = targets.all().front();
  CHECK(best.flow == flow(2));
  CHECK(best.q == 1000);
  CHECK_FALSE(best.peer);
  CHECK_FALSE(targets.empty());
}

TEST_CASE("a target without a URI leaves the Request-URI as it is") {
  Targets targets;
  CHECK(targets.add(flow(1), {}, 1000, true));
  CHECK(targets.uri_of(targets.all().front()).empty());
  CHECK(targets.all().front().peer);
}

TEST_CASE("a full set takes no more targets and keeps those it has") {
  Targets targets;
  SUBCASE("by number") {
    for (std::uint16_t i = 0; i < Targets::kMax; ++i) CHECK(targets.add(flow(i), "sip:a@h", i));
    CHECK_FALSE(targets.add(flow(99), "sip:better@h", 1000));
    CHECK(targets.all().size() == Targets::kMax);
    CHECK(targets.all().front().q == Targets::kMax - 1);
  }
  SUBCASE("by the length of their URIs") {
    const std::string half(Targets::kTextBytes / 2, 'x');
    CHECK(targets.add(flow(1), half));
    CHECK_FALSE(targets.add(flow(2), half + "x"));
    CHECK(targets.add(flow(3), half));
    CHECK_FALSE(targets.add(flow(4), "x"));
    CHECK(targets.add(flow(5), {}));
    CHECK(uris_of(targets) == std::vector<std::string>{half, half, ""});
  }
}

TEST_CASE("a reply's header is its parts joined and copied") {
  ReplyHeaders headers;
  std::string part = "5060";
  CHECK(headers.add(sip::HeaderId::Contact, {"<sip:a@192.0.2.1:", part, ">"}));
  part = "gone";
  CHECK(headers.add(sip::HeaderId::Date, {}));
  REQUIRE(headers.lines().size() == 2);
  CHECK(headers.lines()[0].id == sip::HeaderId::Contact);
  CHECK(headers.lines()[0].value == "<sip:a@192.0.2.1:5060>");
  CHECK(headers.lines()[1].value.empty());
}

TEST_CASE("what does not fit into a reply's headers is left out whole and reported") {
  ReplyHeaders headers;
  SUBCASE("by number") {
    for (std::size_t i = 0; i < ReplyHeaders::kLines; ++i) CHECK(headers.add(sip::HeaderId::Contact, "x"));
    CHECK_FALSE(headers.add(sip::HeaderId::Contact, "x"));
    CHECK(headers.lines().size() == ReplyHeaders::kLines);
  }
  SUBCASE("by length, the sum of all parts") {
    const std::string most(ReplyHeaders::kBytes - 1, 'x');
    CHECK(headers.add(sip::HeaderId::Contact, most));
    CHECK_FALSE(headers.add(sip::HeaderId::Contact, {"y", "z"}));
    CHECK(headers.add(sip::HeaderId::Contact, "y"));
    CHECK_FALSE(headers.add(sip::HeaderId::Contact, "z"));
    REQUIRE(headers.lines().size() == 2);
    CHECK(headers.lines()[0].value == most);
    CHECK(headers.lines()[1].value == "y");
  }
}

}  // namespace ringfence::pipeline
