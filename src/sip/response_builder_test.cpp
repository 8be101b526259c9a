// SPDX-License-Identifier: Apache-2.0
// Responses, the ACK to a failure, CANCEL, and requests of our own.
#include "sip/response_builder.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "sip/request_builder.h"
#include "sip/sample_message.h"
#include "sip/status.h"

using namespace ringfence::sip;
using ringfence::sip::sample::Parsed;
using ringfence::sip::sample::request_with;

namespace {

std::string response_to(const Message& request, const ResponseParts& parts) {
  std::array<char, 4096> out;
  const auto size = build_response(request, parts, out);
  REQUIRE(size);
  return {out.data(), *size};
}

const Parsed kInvite{
    "INVITE sip:bob@biloxi.com SIP/2.0\r\n"
    "v: SIP/2.0/UDP p.example;branch=z9hG4bKp;rport;received=6.6.6.6;x=\"a b\", SIP/2.0/TCP "
    "u.example;branch=z9hG4bKu\r\n"
    "Via: SIP/2.0/UDP w.example;branch=z9hG4bKw\r\n"
    "Route: <sip:next.example;lr>\r\n"
    "Record-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n"
    "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
    "To: Bob\r\n <sip:bob@biloxi.com>\r\n"
    "Call-ID: a84b4c76e66710\r\nCSeq: 314159 INVITE\r\nTimestamp: 54\r\nContent-Length: 0\r\n\r\n"};

}  // namespace

TEST_CASE("a response copies what RFC 3261 §8.2.6.2 names") {
  CHECK(response_to(kInvite.message(), {.status = 180, .to_tag = "a6c85cf"}) ==
        "SIP/2.0 180 Ringing\r\n"
        "Via: SIP/2.0/UDP p.example;branch=z9hG4bKp;rport;received=6.6.6.6;x=\"a b\", SIP/2.0/TCP "
        "u.example;branch=z9hG4bKu\r\n"
        "Via: SIP/2.0/UDP w.example;branch=z9hG4bKw\r\n"
        "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
        "To: Bob\r\n <sip:bob@biloxi.com>;tag=a6c85cf\r\n"
        "Call-ID: a84b4c76e66710\r\n"
        "CSeq: 314159 INVITE\r\n"
        "Record-Route: <sip:p1;lr>\r\n"
        "Record-Route: <sip:p2;lr>\r\n"
        "Content-Length: 0\r\n\r\n");
}

TEST_CASE("100 Trying has the Timestamp and no tag (§8.2.6.1), failures have no Record-Route (§12.1.1)") {
  const std::string trying = response_to(kInvite.message(), {.status = 100, .to_tag = "x"});
  CHECK(trying.find("Timestamp: 54\r\n") != std::string::npos);
  CHECK(trying.find("tag=x") == std::string::npos);
  const std::string busy = response_to(kInvite.message(), {.status = 486, .to_tag = "x"});
  CHECK(busy.starts_with("SIP/2.0 486 Busy Here\r\n"));
  CHECK(busy.find("Record-Route") == std::string::npos);
}

TEST_CASE("the top Via gets where the request came from, whatever it claimed (§18.2.1, RFC 3581 §4)") {
  const std::string text =
      response_to(kInvite.message(), {.status = 200, .received = "192.0.2.9", .rport = 5099});
  CHECK(text.find(
            "Via: SIP/2.0/UDP p.example;branch=z9hG4bKp;x=\"a b\";received=192.0.2.9;rport=5099, SIP/2.0/TCP "
            "u.example;branch=z9hG4bKu\r\n") != std::string::npos);
  const Parsed plain{request_with("")};
  const std::string unasked =
      response_to(plain.message(), {.status = 200, .received = "192.0.2.9", .rport = 5099});
  CHECK(unasked.find("Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa;received=192.0.2.9\r\n") !=
        std::string::npos);
}

TEST_CASE("headers and a body are added behind what is copied") {
  const HeaderLine headers[] = {{HeaderId::Contact, "<sip:us>"}, {HeaderId::Other, "1", "X-Own"}};
  const Parsed plain{request_with("")};
  CHECK(response_to(
            plain.message(),
            {.status = 299, .reason = "Fine", .headers = headers, .body_type = "text/plain", .body = "hi"})
            .ends_with(
                "Contact: <sip:us>\r\nX-Own: 1\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"));
}

TEST_CASE("a broken request is answered with what it has (RFC 4475 §3.3.1)") {
  const Parsed insuf{sample::corpus_file(RF_SOURCE_DIR, "rfc4475/insuf.dat")};
  CHECK(response_to(insuf.message(), {.status = 400}) ==
        "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf\r\nCSeq: 193942 "
        "INVITE\r\n"
        "Content-Length: 0\r\n\r\n");
  const Parsed lost{"OPTIONS sip:x SIP/2.0\r\n\r\n"};
  std::array<char, 4096> out;
  CHECK(build_response(lost.message(), {.status = 400}, out).error() == BuildError::Unusable);
}

TEST_CASE("a tag the request already has is never joined by a second") {
  const Parsed tagged{sample::corpus_file(RF_SOURCE_DIR, "rfc4475/lwsruri.dat")};
  CHECK(response_to(tagged.message(), {.status = 400, .to_tag = "new"}).find("tag=new") == std::string::npos);
}

TEST_CASE("responses are whole and safe or not made") {
  std::array<char, 64> small;
  CHECK(build_response(kInvite.message(), {.status = 200}, small).error() == BuildError::NoRoom);
  std::array<char, 4096> out;
  CHECK(build_response(kInvite.message(), {.status = 200, .reason = "a\r\nb"}, out).error() ==
        BuildError::UnsafeText);
  const HeaderLine evil[] = {{HeaderId::Warning, "x\r\nVia: y"}};
  CHECK(build_response(kInvite.message(), {.status = 200, .headers = evil}, out).error() ==
        BuildError::UnsafeText);
}

TEST_CASE("the ACK to a failure belongs to the hop (RFC 3261 §17.1.1.3, example)") {
  const Parsed failure{response_to(kInvite.message(), {.status = 486, .to_tag = "99sa0xk"})};
  REQUIRE(failure.result);
  std::array<char, 4096> out;
  const auto size = build_ack_for_failure(kInvite.message(), failure.message(), out);
  REQUIRE(size);
  CHECK(std::string_view{out.data(), *size} ==
        "ACK sip:bob@biloxi.com SIP/2.0\r\n"
        "Via: SIP/2.0/UDP p.example;branch=z9hG4bKp;rport;received=6.6.6.6;x=\"a b\"\r\n"
        "Route: <sip:next.example;lr>\r\n"
        "Max-Forwards: 70\r\n"
        "From: Alice <sip:alice@atlanta.com>;tag=1928301774\r\n"
        "To: Bob <sip:bob@biloxi.com>;tag=99sa0xk\r\n"
        "Call-ID: a84b4c76e66710\r\n"
        "CSeq: 314159 ACK\r\n"
        "Content-Length: 0\r\n\r\n");
}

TEST_CASE("CANCEL repeats the INVITE and may say why (RFC 3261 §9.1, RFC 3326)") {
  std::array<char, 4096> out;
  const HeaderLine reason[] = {{HeaderId::Reason, "SIP;cause=200;text=\"Call completed elsewhere\""}};
  const auto size = build_cancel(kInvite.message(), out, reason);
  REQUIRE(size);
  const Parsed cancel{std::string_view{out.data(), *size}};
  REQUIRE(cancel.result);
  CHECK(cancel.message().method() == Method::Cancel);
  CHECK(cancel.message().branch() == "z9hG4bKp");
  CHECK(cancel.message().count(HeaderId::Via) == 1);
  CHECK(cancel.message().cseq() == 314159);
  CHECK(cancel.message().to_tag().empty());
  CHECK(cancel.message().has(HeaderId::Reason));
  CHECK(cancel.message().header(HeaderId::Route) == "<sip:next.example;lr>");
}

TEST_CASE("a request of our own is written in the order of the calls") {
  std::array<char, 512> out;
  RequestBuilder builder{out, Method::Options, "sip:peer.example"};
  const auto size = builder.header(HeaderId::Via, "SIP/2.0/UDP us;branch=z9hG4bK1")
                        .header(HeaderId::MaxForwards, std::uint64_t{70})
                        .header("X-Probe", "1")
                        .cseq(7, "OPTIONS")
                        .finish("text/plain", "x");
  REQUIRE(size);
  CHECK(std::string_view{out.data(), *size} ==
        "OPTIONS sip:peer.example SIP/2.0\r\nVia: SIP/2.0/UDP us;branch=z9hG4bK1\r\nMax-Forwards: "
        "70\r\nX-Probe: 1\r\n"
        "CSeq: 7 OPTIONS\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx");
  RequestBuilder evil{out, Method::Options, "sip:peer.example"};
  CHECK(evil.header(HeaderId::Subject, "a\r\nVia: b").finish().error() == BuildError::UnsafeText);
  RequestBuilder broken{out, "OP TIONS", "sip:peer.example"};
  CHECK(broken.finish().error() == BuildError::UnsafeText);
  RequestBuilder split{out, Method::Options, "sip:a SIP/2.0"};
  CHECK(split.finish().error() == BuildError::UnsafeText);
}

TEST_CASE("every status has a phrase, unknown ones that of their class (RFC 3261 §8.1.3.2)") {
  CHECK(reason_of(200) == "OK");
  CHECK(reason_of(481) == "Call/Transaction Does Not Exist");
  CHECK(reason_of(499) == "Bad Request");
  CHECK(reason_of(599) == "Server Internal Error");
}
