// SPDX-License-Identifier: Apache-2.0
#include "transport/framing.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ringfence;
using transport::FrameKind;
using transport::FrameResult;
using transport::FramingLimits;

namespace {

FrameResult frame(std::string_view bytes, std::size_t seen = 0, const FramingLimits& limits = {}) {
  return transport::frame_stream(bytes, seen, limits);
}

const std::string kOptions = "OPTIONS sip:a@example.test SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";

}  // namespace

TEST_CASE("a message ends where its Content-Length says (RFC 3261 §18.3)") {
  CHECK(frame(kOptions) == FrameResult{FrameKind::Message, kOptions.size()});
  CHECK(frame(kOptions + "INVITE sip:") == FrameResult{FrameKind::Message, kOptions.size()});
  CHECK(frame("BYE sip:a@b SIP/2.0\r\nl:0\r\n\r\n").kind == FrameKind::Message);
}

TEST_CASE("an incomplete body tells the whole size as soon as it is known") {
  CHECK(frame(kOptions.substr(0, kOptions.size() - 1)) == FrameResult{FrameKind::NeedMore, kOptions.size()});
  CHECK(frame(kOptions.substr(0, 40)) == FrameResult{FrameKind::NeedMore, 0});
}

TEST_CASE("Content-Length is found in any spelling that RFC 3261 §7.3 allows") {
  for (const char* field : {"content-length: 4", "CONTENT-LENGTH:4", "Content-Length  :  4  ", "L: 4",
                            "l:\r\n 4", "Content-Length:\t4", "Content-Length:\r\n\t4\r\n "}) {
    CAPTURE(field);
    const std::string text =
        "X sip:a SIP/2.0\r\nSubject: lunch\r\n" + std::string{field} + "\r\nCall-ID: c\r\n\r\nbody";
    CHECK(frame(text) == FrameResult{FrameKind::Message, text.size()});
  }
}

TEST_CASE("a Content-Length that stands inside a fold or another name is none") {
  CHECK(frame("X sip:a SIP/2.0\r\nSubject: a\r\n Content-Length: 4\r\n\r\nbody").kind ==
        FrameKind::Unframeable);
  CHECK(frame("X sip:a SIP/2.0\r\nX-Content-Length: 4\r\n\r\nbody").kind == FrameKind::Unframeable);
  CHECK(frame("Content-Length: 4 SIP/2.0\r\n\r\nbody").kind == FrameKind::Unframeable);
}

TEST_CASE("without one usable Content-Length the end is unknown (RFC 3261 §20.14)") {
  for (const char* fields :
       {"", "Content-Length: \r\n", "Content-Length: four\r\n", "Content-Length: -1\r\n",
        "Content-Length: 4, 4\r\n", "Content-Length: 0x4\r\n", "Content-Length: 99999999999999999999999\r\n",
        "Content-Length: 4\r\nl: 5\r\n", "Content-Length: 4\r\nContent-Length: 4\r\n"}) {
    CAPTURE(fields);
    const std::string head = "X sip:a SIP/2.0\r\n" + std::string{fields} + "\r\n";
    CHECK(frame(head + "body") == FrameResult{FrameKind::Unframeable, head.size()});
  }
}

TEST_CASE("a double CRLF is a ping, a single one is skipped (RFC 5626 §4.4.1, RFC 3261 §7.5)") {
  CHECK(frame("\r\n\r\n") == FrameResult{FrameKind::Ping, 4});
  CHECK(frame("\r\n\r\n\r\n") == FrameResult{FrameKind::Ping, 4});
  CHECK(frame("\r\nINVITE") == FrameResult{FrameKind::Skip, 2});
  CHECK(frame("\r").kind == FrameKind::Between);
  CHECK(frame("\r\n").kind == FrameKind::Between);
  CHECK(frame("\r\n\r").kind == FrameKind::Between);
}

TEST_CASE("bytes that cannot begin a message break the stream at once") {
  CHECK(frame("\x16\x03\x01\x02").kind == FrameKind::Broken);  // a TLS client on a plain port
  CHECK(frame(std::string(1, '\0')).kind == FrameKind::Broken);
  CHECK(frame("\rINVITE").kind == FrameKind::Broken);
  CHECK(frame("\nINVITE").kind == FrameKind::Broken);
  CHECK(frame("!odd.Method sip:a SIP/2.0\r\nl: 0\r\n\r\n").kind == FrameKind::Message);  // RFC 4475 §3.1.1.2
}

TEST_CASE("the header section is bounded before its Content-Length is known") {
  const FramingLimits limits{.header_bytes = 100};
  const std::string endless(99, 'a');
  CHECK(frame(endless, 0, limits).kind == FrameKind::NeedMore);
  CHECK(frame(endless + "a", 99, limits).kind == FrameKind::Broken);
  CHECK(frame(endless + "\r\n\r\n", 99, limits).kind == FrameKind::Broken);
}

TEST_CASE("a Content-Length above the cap is known to be too large before the body comes") {
  const FramingLimits limits{.message_bytes = 1000};
  const std::string head = "X sip:a SIP/2.0\r\nl: 1000\r\n\r\n";
  CHECK(frame(head, 0, limits) == FrameResult{FrameKind::TooLarge, head.size()});
  CHECK(frame("X sip:a SIP/2.0\r\nl: 18446744073709551615\r\n\r\n", 0, limits).kind == FrameKind::TooLarge);
  CHECK(frame("X sip:a SIP/2.0\r\nl: 900\r\n\r\n", 0, limits).kind == FrameKind::NeedMore);
}

TEST_CASE("a search that goes on where it stopped finds the same end") {
  for (std::size_t seen = 0; seen < kOptions.size() - 4; ++seen) {
    if (frame(kOptions.substr(0, seen)).size != 0) break;
    CHECK(frame(kOptions, seen) == FrameResult{FrameKind::Message, kOptions.size()});
  }
}
