// SPDX-License-Identifier: Apache-2.0
// URIs: reading, comparing, canonical form.
#include "sip/uri.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace ringfence::sip;

namespace {

Uri uri(std::string_view text) {
  const auto parsed = parse_uri(text);
  REQUIRE_MESSAGE(parsed.has_value(), text);
  return *parsed;
}

bool same(std::string_view a, std::string_view b) {
  const bool forth = equivalent(uri(a), uri(b));
  CHECK(forth == equivalent(uri(b), uri(a)));
  return forth;
}

std::string aor(std::string_view text) {
  std::array<char, kMaxAor> out;
  const auto canonical = canonical_aor(uri(text), out);
  return canonical ? std::string{*canonical} : "error " + std::to_string(static_cast<int>(canonical.error()));
}

}  // namespace

TEST_CASE("a SIP URI is taken apart (RFC 3261 §19.1.1)") {
  const Uri full = uri(
      "sips:alice:secret@[2001:db8::1]:5071;transport=tcp;lr;maddr=239.255.255.1?subject=x&priority=urgent");
  CHECK(full.scheme == Scheme::Sips);
  CHECK(full.scheme_text() == "sips");
  CHECK(full.user == "alice");
  CHECK(full.password == "secret");
  CHECK(full.host == "[2001:db8::1]");
  CHECK(full.port == 5071);
  CHECK(full.param("transport") == "tcp");
  CHECK(full.param("TRANSPORT") == "tcp");
  CHECK(full.has_param("lr"));
  CHECK(full.param("lr").empty());
  CHECK_FALSE(full.has_param("l"));
  CHECK(full.headers == "subject=x&priority=urgent");

  const Uri bare = uri("SIP:atlanta.com");
  CHECK(bare.scheme == Scheme::Sip);
  CHECK(bare.user.empty());
  CHECK(bare.host == "atlanta.com");
  CHECK_FALSE(bare.port);
}

TEST_CASE("the examples of RFC 3261 §19.1.3 are SIP URIs") {
  for (const std::string_view text : {
           "sip:alice@atlanta.com",
           "sip:alice:secretword@atlanta.com;transport=tcp",
           "sips:alice@atlanta.com?subject=project%20x&priority=urgent",
           "sip:+1-212-555-1212:1234@gateway.com;user=phone",
           "sips:1212@gateway.com",
           "sip:alice@192.0.2.4",
           "sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com",
           "sip:alice;day=tuesday@atlanta.com",
       }) {
    CHECK(uri(text).is_sip());
  }
  CHECK(uri("sip:alice;day=tuesday@atlanta.com").user == "alice;day=tuesday");
}

TEST_CASE("malformed URIs are refused by name") {
  struct Case {
    std::string_view text;
    ParseError error;
  };
  for (const Case& wanted : {
           Case{"", ParseError::MissingScheme},
           Case{"alice@atlanta.com", ParseError::MissingScheme},
           Case{":x", ParseError::MissingScheme},
           Case{"1sip:x", ParseError::MissingScheme},
           Case{"sip:", ParseError::BadHost},
           Case{"sip:@atlanta.com", ParseError::BadUser},
           Case{"sip:al ice@atlanta.com", ParseError::BadUser},
           Case{"sip:a@b@c", ParseError::TrailingText},
           Case{"sip:al%4xce@atlanta.com", ParseError::BadEscape},
           Case{"sip:alice@", ParseError::BadHost},
           Case{"sip:alice@-atlanta.com", ParseError::BadHost},
           Case{"sip:alice@atlanta-.com", ParseError::BadHost},
           Case{"sip:alice@atlanta..com", ParseError::BadHost},
           Case{"sip:alice@[::1", ParseError::BadHost},
           Case{"sip:alice@[1.2.3]", ParseError::BadHost},
           Case{"sip:alice@atlanta.com:", ParseError::BadPort},
           Case{"sip:alice@atlanta.com:0", ParseError::BadPort},
           Case{"sip:alice@atlanta.com:65536", ParseError::BadPort},
           Case{"sip:alice@atlanta.com;", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com;;lr", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com;lr=", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com;a=%2", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com;lr;LR", ParseError::DuplicateParameter},
           Case{"sip:alice@atlanta.com;lr;%6Cr", ParseError::DuplicateParameter},
           Case{"sip:alice@atlanta.com;%4a=1;%6A=2", ParseError::DuplicateParameter},
           Case{"sip:alice@atlanta.com?", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com?a", ParseError::BadParameter},
           Case{"sip:alice@atlanta.com>", ParseError::TrailingText},
           Case{" sip:alice@atlanta.com", ParseError::MissingScheme},
           Case{"tel:", ParseError::BadNumber},
           Case{"tel:+", ParseError::BadNumber},
           Case{"tel:+1a", ParseError::BadNumber},
           Case{"tel:7042", ParseError::MissingParameter},
           Case{"urn:", ParseError::Empty},
           Case{"http://a b", ParseError::TrailingText},
       }) {
    CAPTURE(wanted.text);
    const auto parsed = parse_uri(wanted.text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(text_of(parsed.error()) == text_of(wanted.error));
  }
}

TEST_CASE("URIs that are equivalent (RFC 3261 §19.1.4, examples)") {
  CHECK(same("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"));
  CHECK(same("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"));
  CHECK(same("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"));
  CHECK(same("sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on"));
  CHECK(same("sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
             "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"));
  CHECK(same("sip:alice@atlanta.com?subject=project%20x&priority=urgent",
             "sip:alice@atlanta.com?priority=urgent&subject=project%20x"));
}

TEST_CASE("URIs that are not equivalent (RFC 3261 §19.1.4, examples)") {
  CHECK_FALSE(same("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"));
  CHECK_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"));
  CHECK_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"));
  CHECK_FALSE(same("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"));
  CHECK_FALSE(same("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"));
  CHECK_FALSE(same("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"));
  // Equivalence is not transitive: both are equivalent to the URI without the parameter.
  CHECK_FALSE(same("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"));
}

TEST_CASE("URIs compare by the rules of RFC 3261 §19.1.4 beyond its examples") {
  CHECK_FALSE(same("sip:alice@atlanta.com", "sips:alice@atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com", "sip:atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com", "sip:alice:pw@atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com;maddr=192.0.2.1", "sip:alice@atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com;ttl=1", "sip:alice@atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com;user=phone", "sip:alice@atlanta.com"));
  CHECK_FALSE(same("sip:alice@atlanta.com;lr=x", "sip:alice@atlanta.com;lr"));
  CHECK(same("sip:alice@atlanta.com;lr", "sip:alice@atlanta.com"));
  // An escaped reserved character is another character than the bare one; other escapes are spelling.
  CHECK_FALSE(same("sip:a%3Bb@atlanta.com", "sip:a;b@atlanta.com"));
  CHECK(same("sip:a%3bb@atlanta.com", "sip:a%3Bb@atlanta.com"));
  CHECK(same("sip:%7ealice@atlanta.com", "sip:~alice@atlanta.com"));
  CHECK(same("sip:a@[2001:DB8:0::1]", "sip:a@[2001:db8::1]"));
  CHECK_FALSE(same("sip:a@b?x=1&x=1", "sip:a@b?x=1&x=2"));
  CHECK_FALSE(same("sip:a@b?x=1", "sip:a@b?x=1&x=1"));
  CHECK(same("urn:service:sos", "URN:service:sos"));
  CHECK_FALSE(same("urn:service:sos", "urn:service:sos.fire"));
}

TEST_CASE("a tel URI has a number and parameters (RFC 3966 §3)") {
  const Uri global = uri("tel:+1-201-555-0123;ext=12");
  CHECK(global.scheme == Scheme::Tel);
  CHECK(global.user == "+1-201-555-0123");
  CHECK(global.param("ext") == "12");
  const Uri local = uri("tel:7042;phone-context=example.com");
  CHECK(local.user == "7042");
  CHECK(local.param("phone-context") == "example.com");
  CHECK(uri("tel:*21#;phone-context=+43").user == "*21#");
}

TEST_CASE("visual separators, case and order do not matter in tel URIs (RFC 3966 §5)") {
  CHECK(same("tel:+1-201-555-0123", "tel:+1.201.555.0123"));
  CHECK(same("tel:+1(201)5550123", "TEL:+12015550123"));
  CHECK(same("tel:863-1234;phone-context=+1-914-555", "tel:8631234;phone-context=+1914555"));
  CHECK(same("tel:7042;phone-context=Example.COM", "tel:7042;phone-context=example.com"));
  CHECK(same("tel:+12015550123;ext=1-2;isub=9", "tel:+12015550123;isub=9;ext=12"));
  CHECK_FALSE(same("tel:+12015550123", "tel:12015550123;phone-context=+1"));
  CHECK_FALSE(same("tel:+12015550123", "tel:+12015550124"));
  CHECK_FALSE(same("tel:+12015550123", "tel:+12015550123;ext=12"));
  CHECK_FALSE(same("tel:7042;phone-context=a.example", "tel:7042;phone-context=b.example"));
}

TEST_CASE("the canonical address of record (RFC 3261 §10.3, step 5)") {
  CHECK(aor("sip:Alice@Example.COM;transport=tcp?subject=x") == "sip:Alice@example.com");
  CHECK(aor("sips:%61lice:pw@example.com") == "sip:alice@example.com");
  CHECK(aor("sip:a%40b@example.com") == "sip:a@b@example.com");
  CHECK(aor("sip:example.com") == "sip:example.com");
  CHECK(aor("sip:a@example.com:5060") == "sip:a@example.com");
  CHECK(aor("sips:a@example.com:5061") == "sip:a@example.com");
  CHECK(aor("sip:a@example.com:5070") == "sip:a@example.com:5070");
  CHECK(aor("sip:a@[2001:DB8::0:1]") == "sip:a@[2001:db8::1]");

  std::array<char, kMaxAor> out;
  CHECK(canonical_aor(uri("tel:+1"), out).error() == WriteError::NotSip);
  CHECK(canonical_aor(uri("sip:null%00@example.com"), out).error() == WriteError::BadEscape);
  CHECK(canonical_aor(uri("sip:a%0d%0aVia:@example.com"), out).error() == WriteError::BadEscape);
  CHECK(canonical_aor(uri("sip:alice@example.com"), std::span{out}.first(8)).error() == WriteError::NoRoom);
}

TEST_CASE("users are escaped on the way into a URI and unescaped on the way out") {
  std::array<char, 64> out;
  CHECK(escape_user("al ice@b/c", out) == "al%20ice%40b/c");
  CHECK(unescape("al%20ice%40b/c", out) == "al ice@b/c");
  CHECK(unescape("%4", out).error() == WriteError::BadEscape);
  CHECK(bare_number("+1-(201)-555.0123", out) == "+12015550123");
  CHECK(looks_like_number("+43-1-234"));
  CHECK(looks_like_number("100"));
  CHECK_FALSE(looks_like_number("+"));
  CHECK_FALSE(looks_like_number("alice"));
}
