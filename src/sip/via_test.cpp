// SPDX-License-Identifier: Apache-2.0
// Via values.
#include "sip/via.h"

#include <doctest/doctest.h>

using namespace ringfence::sip;

TEST_CASE("white space may stand behind any slash, also where name and version are written as usual") {
  for (const auto* text :
       {"SIP/2.0/ UDP h;branch=z", "SIP/2.0 /UDP h;branch=z", "SIP / 2.0 / UDP h;branch=z"}) {
    CAPTURE(text);
    const auto via = parse_via(text);
    REQUIRE(via.has_value());
    CHECK(via->version == "2.0");
    CHECK(via->transport == "UDP");
    CHECK(via->host == "h");
  }
}

TEST_CASE("a Via is taken apart (RFC 3261 §20.42)") {
  const auto via = parse_via(
      "SIP/2.0/UDP "
      "erlang.bell-telephone.com:5060;branch=z9hG4bK87asdks7;received=192.0.2.207;maddr=239.0.0.1;ttl=16");
  REQUIRE(via);
  CHECK(via->version == "2.0");
  CHECK(via->transport == "UDP");
  CHECK(via->host == "erlang.bell-telephone.com");
  CHECK(via->port == 5060);
  CHECK(via->branch == "z9hG4bK87asdks7");
  CHECK(via->received == "192.0.2.207");
  CHECK(via->maddr == "239.0.0.1");
  CHECK(via->ttl == 16);
  CHECK_FALSE(via->rport.present);
  CHECK(via->has_rfc3261_branch());
}

TEST_CASE("rport is a flag in requests and a number in responses (RFC 3581 §3, §4)") {
  const auto asked = parse_via("SIP/2.0/UDP 10.1.1.1;rport;branch=z9hG4bKk");
  REQUIRE(asked);
  CHECK(asked->rport.present);
  CHECK(asked->rport.value == 0);
  const auto told = parse_via("SIP/2.0/UDP 10.1.1.1:4540;received=192.0.2.1;rport=9988;branch=z9hG4bKk");
  REQUIRE(told);
  CHECK(told->rport.value == 9988);
}

TEST_CASE("white space may stand around every separator of a Via") {
  const auto via = parse_via(
      "SIP  /   2.0\r\n /UDP\r\n    [2001:db8::9:1] : 5061 ; branch =\r\n z9hG4bK30239 ; x = \"a;b\" ;lr");
  REQUIRE(via);
  CHECK(via->host == "[2001:db8::9:1]");
  CHECK(via->port == 5061);
  CHECK(via->branch == "z9hG4bK30239");
  CHECK(via->all_params().value("x") == "a;b");
  CHECK(via->all_params().has("lr"));
}

TEST_CASE("received may hold an IPv6 address with or without brackets (RFC 5118 §4.5)") {
  CHECK(parse_via("SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111")->received ==
        "[2001:db8::9:255]");
  CHECK(parse_via("SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3")->received ==
        "2001:db8::9:255");
}

TEST_CASE("a branch without the cookie, or with nothing behind it, identifies nothing") {
  CHECK_FALSE(parse_via("SIP/2.0/UDP h")->has_rfc3261_branch());
  CHECK_FALSE(parse_via("SIP/2.0/UDP h;branch=1")->has_rfc3261_branch());
  CHECK_FALSE(parse_via("SIP/2.0/UDP h;branch=z9hG4bK")->has_rfc3261_branch());
  CHECK(parse_via("SIP/2.0/UDP h;branch=Z9hg4Bkx")->has_rfc3261_branch());
}

TEST_CASE("malformed Vias are refused by name") {
  struct Case {
    std::string_view text;
    ParseError error;
  };
  for (const Case& wanted : {
           Case{"", ParseError::BadVia},
           Case{"UDP h", ParseError::BadVia},
           Case{"SIP/2.0 h", ParseError::BadVia},
           Case{"SIP/2.0/UDP", ParseError::BadVia},
           Case{"SIP/2.0/UDP ", ParseError::BadHost},
           Case{"SIP/2.0/UDP ;branch=x", ParseError::BadHost},
           Case{"SIP/2.0/UDP h:0", ParseError::BadPort},
           Case{"SIP/2.0/UDP h:x", ParseError::BadPort},
           Case{"SIP/2.0/UDP h x", ParseError::BadVia},
           Case{"SIP/2.0/UDP h;", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;;branch=x", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;branch=", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;rport=x", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;rport=70000", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;ttl=256", ParseError::BadParameter},
           Case{"SIP/2.0/UDP h;branch=x;Branch=y", ParseError::DuplicateParameter},
       }) {
    CAPTURE(wanted.text);
    const auto via = parse_via(wanted.text);
    REQUIRE_FALSE(via.has_value());
    CHECK(text_of(via.error()) == text_of(wanted.error));
  }
}

TEST_CASE("sent-by can be read even where the parameters are broken") {
  const auto via = parse_via_sent_by("SIP/2.0/UDP 192.0.2.15:5070;;,;");
  REQUIRE(via);
  CHECK(via->host == "192.0.2.15");
  CHECK(via->port == 5070);
  CHECK(via->branch.empty());
}
