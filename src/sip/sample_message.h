// SPDX-License-Identifier: Apache-2.0
// Messages that tests, fuzzers and benchmarks of this room share. Never part of the product.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "sip/message.h"

namespace ringfence::sip::sample {

/// A call with an offer, 797 bytes: the message that the side-by-side benchmark parses with every library.
inline constexpr std::string_view kInvite =
    "INVITE sip:bob@biloxi.example;user=phone SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.30:5061;branch=z9hG4bK-524287-1---8f0e2c55;rport\r\n"
    "Max-Forwards: 70\r\n"
    "Route: <sip:127.0.0.10:5060;lr>\r\n"
    "From: \"Alice Example\" <sip:alice@atlanta.example>;tag=9fxced76sl\r\n"
    "To: \"Bob\" <sip:bob@biloxi.example>\r\n"
    "Call-ID: 3848276298220188511@127.0.0.30\r\n"
    "CSeq: 1 INVITE\r\n"
    "Contact: "
    "<sip:alice@127.0.0.30:5061;transport=udp>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-"
    "000A95A0E128>\"\r\n"
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE\r\n"
    "Supported: timer, replaces\r\n"
    "User-Agent: baseline-phone/1.0\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: 182\r\n"
    "\r\n"
    "v=0\r\n"
    "o=alice 53655765 2353687637 IN IP4 127.0.0.30\r\n"
    "s=-\r\n"
    "c=IN IP4 127.0.0.30\r\n"
    "t=0 0\r\n"
    "m=audio 6000 RTP/AVP 8 101\r\n"
    "a=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
    "a=sendrecv\r\n";

/// A registration with credentials, 601 bytes.
inline constexpr std::string_view kRegister =
    "REGISTER sip:biloxi.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.31:5071;branch=z9hG4bKs12.4471.2;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:u4471@biloxi.example>;tag=t4471\r\n"
    "To: <sip:u4471@biloxi.example>\r\n"
    "Call-ID: r4471-7c1d2e@127.0.0.31\r\n"
    "CSeq: 2 REGISTER\r\n"
    "Contact: <sip:u4471@10.0.17.119:5060;transport=udp>;expires=3600\r\n"
    "Authorization: Digest username=\"u4471\", realm=\"biloxi.example\", "
    "nonce=\"ZVsN1mVbDKr9dY0mXl1hYxQwUqT5v0yM\", "
    "uri=\"sip:biloxi.example\", "
    "response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5, cnonce=\"0a4f113b\", qop=auth, "
    "nc=00000001\r\n"
    "User-Agent: baseline-phone/1.0\r\n"
    "Content-Length: 0\r\n"
    "\r\n";

/// A text with its index, read on construction.
struct Parsed {
  explicit Parsed(std::string_view bytes, const Limits& limits = {}) : text{bytes} {
    result = parse(text, index, limits);
  }
  [[nodiscard]] Message message() const { return Message{text, index}; }

  std::string text;
  MessageIndex index;
  std::expected<void, ParseError> result;
};

/// A request with the mandatory headers and `more` header lines ("Name: value\r\n").
inline std::string request_with(std::string_view more,
                                std::string_view request_line = "OPTIONS sip:b@example.com SIP/2.0",
                                std::string_view cseq_method = "OPTIONS") {
  std::string text{request_line};
  text +=
      "\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: "
      "<sip:b@example.com>\r\n";
  text += "Call-ID: x@192.0.2.1\r\nCSeq: 1 ";
  text += cseq_method;
  text += "\r\nMax-Forwards: 70\r\n";
  text += more;
  text += "\r\n";
  return text;
}

/// A file below corpus/; empty when it cannot be read.
inline std::string corpus_file(std::string_view source_dir, std::string_view path) {
  std::string name{source_dir};
  name += "/corpus/";
  name += path;
  std::ifstream file{name, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace ringfence::sip::sample
