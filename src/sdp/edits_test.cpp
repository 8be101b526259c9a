// SPDX-License-Identifier: Apache-2.0
// What is not edited stays byte for byte; what is edited reads back as it was meant.
#include "sdp/edits.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "base/allocation_counter.h"

namespace ringfence::sdp {
namespace {

constexpr std::string_view kOffer =
    "v=0\r\n"
    "o=- 1 1 IN IP4 10.0.0.1\r\n"
    "s=-\r\n"
    "c=IN IP4 10.0.0.1\r\n"
    "t=0 0\r\n"
    "a=x-session:1\r\n"
    "m=audio 4000 RTP/AVP 0 8\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "a=ptime:20\r\n"
    "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\n"
    "a=sendonly\r\n"
    "a=candidate:2 1 UDP 1 10.0.0.1 4000 typ host\r\n"
    "m=video 5000/2 RTP/AVP 99\r\n"
    "i=picture\r\n"
    "b=AS:500\r\n";

struct Fixture {
  std::unique_ptr<Description> sdp = [] {
    auto description = std::make_unique<Description>();
    REQUIRE(description->parse(kOffer).has_value());
    return description;
  }();
  Edits edits{*sdp};
  const Media& audio = sdp->media()[0];
  const Media& video = sdp->media()[1];

  [[nodiscard]] std::string built() const {
    std::string out(4096, '\0');
    const auto size = build(*sdp, edits, out);
    REQUIRE(size.has_value());
    out.resize(*size);
    return out;
  }
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  REQUIRE(at != text.npos);
  return text.replace(at, what.size(), with);
}

TEST_CASE_FIXTURE(Fixture, "without edits the text comes back byte for byte") {
  CHECK(edits.empty());
  CHECK(built() == kOffer);
}

TEST_CASE_FIXTURE(Fixture, "a connection is replaced in its place, or added in its place") {
  edits.set_connection(sdp->session(), base::IpAddress::v4(192, 0, 2, 1));
  CHECK(built() == replaced(std::string{kOffer}, "c=IN IP4 10.0.0.1", "c=IN IP4 192.0.2.1"));
  edits.set_connection(video.section, *base::IpAddress::parse("2001:db8::1"));
  edits.set_connection(video.section, *base::IpAddress::parse("2001:db8::2"));  // the last one counts
  CHECK(built().ends_with("m=video 5000/2 RTP/AVP 99\r\ni=picture\r\nc=IN IP6 2001:db8::2\r\nb=AS:500\r\n"));
}

TEST_CASE_FIXTURE(Fixture, "a port is replaced; kind, number of ports, protocol and formats stay") {
  edits.set_port(audio, 30'000);
  edits.set_port(video, 0);
  const std::string text = replaced(std::string{kOffer}, "m=audio 4000", "m=audio 30000");
  CHECK(built() == replaced(text, "m=video 5000/2", "m=video 0/2"));
}

TEST_CASE_FIXTURE(Fixture, "an attribute is set once, whatever was there") {
  edits.set_attribute(audio.section, "ptime", "30");
  CHECK(built() == replaced(std::string{kOffer}, "ptime:20", "ptime:30"));
  edits.set_attribute(audio.section, "ptime", "40");
  CHECK(built() == replaced(std::string{kOffer}, "ptime:20", "ptime:40"));
  edits.set_attribute(audio.section, "candidate", "3");
  CHECK(built().find("a=candidate:3\r\na=sendonly\r\nm=video") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture,
                  "a new attribute stands at the end of its section, and setting it again replaces it") {
  edits.set_attribute(audio.section, "rtcp", "30001");
  edits.set_attribute(audio.section, "rtcp", "30003");
  edits.add_attribute(audio.section, "rtcp-mux");
  edits.set_attribute(sdp->session(), "ice-lite");
  const std::string text = built();
  CHECK(text.find("typ host\r\na=rtcp:30003\r\na=rtcp-mux\r\nm=video") != std::string::npos);
  CHECK(text.find("rtcp:30001") == std::string::npos);
  CHECK(text.find("a=x-session:1\r\na=ice-lite\r\nm=audio") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "attributes are removed, those that were added too") {
  edits.add_attribute(audio.section, "candidate", "3");
  edits.remove_attributes(audio.section, AttributeId::Candidate);
  CHECK(built().find("candidate") == std::string::npos);
  edits.remove_attributes(sdp->session(), "x-sess");  // only the whole name counts
  CHECK(built().find("x-session") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a direction replaces any other") {
  edits.set_direction(audio.section, Direction::Inactive);
  CHECK(built().find("sendonly") == std::string::npos);
  CHECK(built().find("a=inactive\r\nm=video") != std::string::npos);
  edits.set_direction(audio.section, Direction::SendOnly);
  CHECK(built() == kOffer);
}

TEST_CASE_FIXTURE(Fixture, "a removed line may be replaced again, and a replaced one removed") {
  edits.remove_line(2);
  edits.replace_line(2, {"s=", "again"});
  CHECK(built() == replaced(std::string{kOffer}, "s=-", "s=again"));
  edits.remove_line(2);
  CHECK(built() == replaced(std::string{kOffer}, "s=-\r\n", ""));
}

TEST_CASE("a line behind a last line without end gets that end first") {
  const std::string text = "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0";
  Description sdp;
  REQUIRE(sdp.parse(text).has_value());
  Edits edits{sdp};
  edits.add_attribute(sdp.session(), "x");
  std::string out(200, '\0');
  out.resize(build(sdp, edits, out).value());
  CHECK(out == text + "\r\na=x\r\n");
}

TEST_CASE_FIXTURE(
    Fixture, "text that would begin a line of its own is refused, and so is more than there is room for") {
  SUBCASE("a line break") {
    edits.set_attribute(audio.section, "x", "1\r\nm=evil 1 RTP/AVP 0");
  }
  SUBCASE("too much text") {
    const std::string large(Edits::kTextBytes, 'x');
    edits.add_attribute(audio.section, "x", large);
  }
  SUBCASE("too many lines") {
    for (std::size_t i = 0; i <= Edits::kMaxNewLines; ++i) edits.add_attribute(audio.section, "x");
  }
  CHECK(edits.failed());
  std::string out(65'536, '\0');
  CHECK(build(*sdp, edits, out).error() == BuildError::EditsFailed);
}

TEST_CASE_FIXTURE(Fixture, "a buffer that is too small is told, never overrun") {
  edits.set_port(audio, 30'000);
  const std::size_t needed = built().size();
  for (std::size_t room = 0; room < needed; ++room) {
    std::string out(room, '\0');
    CHECK(build(*sdp, edits, out).error() == BuildError::NoRoom);
  }
}

TEST_CASE_FIXTURE(Fixture, "editing and building allocates nothing") {
  if (!base::counting_available()) return;
  std::string out(4096, '\0');
  const auto before = base::allocations_on_this_thread();
  for (const Media& media : sdp->media()) {
    edits.set_connection(media.section, base::IpAddress::v4(192, 0, 2, 1));
    edits.set_port(media, 30'000);
    edits.set_direction(media.section, Direction::SendRecv);
    edits.remove_attributes(media.section, AttributeId::Candidate);
  }
  const bool done = build(*sdp, edits, out).has_value();
  CHECK(base::allocations_on_this_thread() == before);
  CHECK(done);
}

}  // namespace
}  // namespace ringfence::sdp
