// SPDX-License-Identifier: Apache-2.0
// Recording edits, reading through them, and building.
#include "sip/edits.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "sip/builder.h"
#include "sip/edited_message.h"
#include "sip/sample_message.h"

using namespace ringfence::sip;
using ringfence::sip::sample::Parsed;
using ringfence::sip::sample::request_with;

namespace {

std::string built(const Message& message, const Edits& edits) {
  std::array<char, 4096> out;
  const auto size = build(message, edits, out);
  REQUIRE(size);
  return {out.data(), *size};
}

using Texts = std::vector<std::string>;

Texts values_of(const auto& message, HeaderId id) {
  Texts values;
  for (const std::string_view value : message.values(id)) values.emplace_back(value);
  return values;
}

/// What the edits show must be what the built bytes say.
Texts seen(const Message& message, const Edits& edits, HeaderId id) {
  const Texts through_edits = values_of(EditedMessage{message, edits}, id);
  const Parsed again{built(message, edits)};
  REQUIRE(again.result);
  CHECK(values_of(again.message(), id) == through_edits);
  return through_edits;
}

const Parsed kRouted{
    request_with("Route: <sip:a;lr>, <sip:b;lr>\r\nX-One: 1\r\nRoute: <sip:c;lr>\r\nContent-Length: 0\r\n")};

}  // namespace

TEST_CASE("without edits the bytes stay as they are") {
  const Parsed parsed{sample::kInvite};
  CHECK(built(parsed.message(), Edits{}) == sample::kInvite);
  CHECK(Edits{}.empty());
}

TEST_CASE("a missing Content-Length is added, for streams need it (RFC 3261 §18.3)") {
  const Parsed parsed{request_with("") + "abc"};
  const std::string text = built(parsed.message(), Edits{});
  CHECK(text.ends_with("Max-Forwards: 70\r\nContent-Length: 3\r\n\r\nabc"));
}

TEST_CASE("surplus bytes do not travel on") {
  const Parsed parsed{request_with("Content-Length: 3\r\n") + "abcEVIL"};
  CHECK(built(parsed.message(), Edits{}).ends_with("\r\n\r\nabc"));
}

TEST_CASE("what a proxy does to a request (RFC 3261 §16.6)") {
  Edits edits;
  CHECK(edits.set_request_uri("sip:bob@192.0.2.4"));
  CHECK(edits.remove_first_value(HeaderId::Route));
  CHECK(edits.replace_row(5, "69"));
  CHECK(edits.prepend(HeaderId::RecordRoute, "<sip:us;lr>"));
  CHECK(edits.prepend(HeaderId::Via, "SIP/2.0/UDP us;branch=z9hG4bKb"));
  const Message message = kRouted.message();
  CHECK(message.row(5).id == HeaderId::MaxForwards);
  CHECK(built(message, edits) ==
        "OPTIONS sip:bob@192.0.2.4 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP us;branch=z9hG4bKb\r\n"
        "Record-Route: <sip:us;lr>\r\n"
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\n"
        "From: <sip:a@example.com>;tag=1\r\n"
        "To: <sip:b@example.com>\r\n"
        "Call-ID: x@192.0.2.1\r\n"
        "CSeq: 1 OPTIONS\r\n"
        "Max-Forwards: 69\r\n"
        "Route: <sip:b;lr>\r\n"
        "X-One: 1\r\n"
        "Route: <sip:c;lr>\r\n"
        "Content-Length: 0\r\n\r\n");
  CHECK(EditedMessage{message, edits}.request_uri() == "sip:bob@192.0.2.4");
  CHECK(EditedMessage{message, edits}.header(HeaderId::MaxForwards) == "69");
}

TEST_CASE("values are taken off the top one by one, across rows") {
  const Message message = kRouted.message();
  Edits edits;
  CHECK(seen(message, edits, HeaderId::Route) == Texts{"<sip:a;lr>", "<sip:b;lr>", "<sip:c;lr>"});
  edits.remove_first_value(HeaderId::Route);
  edits.remove_first_value(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route) == Texts{"<sip:c;lr>"});
  edits.remove_first_value(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route).empty());
  CHECK_FALSE(EditedMessage{message, edits}.has(HeaderId::Route));
  edits.remove_first_value(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route).empty());
}

TEST_CASE("the value prepended last is the first to be taken off") {
  const Message message = kRouted.message();
  Edits edits;
  edits.prepend(HeaderId::Route, "<sip:y;lr>, <sip:z;lr>");
  edits.prepend(HeaderId::Route, "<sip:x;lr>");
  edits.remove_first_value(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route) ==
        Texts{"<sip:y;lr>", "<sip:z;lr>", "<sip:a;lr>", "<sip:b;lr>", "<sip:c;lr>"});
  edits.remove_first_value(HeaderId::Route);
  edits.remove_first_value(HeaderId::Route);
  edits.remove_first_value(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route) == Texts{"<sip:b;lr>", "<sip:c;lr>"});
}

TEST_CASE("removing a header removes what was added before, not what is added after") {
  const Message message = kRouted.message();
  Edits edits;
  edits.prepend(HeaderId::Route, "<sip:x>");
  edits.append(HeaderId::Route, "<sip:y>");
  edits.remove(HeaderId::Route);
  CHECK(seen(message, edits, HeaderId::Route).empty());
  edits.append(HeaderId::Route, "<sip:z>");
  CHECK(seen(message, edits, HeaderId::Route) == Texts{"<sip:z>"});
}

TEST_CASE("headers outside the table are removed and added by name") {
  const Message message = kRouted.message();
  Edits edits;
  CHECK(edits.remove("x-ONE"));
  CHECK_FALSE(EditedMessage{message, edits}.header("X-One"));
  CHECK(edits.append("X-Two", "2"));
  CHECK(edits.prepend("supported", "path"));
  CHECK(EditedMessage{message, edits}.header("x-two") == "2");
  CHECK(EditedMessage{message, edits}.header(HeaderId::Supported) == "path");
  const std::string text = built(message, edits);
  CHECK(text.find("X-One") == std::string::npos);
  CHECK(text.find("\r\nX-Two: 2\r\n") != std::string::npos);
}

TEST_CASE("single rows can be removed, the first and the last among them") {
  const Message message = kRouted.message();
  Edits edits;
  edits.remove_row(0);
  edits.remove_row(message.row_count() - 1);
  const std::string text = built(message, edits);
  CHECK(text.starts_with("OPTIONS sip:b@example.com SIP/2.0\r\nFrom:"));
  CHECK(text.ends_with("Route: <sip:c;lr>\r\nContent-Length: 0\r\n\r\n"));
}

TEST_CASE("a body brings its type and its length") {
  const Parsed parsed{sample::kInvite};
  Edits edits;
  CHECK(edits.set_body("text/plain", "hello"));
  const std::string text = built(parsed.message(), edits);
  CHECK(text.ends_with("Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"));
  CHECK(text.find("application/sdp") == std::string::npos);
  CHECK(Parsed{text}.result);

  CHECK(edits.set_body("", ""));
  CHECK(built(parsed.message(), edits).ends_with("\r\nContent-Length: 0\r\n\r\n"));
  CHECK_FALSE(EditedMessage{parsed.message(), edits}.has(HeaderId::ContentType));
  CHECK(EditedMessage{parsed.message(), edits}.body().empty());
}

TEST_CASE("the To tag is set once or exchanged") {
  const Parsed parsed{request_with("")};
  Edits edits;
  CHECK(edits.set_to_tag(parsed.message(), "77"));
  CHECK(EditedMessage{parsed.message(), edits}.to_tag() == "77");
  CHECK(EditedMessage{parsed.message(), edits}.header(HeaderId::To) == "<sip:b@example.com>;tag=77");
  const Parsed tagged{built(parsed.message(), edits)};
  Edits again;
  CHECK(again.set_to_tag(tagged.message(), "88"));
  CHECK(EditedMessage{tagged.message(), again}.header(HeaderId::To) == "<sip:b@example.com>;tag=88");
  CHECK_FALSE(again.set_to_tag(tagged.message(), "8 8"));
}

TEST_CASE("no text of ours can start a line of its own (A-23)") {
  Edits folded;
  CHECK(folded.append("X-F", "one\r\n  two"));
  CHECK(EditedMessage{kRouted.message(), folded}.header("X-F") == "one two");

  for (const std::string_view evil : {"a\r\nVia: x", "a\nb", "a\rb", "a\r\n"}) {
    CAPTURE(evil);
    Edits edits;
    const bool taken = edits.append("X-E", evil);
    if (taken) CHECK(EditedMessage{kRouted.message(), edits}.header("X-E") == "a");
    if (!taken) CHECK(edits.overflowed());
  }
  Edits edits;
  CHECK_FALSE(edits.append("Bad name", "x"));
  CHECK_FALSE(edits.set_request_uri("sip:a b"));
  CHECK_FALSE(edits.set_request_uri("sip:a\r\nVia:"));
  std::array<char, 4096> out;
  CHECK(build(kRouted.message(), edits, out).error() == BuildError::Overflowed);
}

TEST_CASE("edits are bounded and say when the bound bites") {
  Edits many;
  for (std::size_t i = 0; i < Edits::kMaxOps; ++i) CHECK(many.append("X-N", "1"));
  CHECK_FALSE(many.append("X-N", "1"));
  CHECK(many.overflowed());
  Edits large;
  CHECK_FALSE(large.append("X-L", std::string(Edits::kMaxText + 1, 'x')));
  CHECK(large.overflowed());
  CHECK_FALSE(Edits{}.remove_row(200));
}

TEST_CASE("a message is built whole or not at all") {
  const Parsed parsed{sample::kInvite};
  std::array<char, 4096> out;
  for (std::size_t room = 0; room < sample::kInvite.size(); room += 37) {
    CHECK(build(parsed.message(), Edits{}, std::span{out}.first(room)).error() == BuildError::NoRoom);
  }
  CHECK(build(parsed.message(), Edits{}, std::span{out}.first(sample::kInvite.size())) ==
        sample::kInvite.size());
}

TEST_CASE("a message with a defect is never forwarded") {
  const Parsed parsed{request_with("Foobar roobar\r\n")};
  std::array<char, 4096> out;
  CHECK(build(parsed.message(), Edits{}, out).error() == BuildError::Unusable);
}
