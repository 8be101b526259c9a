// SPDX-License-Identifier: Apache-2.0
// Session descriptions to values: the RFC's examples, what phones send, and what is refused with its line.
#include "sdp/description.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/allocation_counter.h"

namespace ringfence::sdp {
namespace {

// RFC 8866 §5, with every kind of line.
constexpr std::string_view kFull =
    "v=0\r\n"
    "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r\n"
    "s=Call to John Smith\r\n"
    "i=SDP Offer #1\r\n"
    "u=http://www.jdoe.example.com/home.html\r\n"
    "e=Jane Doe <jane@jdoe.example.com>\r\n"
    "p=+1 617 555-6011\r\n"
    "c=IN IP4 198.51.100.1\r\n"
    "b=AS:256\r\n"
    "b=TIAS:64000\r\n"
    "t=3724394400 3724398000\r\n"
    "r=604800 3600 0 90000\r\n"
    "z=3724394400 -1h\r\n"
    "k=prompt\r\n"
    "a=recvonly\r\n"
    "q=a line of a later RFC\r\n"
    "m=audio 49170 RTP/AVP 0 96\r\n"
    "i=the voice\r\n"
    "b=AS:80\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:96 opus/48000/2\r\n"
    "a=fmtp:96 useinbandfec=1; stereo=0\r\n"
    "a=ptime:20\r\n"
    "a=sendrecv\r\n"
    "a=rtcp:53020 IN IP6 2001:db8::1\r\n"
    "a=candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host\r\n"
    "a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998\r\n"
    "a=x-unknown:kept as it is\r\n"
    "m=video 51372/2 RTP/SAVPF 99\r\n"
    "c=IN IP6 ff15::103/3\r\n"
    "a=rtpmap:99 H264/90000\r\n"
    "m=image 0 udptl t38\r\n";

/// The lines that every description needs, and more.
std::string minimal(std::string_view more = {}) {
  return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n" + std::string{more};
}

struct Parsed {
  explicit Parsed(std::string given) : text{std::move(given)}, result{description->parse(text)} {}
  std::string text;
  std::unique_ptr<Description> description = std::make_unique<Description>();
  std::expected<void, ParseError> result;
};

ParseError error_of(std::string text) {
  const Parsed parsed{std::move(text)};
  REQUIRE_FALSE(parsed.result.has_value());
  return parsed.result.error();
}

std::vector<std::string> values(const Description::Lines& lines) {
  std::vector<std::string> found;
  for (const LineView line : lines) found.emplace_back(line.value);
  return found;
}

TEST_CASE("every kind of line is read, and what is unknown is kept in its place") {
  const Parsed parsed{std::string{kFull}};
  REQUIRE(parsed.result.has_value());
  const Description& sdp = *parsed.description;
  const Origin origin = sdp.origin();
  CHECK(origin.username == "jdoe");
  CHECK(origin.session_id == "3724394400");
  CHECK(origin.session_version == "3724394405");
  CHECK(origin.address == "198.51.100.1");
  CHECK(sdp.name() == "Call to John Smith");
  CHECK(sdp.connection(sdp.session())->ip() == base::IpAddress::v4(198, 51, 100, 1));
  CHECK(values(sdp.lines(sdp.session(), 'b')) == std::vector<std::string>{"AS:256", "TIAS:64000"});
  CHECK(values(sdp.lines(sdp.session(), 'r')) == std::vector<std::string>{"604800 3600 0 90000"});
  CHECK(values(sdp.lines(sdp.session(), 'q')) == std::vector<std::string>{"a line of a later RFC"});
  CHECK(values(sdp.lines(sdp.session())).size() == 16);
  CHECK(sdp.line(8).type == 'b');
  CHECK(sdp.line_count() == 32);
}

TEST_CASE("media have their line, their section and their attributes") {
  const Parsed parsed{std::string{kFull}};
  const Description& sdp = *parsed.description;
  REQUIRE(sdp.media().size() == 3);
  const Media& audio = sdp.media()[0];
  CHECK(audio.line.kind == "audio");
  CHECK(audio.line.port == 49'170);
  CHECK(audio.line.proto == "RTP/AVP");
  CHECK(audio.line.formats == "0 96");
  CHECK(sdp.rtpmap_of(audio, 96)->encoding == "opus");
  CHECK(sdp.rtpmap_of(audio, 96)->clock_rate == 48'000);
  CHECK(sdp.rtpmap_of(audio, 96)->parameters == "2");
  CHECK_FALSE(sdp.rtpmap_of(audio, 8).has_value());
  CHECK(values(sdp.attributes(audio.section, AttributeId::Candidate)).size() == 2);
  CHECK(values(sdp.attributes(audio.section, "x-unknown")) ==
        std::vector<std::string>{"x-unknown:kept as it is"});
  CHECK(values(sdp.attributes(audio.section, "x-unkno")).empty());

  const Media& video = sdp.media()[1];
  CHECK(video.line.port_count == 2);
  CHECK(sdp.connection_of(video)->ip() == base::IpAddress::parse("ff15::103"));
  CHECK(sdp.connection_of(video)->multicast == "3");
  CHECK(sdp.connection_of(audio)->address == "198.51.100.1");
  CHECK(sdp.media()[2].line.port == 0);
}

TEST_CASE("a direction holds for its medium, else that of the session, else sendrecv") {
  const Parsed parsed{std::string{kFull}};
  const Description& sdp = *parsed.description;
  CHECK(sdp.direction_of(sdp.media()[0]) == Direction::SendRecv);
  CHECK(sdp.direction_of(sdp.media()[1]) == Direction::RecvOnly);
  const Parsed plain{minimal("m=audio 4000 RTP/AVP 0\r\n")};
  CHECK(plain.description->direction_of(plain.description->media()[0]) == Direction::SendRecv);
}

TEST_CASE("the raw lines and the trailer are the text") {
  for (const std::string& text :
       {std::string{kFull}, minimal(), minimal("\r\n\r\n"), minimal("a=x"), minimal("a=x\n\n")}) {
    const Parsed parsed{text};
    REQUIRE(parsed.result.has_value());
    std::string joined;
    for (std::size_t i = 0; i < parsed.description->line_count(); ++i)
      joined += parsed.description->raw_line(i);
    CHECK(joined + std::string{parsed.description->trailer()} == text);
  }
}

TEST_CASE("a description may have no media, a c= for each medium, or none at all") {
  CHECK(Parsed{minimal()}.description->media().empty());
  const Parsed each{
      minimal("m=audio 1 RTP/AVP 0\r\nc=IN IP4 192.0.2.7\r\nm=audio 2 RTP/AVP 0\r\nc=IN IP4 "
              "192.0.2.8\r\nc=IN IP4 192.0.2.9\r\n")};
  REQUIRE(each.result.has_value());
  const Description& sdp = *each.description;
  CHECK_FALSE(sdp.connection(sdp.session()).has_value());
  CHECK(sdp.connection_of(sdp.media()[0])->address == "192.0.2.7");
  CHECK(sdp.connection_of(sdp.media()[1])->address == "192.0.2.8");
  CHECK(values(sdp.lines(sdp.media()[1].section, 'c')).size() == 2);
  const Parsed none{minimal("m=audio 1 RTP/AVP 0\r\n")};
  CHECK_FALSE(none.description->connection_of(none.description->media()[0]).has_value());
}

TEST_CASE(
    "what phones write differently is read: LF alone, other orders, an empty s=, blanks at the end of m=") {
  CHECK(Parsed{"v=0\no=- 1 1 IN IP4 1.2.3.4\ns=\nt=0 0\n"}.result.has_value());
  CHECK(Parsed{"v=0\r\ns= \r\no=- 1 1 IN IP4 1.2.3.4\r\nb=AS:1\r\nc=IN IP4 1.2.3.4\r\na=x\r\nt=0 0\r\n"}
            .result.has_value());
  const Parsed blanks{minimal("m=audio 4000 RTP/AVP 0 8 \r\n")};
  CHECK(blanks.description->media()[0].line.formats == "0 8");
}

TEST_CASE("a mistake is told with its line") {
  const auto at_line = [](SdpError error, std::uint16_t line) { return ParseError{error, line}; };
  CHECK(error_of("") == at_line(SdpError::BadVersion, 0));
  CHECK(error_of("\r\n") == at_line(SdpError::BadVersion, 0));
  CHECK(error_of("v=1\r\n") == at_line(SdpError::BadVersion, 1));
  CHECK(error_of("s=-\r\nv=0\r\n") == at_line(SdpError::BadVersion, 1));
  CHECK(error_of("m=audio 1 RTP/AVP 0\r\n") == at_line(SdpError::BadVersion, 1));
  CHECK(error_of("v=0\r\ns=-\r\nt=0 0\r\n") == at_line(SdpError::MissingOrigin, 0));
  CHECK(error_of("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\nt=0 0\r\n") == at_line(SdpError::MissingName, 0));
  CHECK(error_of("v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\n") == at_line(SdpError::MissingTiming, 0));
  CHECK(error_of("v=0\r\no=- x 1 IN IP4 1.2.3.4\r\n") == at_line(SdpError::BadOrigin, 2));
  CHECK(error_of("v=0\r\no=- 1 1 IN IP4\r\n") == at_line(SdpError::BadOrigin, 2));
  CHECK(error_of(minimal("s=-\r\n")) == at_line(SdpError::DuplicateLine, 5));
  CHECK(error_of(minimal("m=audio 1 RTP/AVP 0\r\nt=0 0\r\n")) == at_line(SdpError::MisplacedLine, 6));
  CHECK(error_of(minimal("c=IN IP4\r\n")) == at_line(SdpError::BadConnection, 5));
  CHECK(error_of(minimal("c=IN IP4 224.2.1.1/x\r\n")) == at_line(SdpError::BadConnection, 5));
  CHECK(error_of(minimal("b=256\r\n")) == at_line(SdpError::BadBandwidth, 5));
  CHECK(error_of(minimal("t=0\r\n")) == at_line(SdpError::BadTiming, 5));
  CHECK(error_of(minimal("m=audio 65536 RTP/AVP 0\r\n")) == at_line(SdpError::BadPort, 5));
  CHECK(error_of(minimal("m=audio 1/0 RTP/AVP 0\r\n")) == at_line(SdpError::BadPort, 5));
  CHECK(error_of(minimal("m=audio 1 RTP/AVP\r\n")) == at_line(SdpError::BadMedia, 5));
  CHECK(error_of(minimal("a=\r\n")) == at_line(SdpError::BadAttribute, 5));
  CHECK(error_of(minimal("a=:1\r\n")) == at_line(SdpError::BadAttribute, 5));
  CHECK(error_of(minimal("garbage\r\n")) == at_line(SdpError::BadLine, 5));
  CHECK(error_of(minimal("a =x\r\n")) == at_line(SdpError::BadLine, 5));
  CHECK(error_of(minimal("\r\na=x\r\n")) == at_line(SdpError::BadLine, 5));
  CHECK(error_of(minimal("a=x\ry\r\n")) == at_line(SdpError::BadCharacter, 5));
  CHECK(error_of(minimal("a=x\r")) == at_line(SdpError::BadCharacter, 5));
  CHECK(error_of(minimal(std::string_view{"a=\0\r\n", 5})) == at_line(SdpError::BadCharacter, 5));
}

TEST_CASE("lines, media and bytes have their caps") {
  std::string lines = minimal();
  for (std::size_t i = 4; i < kMaxLines; ++i) lines += "a=x\r\n";
  CHECK(Parsed{lines}.result.has_value());
  CHECK(error_of(lines + "a=x\r\n") == ParseError{SdpError::TooManyLines, kMaxLines + 1});

  std::string media = minimal();
  for (std::size_t i = 0; i < kMaxMedia; ++i) media += "m=audio 1 RTP/AVP 0\r\n";
  CHECK(Parsed{media}.result.has_value());
  CHECK(error_of(media + "m=audio 1 RTP/AVP 0\r\n").error == SdpError::TooManyMedia);
  CHECK(error_of(minimal("a=" + std::string(kMaxBytes, 'x'))).error == SdpError::TooLarge);
}

TEST_CASE("lines of every length are read, whatever they share a window with") {
  for (std::size_t length = 1; length < 200; ++length) {
    const std::string name(length, 'n');
    const std::string id(length, '7');
    CAPTURE(length);
    const Parsed parsed{"v=0\r\no=" + name + " " + id + " 1 IN IP4 1.2.3.4\r\ns=" + name +
                        "\r\nt=0 0\r\na=" + name + ":x\r\nm=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 " + name +
                        "/8000\r\nc=IN IP4 " + name + ".example\r\n"};
    REQUIRE(parsed.result.has_value());
    const Description& sdp = *parsed.description;
    CHECK(sdp.origin().username == name);
    CHECK(sdp.origin().session_id == id);
    CHECK(sdp.name() == name);
    CHECK(sdp.line(4).attribute_value() == "x");
    CHECK(sdp.media()[0].line.formats == "8 101");
    CHECK(sdp.rtpmap_of(sdp.media()[0], 8)->encoding == name);
    CHECK(sdp.connection_of(sdp.media()[0])->address == name + ".example");
  }
}

TEST_CASE("parsing and reading allocate nothing") {
  if (!base::counting_available()) return;
  Description sdp;
  const auto before = base::allocations_on_this_thread();
  const bool read = sdp.parse(kFull).has_value();
  const auto map = sdp.rtpmap_of(sdp.media()[0], 96);
  const auto connection = sdp.connection_of(sdp.media()[0]);
  CHECK(base::allocations_on_this_thread() == before);
  CHECK((read && map && connection));
}

TEST_CASE("a description can be used again for another text") {
  Description sdp;
  REQUIRE(sdp.parse(kFull).has_value());
  const std::string second = minimal();
  REQUIRE(sdp.parse(second).has_value());
  CHECK(sdp.media().empty());
  CHECK(sdp.line_count() == 4);
}

}  // namespace
}  // namespace ringfence::sdp
