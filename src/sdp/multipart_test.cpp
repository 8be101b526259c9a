// SPDX-License-Identifier: Apache-2.0
// Bodies in parts: where the session description is, and what is refused.
#include "sdp/multipart.h"

#include <doctest/doctest.h>

#include <string>

namespace ringfence::sdp {
namespace {

constexpr std::string_view kMixed = "multipart/mixed; boundary=b1";

std::string part(std::string_view headers, std::string_view body) {
  return "--b1\r\n" + std::string{headers} + "\r\n" + std::string{body} + "\r\n";
}

MultipartError error_of(std::string_view content_type, std::string_view body) {
  Parts parts;
  const auto split = parts.split(content_type, body);
  REQUIRE_FALSE(split.has_value());
  return split.error();
}

TEST_CASE("a body that is one session description is found whole") {
  CHECK(find_sdp("application/sdp", "v=0\r\n") == "v=0\r\n");
  CHECK(find_sdp("Application/SDP ;charset=utf-8", "v=0\r\n") == "v=0\r\n");
  CHECK(find_sdp("text/plain", "v=0\r\n")->empty());
  CHECK(find_sdp("", "")->empty());
}

TEST_CASE("a session description between other parts is found, without the line end of its delimiter") {
  const std::string body =
      "a preamble\r\n" + part("Content-Type: application/isup;version=x\r\n", "\x01--b1\x02") +
      part("Content-Type: application/sdp\r\nContent-Length: 5\r\n", "v=0\r\n") +
      part("Content-Type: application/pidf+xml\r\n", "<presence/>") + "--b1--\r\nan epilogue";
  CHECK(find_sdp(kMixed, body) == "v=0\r\n");
  CHECK(find_sdp("multipart/mixed;boundary=\"b1\"", body) == "v=0\r\n");
  Parts parts;
  REQUIRE(parts.split(kMixed, body).has_value());
  REQUIRE(parts.all().size() == 3);
  CHECK(parts.all()[0].body == "\x01--b1\x02");
  CHECK(parts.all()[2].content_type == "application/pidf+xml");
}

TEST_CASE("headers of a part may be folded, absent, and in any case") {
  const std::string body =
      part("", "plain text") +
      part("CONTENT-TYPE: application/sdp;\r\n x=y\r\ncontent-disposition: session;handling=required\r\n",
           "v=0") +
      "--b1--";
  CHECK(find_sdp(kMixed, body) == "v=0");
}

TEST_CASE("a part for another purpose, or not in plain bytes, is not the session") {
  const auto only = [](std::string_view headers) {
    return find_sdp(kMixed,
                    part("Content-Type: application/sdp\r\n" + std::string{headers}, "v=0") + "--b1--")
        ->empty();
  };
  CHECK_FALSE(only(""));
  CHECK_FALSE(only("Content-Transfer-Encoding: BINARY\r\n"));
  CHECK(only("Content-Transfer-Encoding: base64\r\n"));
  CHECK(only("Content-Disposition: early-session\r\n"));
}

TEST_CASE("of alternatives the last counts, of others the first (RFC 5621 §4.2)") {
  const std::string body = part("Content-Type: application/sdp\r\n", "first") +
                           part("Content-Type: application/sdp\r\n", "second") + "--b1--";
  CHECK(find_sdp(kMixed, body) == "first");
  CHECK(find_sdp("multipart/alternative;boundary=b1", body) == "second");
}

TEST_CASE("a multipart within a multipart is split, a third level is refused") {
  const std::string inner = "--b1x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b1x--\r\n";
  const std::string body = part("Content-Type: multipart/related;boundary=b1x\r\n", inner) + "--b1--";
  CHECK(find_sdp(kMixed, body) == "v=0");
  Parts parts;
  REQUIRE(parts.split(kMixed, body).has_value());
  CHECK(parts.all()[0].depth == 2);

  const std::string third =
      "--c\r\nContent-Type: multipart/mixed;boundary=d\r\n\r\n--d\r\n\r\nx\r\n--d--\r\n--c--\r\n";
  CHECK(error_of(kMixed, part("Content-Type: multipart/mixed;boundary=c\r\n", third) + "--b1--") ==
        MultipartError::TooDeep);
}

TEST_CASE("a boundary is a whole line: what only begins like it is content") {
  const std::string body =
      part("Content-Type: application/sdp\r\n", "--b11\r\n--b1-\r\n --b1") + "--b1-- \t\r\n";
  CHECK(find_sdp(kMixed, body) == "--b11\r\n--b1-\r\n --b1");
}

TEST_CASE("lines may end in LF alone, and a part may be empty") {
  CHECK(find_sdp(kMixed, "--b1\nContent-Type: application/sdp\n\nv=0\n--b1--") == "v=0");
  Parts parts;
  REQUIRE(parts.split(kMixed, "--b1\r\n--b1\r\n\r\n--b1--").has_value());
  CHECK(parts.all().size() == 2);
  CHECK(parts.all()[0].body.empty());
}

TEST_CASE("what is not a proper multipart is refused") {
  CHECK(error_of("multipart/mixed", "--b1--") == MultipartError::NoBoundary);
  CHECK(error_of("multipart/mixed;boundary=\"\"", "--\r\n--") == MultipartError::NoBoundary);
  CHECK(error_of("multipart/mixed;boundary=" + std::string(71, 'b'), "") == MultipartError::NoBoundary);
  CHECK(error_of("application/sdp", "") == MultipartError::BadContentType);
  CHECK(error_of("multipart", "") == MultipartError::BadContentType);
  CHECK(error_of(kMixed, "nothing\r\n") == MultipartError::NoParts);
  CHECK(error_of(kMixed, part("", "x")) == MultipartError::Unterminated);
  CHECK(error_of(kMixed, "--b1\r\nno empty line\r\n--b1--") == MultipartError::BadHeader);
  CHECK(error_of(kMixed, part("no colon\r\n", "x") + "--b1--") == MultipartError::BadHeader);
  std::string many;
  for (std::size_t i = 0; i <= kMaxParts; ++i) many += part("", "x");
  CHECK(error_of(kMixed, many + "--b1--") == MultipartError::TooManyParts);
}

}  // namespace
}  // namespace ringfence::sdp
