// SPDX-License-Identifier: Apache-2.0
// The index of a message: lines, folds, lists, bodies, limits and defects.
#include "sip/message.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/allocation_counter.h"
#include "sip/check.h"
#include "sip/sample_message.h"

using namespace ringfence::sip;
using ringfence::sip::sample::Parsed;
using ringfence::sip::sample::request_with;

namespace {

std::vector<std::string_view> values_of(const Message& message, HeaderId id) {
  std::vector<std::string_view> values;
  for (const std::string_view value : message.values(id)) values.push_back(value);
  return values;
}

using Views = std::vector<std::string_view>;

ParseError error_of(std::string_view text, const Limits& limits = {}) {
  const Parsed parsed{text, limits};
  return parsed.result ? ParseError::None : parsed.result.error();
}

}  // namespace

TEST_CASE("a request is indexed, and what every step needs is read at once") {
  const Parsed parsed{sample::kInvite};
  REQUIRE(parsed.result);
  const Message message = parsed.message();
  CHECK(message.is_request());
  CHECK_FALSE(message.is_response());
  CHECK(message.method() == Method::Invite);
  CHECK(message.method_text() == "INVITE");
  CHECK(message.request_uri() == "sip:bob@biloxi.example;user=phone");
  CHECK(message.row_count() == 13);
  CHECK(message.call_id() == "3848276298220188511@127.0.0.30");
  CHECK(message.from_tag() == "9fxced76sl");
  CHECK(message.from().display == "Alice Example");
  CHECK(message.to().uri == "sip:bob@biloxi.example");
  CHECK(message.to_tag().empty());
  CHECK(message.cseq() == 1);
  CHECK(message.cseq_method() == "INVITE");
  CHECK(message.branch() == "z9hG4bK-524287-1---8f0e2c55");
  CHECK(message.top_via().host == "127.0.0.30");
  CHECK(message.top_via().port == 5061);
  CHECK(message.top_via().rport.present);
  CHECK(message.max_forwards() == 70U);
  CHECK(message.content_length() == 182U);
  CHECK(message.body().size() == 182);
  CHECK(message.header(HeaderId::UserAgent) == "baseline-phone/1.0");
  CHECK(values_of(message, HeaderId::Supported) == Views{"timer", "replaces"});
  CHECK_FALSE(check_request(message));
}

TEST_CASE("a response has a status, a reason, and the method of its CSeq") {
  const Parsed parsed{
      "SIP/2.0 180 Ringing now\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: "
      "<sip:c@d>;tag=2\r\n"
      "Call-ID: x\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n"};
  REQUIRE(parsed.result);
  const Message message = parsed.message();
  CHECK(message.is_response());
  CHECK(message.status() == 180);
  CHECK(message.reason() == "Ringing now");
  CHECK(message.method() == Method::Invite);
  CHECK(message.request_uri().empty());
  CHECK_FALSE(check_response(message));
  CHECK_FALSE(can_answer(message));
}

TEST_CASE("rows keep their order, and a list may span rows and commas (RFC 3261 §7.3.1)") {
  const Parsed parsed{
      request_with("Route: <sip:a;lr>, \"x, y\" <sip:b,c;lr>\r\nX-A: 1\r\nroute:<sip:d;lr>\r\nROUTE : "
                   "<sip:e;lr>,<sip:f;lr>\r\n")};
  REQUIRE(parsed.result);
  const Message message = parsed.message();
  CHECK(message.count(HeaderId::Route) == 3);
  CHECK(values_of(message, HeaderId::Route) ==
        Views{"<sip:a;lr>", "\"x, y\" <sip:b,c;lr>", "<sip:d;lr>", "<sip:e;lr>", "<sip:f;lr>"});
  CHECK(message.header("x-a") == "1");
  CHECK_FALSE(message.header("x-b"));
  CHECK(message.header("Route") == "<sip:a;lr>, \"x, y\" <sip:b,c;lr>");
}

TEST_CASE("commas in headers that are no lists belong to the value") {
  const Parsed parsed{
      request_with("Date: Sat, 13 Nov 2010 23:29:00 GMT\r\nSubject: one, two\r\n"
                   "Authorization: Digest a=\"b\", c=d\r\nAuthorization: Digest e=f\r\n")};
  REQUIRE(parsed.result);
  CHECK(values_of(parsed.message(), HeaderId::Date) == Views{"Sat, 13 Nov 2010 23:29:00 GMT"});
  CHECK(values_of(parsed.message(), HeaderId::Subject) == Views{"one, two"});
  CHECK(values_of(parsed.message(), HeaderId::Authorization) == Views{"Digest a=\"b\", c=d", "Digest e=f"});
}

TEST_CASE("empty lists have no value, empty elements are shown to the reader") {
  const Parsed parsed{request_with("Supported:\r\nSupported: \r\nAllow: INVITE,,ACK,\r\nAccept:\r\n \r\n")};
  CHECK(values_of(parsed.message(), HeaderId::Supported).empty());
  CHECK(values_of(parsed.message(), HeaderId::Allow) == Views{"INVITE", "", "ACK", ""});
  CHECK(parsed.message().has(HeaderId::Accept));
}

TEST_CASE("white space before the colon and around the value is not part of either (RFC 3261 §7.3.1)") {
  const Parsed parsed{request_with("Subject  \t :  \t lunch \t\r\nX-Y:z\r\n")};
  REQUIRE(parsed.result);
  CHECK(parsed.message().header(HeaderId::Subject) == "lunch");
  CHECK(parsed.message().header("X-Y") == "z");
}

TEST_CASE("a fold continues a value, wherever it stands") {
  const Parsed parsed{
      request_with("Subject:\r\n I know you're there,\r\n\t  pick up\r\n the phone\r\nX-A: 1\r\n")};
  REQUIRE(parsed.result);
  CHECK(parsed.message().header(HeaderId::Subject) == "I know you're there,\r\n\t  pick up\r\n the phone");
  CHECK(parsed.message().header("X-A") == "1");
}

TEST_CASE("nothing may hide behind a line end that others read differently (A-12)") {
  CHECK(error_of(request_with("X-A: a\nVia: SIP/2.0/UDP evil\r\n")) == ParseError::BareLineEnd);
  CHECK(error_of(request_with("X-A: a\rVia: SIP/2.0/UDP evil\r\n")) == ParseError::BareLineEnd);
  CHECK(error_of(request_with(std::string_view{"X-A: a\0b\r\n", 10})) == ParseError::ControlCharacter);
  CHECK(error_of(request_with("X-A: a\x01z\r\n")) == ParseError::ControlCharacter);
  CHECK(error_of(request_with(std::string_view{"Subject: \"\\\0\"\r\n", 15})) == ParseError::None);
  CHECK(error_of(request_with("X-A: tab\tand \xc3\xa4\r\n")) == ParseError::None);
}

TEST_CASE("lines that are no headers are defects, and the others are still read") {
  for (const std::string_view line :
       {"Foobar roobar\r\n", ": empty name\r\n", "Sp ace: x\r\n", "Nam\xc3\xa9: x\r\n", "A\"b: x\r\n"}) {
    CAPTURE(line);
    const Parsed parsed{request_with(std::string{line} + "Subject: here\r\n")};
    CHECK(parsed.index.error == ParseError::BadHeaderLine);
    CHECK(parsed.message().header(HeaderId::Subject) == "here");
    CHECK(can_answer(parsed.message()));
  }
}

TEST_CASE("text that is no SIP has no kind and no answer") {
  for (const std::string_view text :
       {"", "\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "INVITE\r\n\r\n", "INVITE sip:x\r\n\r\n",
        "\x16\x03\x01\x02", "INVITE sip:x RTSP/2.0\r\n\r\n", "@ sip:x SIP/2.0\r\n\r\n"}) {
    CAPTURE(text);
    const Parsed parsed{text};
    CHECK(parsed.index.error == ParseError::NotSip);
    CHECK(parsed.index.kind == MessageIndex::Kind::None);
    CHECK_FALSE(can_answer(parsed.message()));
  }
}

TEST_CASE("a request line has single blanks and a known version (RFC 3261 §7.1)") {
  const auto with_line = [](std::string_view line) { return error_of(request_with("", line)); };
  CHECK(with_line("OPTIONS sip:b@example.com SIP/2.0") == ParseError::None);
  CHECK(with_line("OPTIONS sip:b@example.com sip/2.0") == ParseError::None);
  CHECK(with_line("OPTIONS sip:b@example.com SIP/2.1") == ParseError::UnsupportedVersion);
  CHECK(with_line("OPTIONS sip:b@example.com SIP/2.00") == ParseError::UnsupportedVersion);
  CHECK(with_line("OPTIONS  sip:b@example.com SIP/2.0") == ParseError::BadRequestLine);
  CHECK(with_line("OPTIONS sip:b@example.com SIP/2.0 ") == ParseError::BadRequestLine);
  CHECK(with_line("OPTIONS\tsip:b@example.com SIP/2.0") == ParseError::BadRequestLine);
  CHECK(with_line("OPTIONS <sip:b@example.com> SIP/2.0") == ParseError::BadRequestLine);
  CHECK(with_line("OPTIONS sip:b@exam ple.com SIP/2.0") == ParseError::BadRequestLine);
  CHECK(with_line("OPTIONS  SIP/2.0") == ParseError::BadRequestLine);
}

TEST_CASE("a status line has three digits from 100 to 699 (RFC 3261 §7.2)") {
  const auto with_line = [](std::string_view line) { return error_of(request_with("", line)); };
  CHECK(with_line("SIP/2.0 200 OK") == ParseError::None);
  CHECK(with_line("SIP/2.0 699 ") == ParseError::None);
  for (const std::string_view line :
       {"SIP/2.0 200", "SIP/2.0 2000 OK", "SIP/2.0 99 OK", "SIP/2.0 099 OK", "SIP/2.0 700 OK",
        "SIP/2.0  200 OK", "SIP/2.0 2x0 OK", "SIP/2.0 -20 OK"}) {
    CAPTURE(line);
    CHECK(with_line(line) == ParseError::BadStatusLine);
  }
  CHECK(with_line("SIP/3.0 200 OK") == ParseError::UnsupportedVersion);
}

TEST_CASE("surplus bytes are discarded, a short body is an error (RFC 3261 §18.3)") {
  const Parsed surplus{request_with("Content-Length: 3\r\n") + "abcdef"};
  REQUIRE(surplus.result);
  CHECK(surplus.message().body() == "abc");
  CHECK(surplus.message().surplus() == 3);
  CHECK(surplus.message().text().ends_with("\r\n\r\nabc"));

  const Parsed short_body{request_with("Content-Length: 7\r\n") + "abcdef"};
  CHECK(short_body.index.error == ParseError::BodyTooShort);
  CHECK(short_body.message().body() == "abcdef");

  const Parsed unsaid{request_with("") + "abcdef"};
  REQUIRE(unsaid.result);
  CHECK(unsaid.message().body() == "abcdef");
  CHECK_FALSE(unsaid.message().content_length());
}

TEST_CASE("numbers are decimal, bounded, and nothing else") {
  for (const std::string_view bad : {"-1", "+1", "0x10", "1 1", "", "4294967296", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(error_of(request_with("Content-Length: " + std::string{bad} + "\r\n")) ==
          ParseError::BadContentLength);
  }
  std::string text = request_with("");
  const auto hops = text.find("70\r\n");
  CHECK(error_of(text.replace(hops, 2, "255")) == ParseError::None);
  CHECK(error_of(text.replace(hops, 3, "256")) == ParseError::BadMaxForwards);
  CHECK(error_of(text.replace(hops, 3, "-1")) == ParseError::BadMaxForwards);
}

TEST_CASE("CSeq is below 2^31 (RFC 3261 §8.1.1.5)") {
  const auto with_cseq = [](std::string_view cseq) {
    std::string text = request_with("");
    return error_of(text.replace(text.find("1 OPTIONS"), 9, cseq));
  };
  CHECK(with_cseq("2147483647 OPTIONS") == ParseError::None);
  CHECK(with_cseq("2147483648 OPTIONS") == ParseError::BadCSeq);
  CHECK(with_cseq("1OPTIONS") == ParseError::BadCSeq);
  CHECK(with_cseq("OPTIONS") == ParseError::BadCSeq);
  CHECK(with_cseq("1 ") == ParseError::BadCSeq);
  CHECK(with_cseq("1 OPTIONS x") == ParseError::BadCSeq);
}

TEST_CASE("what may occur once and occurs again is a defect, in whatever form it is written") {
  CHECK(error_of(request_with("l: 0\r\nContent-Length: 0\r\n")) == ParseError::DuplicateHeader);
  CHECK(error_of(request_with("f: <sip:x@y>;tag=2\r\n")) == ParseError::DuplicateHeader);
  CHECK(error_of(request_with("MAX-FORWARDS : 3\r\n")) == ParseError::DuplicateHeader);
  CHECK(error_of(request_with("Allow: INVITE\r\nAllow: ACK\r\nX-A: 1\r\nX-A: 2\r\n")) == ParseError::None);
}

TEST_CASE("caps hold before work is done (A-13)") {
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X-A: 1\r\n";
  const Parsed crowded{request_with(many)};
  CHECK(crowded.index.error == ParseError::TooManyHeaders);
  CHECK(crowded.message().row_count() == Limits::kMaxHeaders);
  CHECK(error_of(request_with("X-A: 1\r\nX-B: 2\r\n"), {.headers = 7}) == ParseError::TooManyHeaders);
  CHECK(error_of(request_with("X-A: " + std::string(100, 'x') + "\r\n"), {.header_bytes = 64}) ==
        ParseError::HeaderTooLong);
  CHECK(error_of(request_with(""), {.message = 100}) == ParseError::MessageTooLarge);
  CHECK(error_of(std::string(70'000, 'x')) == ParseError::MessageTooLarge);
  CHECK(error_of(request_with("", "OPTIONS sip:" + std::string(100, 'b') + " SIP/2.0"), {.uri_bytes = 64}) ==
        ParseError::BadRequestUri);
  std::string long_name(300, 'n');
  long_name += ": x\r\n";
  CHECK(error_of(request_with(long_name)) == ParseError::BadHeaderLine);
}

TEST_CASE("caps on values are checked with the message") {
  std::string vias;
  for (int i = 0; i < 80; ++i) vias += i == 0 ? "Via: SIP/2.0/UDP h" : ", SIP/2.0/UDP h";
  CHECK(check_request(Parsed{request_with(vias + "\r\n")}.message())->error == ParseError::TooManyVias);
  std::string contacts = "Contact: <sip:c@h>";
  for (int i = 0; i < 16; ++i) contacts += ",<sip:c@h>";
  CHECK(check_request(Parsed{request_with(contacts + "\r\n")}.message())->error ==
        ParseError::TooManyContacts);
}

TEST_CASE("a header cut off by the end of the datagram is told, after what is wrong before it") {
  const std::string whole = request_with("");
  CHECK(error_of(whole.substr(0, whole.size() - 2)) == ParseError::NoEndOfHeaders);
  CHECK(error_of(whole.substr(0, whole.size() - 4)) == ParseError::NoEndOfHeaders);
  CHECK(error_of("INVITE sip:x SIP/2.0") == ParseError::MissingVia);
}

TEST_CASE("a request can be answered when its Via says where, whatever else is missing (RFC 4475 §3.3.1)") {
  CHECK(can_answer(Parsed{"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n"}.message()));
  CHECK_FALSE(can_answer(Parsed{"OPTIONS sip:x SIP/2.0\r\n\r\n"}.message()));
  CHECK_FALSE(can_answer(Parsed{"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP\r\n\r\n"}.message()));
  CHECK_FALSE(can_answer(Parsed{"ACK sip:x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n"}.message()));
}

TEST_CASE("route sets hold addresses in brackets only (RFC 3261 §25.1)") {
  const auto error = [](std::string_view more) {
    const auto defect = check_request(Parsed{request_with(more)}.message());
    return defect ? defect->error : ParseError::None;
  };
  CHECK(error("Route: <sip:a;lr>\r\n") == ParseError::None);
  CHECK(error("Route: sip:a;lr\r\n") == ParseError::BadRoute);
  CHECK(error("Route: <sip:a;lr>,\r\n") == ParseError::BadRoute);
  CHECK(error("Record-Route: <sip:a b>\r\n") == ParseError::BadRecordRoute);
  CHECK(error("Via: SIP/2.0/UDP h, x\r\n") == ParseError::BadVia);
  CHECK(error("Contact: <sip:a@b>, *x\r\n") == ParseError::BadContact);
  CHECK(error("Date: today\r\n") == ParseError::BadDate);
}

TEST_CASE("parsing and typed reading allocate nothing") {
  const std::string text{sample::kInvite};
  MessageIndex index;
  const auto before = ringfence::base::allocations_on_this_thread();
  const bool parsed = parse(text, index).has_value();
  const bool sane = !check_request(Message{text, index});
  const auto after = ringfence::base::allocations_on_this_thread();
  CHECK(parsed);
  CHECK(sane);
  CHECK(after == before);
}
