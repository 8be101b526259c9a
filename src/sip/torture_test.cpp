// SPDX-License-Identifier: Apache-2.0
// The 49 messages of RFC 4475, each with its documented verdict as far as a parser can give it.
#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "sip/builder.h"
#include "sip/check.h"
#include "sip/digest.h"
#include "sip/sample_message.h"

using namespace ringfence::sip;
using ringfence::sip::sample::Parsed;

namespace {

enum class Verdict : std::uint8_t {
  Valid,    // every element works with it; what a role may still object to stands in `note`
  Answer,   // a request that is refused with `status`
  Discard,  // a response that is dropped
};

struct Case {
  std::string_view file;
  std::string_view section;
  Verdict verdict;
  unsigned status;
  ParseError defect;
  std::string_view note;
};

using enum Verdict;
constexpr ParseError kNone = ParseError::None;

constexpr auto kCases = std::to_array<Case>({
    {"wsinv", "3.1.1.1", Valid, 0, kNone, "folds and white space wherever the grammar has it"},
    {"intmeth", "3.1.1.2", Valid, 0, kNone,
     "every character class; escaped NUL and BEL in quotes; unknown method"},
    {"esc01", "3.1.1.3", Valid, 0, kNone, "%HH in users and parameters; escaped URI inside a user"},
    {"escnull", "3.1.1.4", Valid, 0, kNone, "%00 in users is data, not an end"},
    {"esc02", "3.1.1.5", Valid, 0, kNone, "'%' is a plain character in methods, names, tokens and quotes"},
    {"lwsdisp", "3.1.1.6", Valid, 0, kNone, "no white space between display name and '<'"},
    {"longreq", "3.1.1.7", Valid, 0, kNone, "long values, 34 Vias, no transaction id"},
    {"dblreq", "3.1.1.8", Valid, 0, kNone, "bytes behind the body belong to nobody"},
    {"semiuri", "3.1.1.9", Valid, 0, kNone, "semicolons and an escaped '@' in a user"},
    {"transports", "3.1.1.10", Valid, 0, kNone, "unknown transports in lower Vias"},
    {"mpart01", "3.1.1.11", Valid, 0, kNone, "multipart body with binary parts"},
    {"unreason", "3.1.1.12", Valid, 0, kNone, "UTF-8 and separators in the reason phrase"},
    {"noreason", "3.1.1.13", Valid, 0, kNone, "empty reason phrase"},
    {"badinv01", "3.1.2.1", Answer, 400, ParseError::BadVia, "separators with nothing between them"},
    {"clerr", "3.1.2.2", Answer, 400, ParseError::BodyTooShort, "Content-Length beyond the datagram"},
    {"ncl", "3.1.2.3", Answer, 400, ParseError::BadContentLength, "negative Content-Length"},
    {"scalar02", "3.1.2.4", Answer, 400, ParseError::BadCSeq, "CSeq beyond 2^31, Max-Forwards beyond 255"},
    {"scalarlg", "3.1.2.5", Discard, 0, ParseError::BadCSeq, "the same in a response"},
    {"quotbal", "3.1.2.6", Answer, 400, ParseError::BadTo, "quoted string without end"},
    {"ltgtruri", "3.1.2.7", Answer, 400, ParseError::BadRequestLine, "Request-URI in angle brackets"},
    {"lwsruri", "3.1.2.8", Answer, 400, ParseError::BadRequestLine, "white space inside the Request-URI"},
    {"lwsstart", "3.1.2.9", Answer, 400, ParseError::BadRequestLine, "two blanks in the request line"},
    {"trws", "3.1.2.10", Answer, 400, ParseError::BadRequestLine, "blanks behind the version"},
    {"escruri", "3.1.2.11", Answer, 400, ParseError::RequestUriHasHeaders,
     "escaped Route in the Request-URI"},
    {"baddate", "3.1.2.12", Answer, 400, ParseError::BadDate, "a zone other than GMT"},
    {"regbadct", "3.1.2.13", Answer, 400, ParseError::BadContact, "'?' in a URI without brackets"},
    {"badaspec", "3.1.2.14", Answer, 400, ParseError::BadTo, "white space inside the brackets"},
    {"baddn", "3.1.2.15", Answer, 400, ParseError::BadFrom, "comma in a display name without quotes"},
    {"badvers", "3.1.2.16", Answer, 505, ParseError::UnsupportedVersion, "SIP/7.0"},
    {"mismatch01", "3.1.2.17", Answer, 400, ParseError::CSeqMethodMismatch, "OPTIONS with a CSeq of INVITE"},
    {"mismatch02", "3.1.2.18", Answer, 501, ParseError::UnknownMethodMismatch,
     "the same with an unknown method"},
    {"bigcode", "3.1.2.19", Discard, 0, ParseError::BadStatusLine, "status code beyond 699"},
    {"badbranch", "3.2.1", Answer, 400, ParseError::MissingBranchId,
     "the magic cookie and nothing behind it"},
    {"insuf", "3.3.1", Answer, 400, ParseError::MissingFrom, "no Call-ID, From, To"},
    {"unkscm", "3.3.2", Answer, 416, ParseError::UnsupportedScheme, "a scheme nobody knows"},
    {"novelsc", "3.3.3", Answer, 416, ParseError::UnsupportedScheme, "a scheme that is no telephone"},
    {"unksm2", "3.3.4", Valid, 0, kNone,
     "other schemes in To, From, Contact: the registrar refuses, others pass on"},
    {"bext01", "3.3.5", Valid, 0, kNone, "unknown Require and Proxy-Require: 420 from who must obey them"},
    {"invut", "3.3.6", Valid, 0, kNone, "unknown Content-Type: 415 from who needs the body"},
    {"regaut01", "3.3.7", Valid, 0, kNone, "unknown authentication scheme: as if there were no credentials"},
    {"multi01", "3.3.8", Answer, 400, ParseError::DuplicateHeader, "two of what may occur once"},
    {"mcl01", "3.3.9", Answer, 400, ParseError::DuplicateHeader, "two Content-Lengths"},
    {"bcast", "3.3.10", Valid, 0, kNone, "a broadcast address in the second Via: never forwarded there"},
    {"zeromf", "3.3.11", Valid, 0, kNone, "Max-Forwards 0: 483 from who would forward"},
    {"cparam01", "3.3.12", Valid, 0, kNone, "unknown Contact parameter"},
    {"cparam02", "3.3.13", Valid, 0, kNone, "unknown URI parameter"},
    {"regescrt", "3.3.14", Valid, 0, kNone, "escaped header in a Contact URI"},
    {"sdp01", "3.3.15", Valid, 0, kNone, "unknown Accept: 406 from who answers the call"},
    {"inv2543", "3.4.1", Valid, 0, kNone, "RFC 2543: no From tag, branch, Max-Forwards, Content-Length"},
});
static_assert(kCases.size() == 49);

Parsed torture(std::string_view file) {
  return Parsed{sample::corpus_file(RF_SOURCE_DIR, "rfc4475/" + std::string{file} + ".dat")};
}

}  // namespace

TEST_CASE("each torture message gets its documented verdict (RFC 4475)") {
  for (const Case& wanted : kCases) {
    CAPTURE(wanted.file);
    CAPTURE(wanted.section);
    const Parsed parsed = torture(wanted.file);
    REQUIRE_FALSE(parsed.text.empty());
    const Message message = parsed.message();

    if (message.is_response()) {
      const auto found = check_response(message);
      CHECK((wanted.verdict == Discard) == found.has_value());
      CHECK(found.value_or(kNone) == wanted.defect);
      CHECK_FALSE(can_answer(message));
      continue;
    }
    REQUIRE(message.is_request());
    const auto found = check_request(message);
    CHECK((wanted.verdict == Answer) == found.has_value());
    CHECK((found ? found->status : 0U) == wanted.status);
    CHECK(text_of(found ? found->error : kNone) == text_of(wanted.defect));
    CHECK(can_answer(message));
  }
}

TEST_CASE("valid torture messages are built again byte for byte") {
  for (const Case& wanted : kCases) {
    if (wanted.verdict != Valid) continue;
    CAPTURE(wanted.file);
    const Parsed parsed = torture(wanted.file);
    std::array<char, 8192> out;
    const auto size = build(parsed.message(), Edits{}, out);
    REQUIRE(size);
    const std::string_view built{out.data(), *size};
    if (parsed.message().has(HeaderId::ContentLength)) {
      CHECK(built == parsed.message().text());
    } else {
      CHECK(built.find("\r\nContent-Length: ") != std::string_view::npos);
    }
  }
}

TEST_CASE("wsinv: folds and white space do not hide a value (RFC 4475 §3.1.1.1)") {
  const Parsed parsed = torture("wsinv");
  const Message message = parsed.message();
  CHECK(message.request_uri() == "sip:vivekg@chair-dnrc.example.com;unknownparam");
  CHECK(message.to().uri == "sip:vivekg@chair-dnrc.example.com");
  CHECK(message.to_tag() == "1918181833n");
  CHECK(message.from().display == R"(J Rosenberg \\\")");
  CHECK(message.from_tag() == "98asjd8");
  CHECK(message.max_forwards() == 68U);
  CHECK(message.cseq() == 9);
  CHECK(message.method() == Method::Invite);
  CHECK(message.top_via().transport == "UDP");
  CHECK(message.top_via().host == "192.0.2.2");
  CHECK(message.branch() == "390skdjuw");
  CHECK_FALSE(message.top_via().has_rfc3261_branch());
  CHECK(message.has(HeaderId::Subject));
  CHECK(message.header(HeaderId::Subject).empty());
  CHECK(message.header("NewFangledHeader") == "newfangled value\r\n continued newfangled value");
  CHECK(message.header(HeaderId::ContentLength) == "150");
  CHECK(message.body().size() == 150);

  std::vector<std::string_view> hosts;
  for (const std::string_view value : message.values(HeaderId::Via)) hosts.push_back(parse_via(value)->host);
  CHECK(hosts == std::vector<std::string_view>{"192.0.2.2", "spindle.example.com", "192.168.255.111"});

  const auto contact = parse_contact(message.header(HeaderId::Contact));
  REQUIRE(contact);
  CHECK(contact->address.uri == "sip:jdrosen@example.com");
  CHECK(contact->q == 330);
  CHECK(contact->address.all_params().value("newparam") == "newvalue");
  CHECK(contact->address.all_params().has("secondparam"));
}

TEST_CASE("intmeth: every character class stands where it may (RFC 4475 §3.1.1.2)") {
  const Parsed parsed = torture("intmeth");
  const Message message = parsed.message();
  CHECK(message.method() == Method::Unknown);
  CHECK(message.method_text() == "!interesting-Method0123456789_*+`.%indeed'~");
  const auto uri = parse_uri(message.request_uri());
  REQUIRE(uri);
  CHECK(uri->user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  CHECK(uri->password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  CHECK(uri->host == "example.com");
  CHECK(message.to().display.find('\0') != std::string_view::npos);
  CHECK(message.from().display == "token1~` token2'+_ token3*%!.-");
  CHECK(message.from_tag() == "_token~1'+`*%!-.");
  CHECK(message.max_forwards() == 255U);
  CHECK(message.branch() == "z9hG4bK-.!%66*_+`'~");
}

TEST_CASE("esc01 and esc02: '%HH' is an escape in URIs and nothing elsewhere (RFC 4475 §3.1.1.3, §3.1.1.5)") {
  const Parsed escaped = torture("esc01");
  CHECK(parse_uri(escaped.message().request_uri())->user == "sips%3Auser%40example.com");
  CHECK(equivalent(*escaped.message().to().address(), *parse_uri("sip:user@example.com")));
  const auto contact = parse_contact(escaped.message().header(HeaderId::Contact));
  REQUIRE(contact);
  CHECK(equivalent(*contact->address.address(),
                   *parse_uri("sip:caller@host5.example.net;lr;name=value%25%34%31")));

  const Parsed plain = torture("esc02");
  CHECK(plain.message().method() == Method::Unknown);
  CHECK(plain.message().method_text() == "RE%47IST%45R");
  CHECK(plain.message().count(HeaderId::Contact) == 2);
  CHECK(plain.message().header("C%6Fntact") == "<sip:alias2@host2.example.com>");
  CHECK(plain.message().to().display == "%Z%45");
}

TEST_CASE("escnull: %00 is a character of the user (RFC 4475 §3.1.1.4)") {
  const Parsed parsed = torture("escnull");
  std::vector<std::string_view> users;
  for (const std::string_view value : parsed.message().values(HeaderId::Contact)) {
    users.push_back(parse_name_addr(value)->address()->user);
  }
  CHECK(users == std::vector<std::string_view>{"%00", "%00%00"});
}

TEST_CASE("dblreq: what follows Content-Length is discarded (RFC 4475 §3.1.1.8, RFC 3261 §18.3)") {
  const Parsed parsed = torture("dblreq");
  CHECK(parsed.message().method() == Method::Register);
  CHECK(parsed.message().body().empty());
  CHECK(parsed.message().surplus() == 450);
  CHECK(parsed.message().call_id() == "dblreq.0ha0isndaksdj99sdfafnl3lk233412");
}

TEST_CASE("semiuri: parameters of the user are not parameters of the URI (RFC 4475 §3.1.1.9)") {
  const Parsed parsed = torture("semiuri");
  const auto uri = parse_uri(parsed.message().request_uri());
  REQUIRE(uri);
  CHECK(uri->user == "user;par=u%40example.net");
  CHECK(uri->params.empty());
  std::size_t accepted = 0;
  for (const std::string_view value : parsed.message().values(HeaderId::Accept))
    accepted += value.empty() ? 0U : 1U;
  CHECK(accepted == 6);
}

TEST_CASE("cparam01 and cparam02: brackets decide whose parameter it is (RFC 4475 §3.3.12, §3.3.13)") {
  const Parsed bare = torture("cparam01");
  const auto header_param = parse_contact(bare.message().header(HeaderId::Contact));
  REQUIRE(header_param);
  CHECK(header_param->address.all_params().has("unknownparam"));
  CHECK_FALSE(header_param->address.address()->has_param("unknownparam"));

  const Parsed bracketed = torture("cparam02");
  const auto uri_param = parse_contact(bracketed.message().header(HeaderId::Contact));
  REQUIRE(uri_param);
  CHECK_FALSE(uri_param->address.all_params().has("unknownparam"));
  CHECK(uri_param->address.address()->has_param("unknownparam"));
}

TEST_CASE("regescrt: headers in a Contact URI are kept with it (RFC 4475 §3.3.14)") {
  const Parsed parsed = torture("regescrt");
  const auto contact = parse_contact(parsed.message().header(HeaderId::Contact));
  REQUIRE(contact);
  CHECK(contact->address.address()->headers == "Route=%3Csip:sip.example.com%3E");
}

TEST_CASE("scalar02: overlarge expiries are read, not refused (RFC 4475 §3.1.2.4)") {
  const Parsed parsed = torture("scalar02");
  CHECK(parse_contact(parsed.message().header(HeaderId::Contact))->expires == 0xffff'ffffU);
}

TEST_CASE("regaut01: an unknown scheme is no Digest and no error of syntax (RFC 4475 §3.3.7)") {
  const Parsed parsed = torture("regaut01");
  CHECK(parse_credentials(parsed.message().header(HeaderId::Authorization)).error() == ParseError::NotDigest);
}

TEST_CASE(
    "unreason and noreason: the reason phrase is free text and may be empty (RFC 4475 §3.1.1.12, "
    "§3.1.1.13)") {
  CHECK(torture("unreason").message().reason().starts_with("= 2**3 * 5**2 "));
  CHECK(torture("noreason").message().reason().empty());
  CHECK(torture("noreason").message().status() == 100);
}

TEST_CASE("inv2543: an RFC 2543 caller is served (RFC 4475 §3.4.1)") {
  const Parsed parsed = torture("inv2543");
  const Message message = parsed.message();
  CHECK(message.from_tag().empty());
  CHECK(message.branch().empty());
  CHECK_FALSE(message.max_forwards());
  CHECK_FALSE(message.content_length());
  CHECK(message.body().starts_with("v=0"));
}
