// SPDX-License-Identifier: Apache-2.0
// Addresses with display names and parameters.
#include "sip/name_addr.h"

#include <doctest/doctest.h>

using namespace ringfence::sip;

TEST_CASE("an address with display name, brackets and parameters (RFC 3261 §20.10)") {
  const auto address =
      parse_name_addr("\"Mr. Watson \\\"W\\\"\" <sip:watson@bell.com;transport=tcp> ; q=0.7; expires=3600");
  REQUIRE(address);
  CHECK(address->display == R"(Mr. Watson \"W\")");
  CHECK(address->display_quoted);
  CHECK(address->bracketed);
  CHECK(address->uri == "sip:watson@bell.com;transport=tcp");
  CHECK(address->address()->param("transport") == "tcp");
  CHECK(address->all_params().value("Expires") == "3600");
  CHECK(address->tag.empty());
}

TEST_CASE("a display name of tokens needs no quotes and no space before the bracket") {
  CHECK(parse_name_addr("Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8")->display == "Anonymous");
  CHECK(parse_name_addr("A. G. Bell<sip:agb@bell.com>")->display == "A. G. Bell");
  CHECK(parse_name_addr("<sip:a@b>")->display.empty());
}

TEST_CASE("without brackets everything behind a semicolon is a header parameter (RFC 3261 §20.10)") {
  const auto address = parse_name_addr("sip:+12125551212@server.phone2net.com;tag=887s");
  REQUIRE(address);
  CHECK(address->uri == "sip:+12125551212@server.phone2net.com");
  CHECK(address->tag == "887s");
  CHECK_FALSE(address->bracketed);
}

TEST_CASE("commas and semicolons in quotes and brackets belong to the address") {
  const auto address = parse_name_addr("\"Bell, A; <x>\" <sip:a,b;c@d>;x=\"1,2;3\"");
  REQUIRE(address);
  CHECK(address->display == "Bell, A; <x>");
  CHECK(address->uri == "sip:a,b;c@d");
  CHECK(address->all_params().find("x")->quoted);
}

TEST_CASE("malformed addresses are refused by name") {
  struct Case {
    std::string_view text;
    ParseError error;
  };
  for (const Case& wanted : {
           Case{"", ParseError::Empty},
           Case{" \t", ParseError::Empty},
           Case{"\"no end <sip:a@b>", ParseError::BadQuotedString},
           Case{"\"x\" sip:a@b", ParseError::BadDisplayName},
           Case{"Bell, Alexander <sip:a@b>", ParseError::BadDisplayName},
           Case{"just words", ParseError::BadDisplayName},
           Case{"two words:x", ParseError::BadDisplayName},
           Case{"<sip:a@b", ParseError::UnterminatedAngle},
           Case{"sip:a@b?x=y", ParseError::NeedsAngleBrackets},
           Case{"sip:a,b@c", ParseError::NeedsAngleBrackets},
           Case{"<sip:a@b> x", ParseError::TrailingText},
           Case{"<sip:a@b>;", ParseError::BadParameter},
           Case{"<sip:a@b>;;;", ParseError::BadParameter},
           Case{"<sip:a@b>;tag=", ParseError::BadParameter},
           Case{"<sip:a@b>;tag", ParseError::BadParameter},
           Case{"<sip:a@b>;tag=1;TAG=2", ParseError::DuplicateParameter},
       }) {
    CAPTURE(wanted.text);
    const auto address = parse_name_addr(wanted.text);
    REQUIRE_FALSE(address.has_value());
    CHECK(text_of(address.error()) == text_of(wanted.error));
  }
}

TEST_CASE("more parameters than the limit are refused before they cost anything") {
  std::string text = "<sip:a@b>";
  for (int i = 0; i < 65; ++i) text += ";p" + std::to_string(i);
  CHECK(parse_name_addr(text).error() == ParseError::TooManyParameters);
}

TEST_CASE("a Contact knows its wildcard, q and expires (RFC 3261 §10.2)") {
  CHECK(parse_contact("*")->wildcard);
  CHECK(parse_contact(" * ")->wildcard);
  const auto contact = parse_contact("<sip:a@b>;q=0.25;expires=60");
  REQUIRE(contact);
  CHECK(contact->q == 250);
  CHECK(contact->expires == 60U);
  CHECK_FALSE(parse_contact("<sip:a@b>")->expires);
  CHECK_FALSE(parse_contact("<sip:a@b>;q=2").has_value());
}

TEST_CASE("expiry values beyond reason are read as RFC 3261 §20.19 has it") {
  CHECK(parse_contact("<sip:a@b>;expires=99999999999")->expires == 0xffff'ffffU);
  CHECK(parse_contact("<sip:a@b>;expires=soon")->expires == 3600U);
}

TEST_CASE("qvalues have at most three digits and never pass one (RFC 3261 §25.1)") {
  CHECK(parse_qvalue("0") == 0);
  CHECK(parse_qvalue("1") == 1000);
  CHECK(parse_qvalue("0.") == 0);
  CHECK(parse_qvalue("0.5") == 500);
  CHECK(parse_qvalue("0.125") == 125);
  CHECK(parse_qvalue("1.000") == 1000);
  for (const std::string_view bad : {"", ".5", "2", "1.1", "0.1234", "0.x", "-0.5", "00.5"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_qvalue(bad).has_value());
  }
}
