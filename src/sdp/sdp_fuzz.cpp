// SPDX-License-Identifier: Apache-2.0
// Any bytes as a session description: what is read comes back byte for byte, model and bytes agree, each
// value written down from its parts reads the same, edits do what they say, and reading takes linear time.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sdp/description.h"
#include "sdp/edits.h"
#include "sip/window_counter.h"

namespace {

using namespace ringfence;
using namespace ringfence::sdp;

constexpr base::IpAddress kRelay = base::IpAddress::v4(192, 0, 2, 99);
constexpr std::uint16_t kPort = 30'000;

std::string built(const Description& description, const Edits& edits, std::size_t room) {
  std::string out(room, '\0');
  const auto size = build(description, edits, out);
  if (!size) return {};
  out.resize(*size);
  return out;
}

/// The value of a line that stands once, in the session.
std::string_view only_line(const Description& description, char type) {
  for (const LineView line : description.lines(description.session(), type)) return line.value;
  return {};
}

// --- each model, written down from its parts ---

std::string written(const Origin& origin) {
  std::string text;
  for (const std::string_view field : {origin.username, origin.session_id, origin.session_version,
                                       origin.nettype, origin.addrtype, origin.address})
    text.append(text.empty() ? "" : " ").append(field);
  return text;
}
std::string written(const Connection& connection) {
  std::string text{connection.nettype};
  text.append(" ").append(connection.addrtype).append(" ").append(connection.address);
  return text.append(connection.multicast.empty() ? "" : "/").append(connection.multicast);
}
std::string written(const Bandwidth& bandwidth) {
  return std::string{bandwidth.type}.append(":").append(std::to_string(bandwidth.value));
}
std::string written(const Timing& timing) {
  return std::to_string(timing.start).append(" ").append(std::to_string(timing.stop));
}
std::string written(const MediaLine& media) {
  std::string text{media.kind};
  text.append(" ").append(std::to_string(media.port)).append("/").append(std::to_string(media.port_count));
  return text.append(" ").append(media.proto).append(" ").append(media.formats);
}
std::string written(const RtpMap& map) {
  std::string text = std::to_string(map.payload);
  text.append(" ").append(map.encoding).append("/").append(std::to_string(map.clock_rate));
  return text.append(map.parameters.empty() ? "" : "/").append(map.parameters);
}
std::string written(const Fmtp& fmtp) {
  return std::string{fmtp.format}.append(fmtp.parameters.empty() ? "" : " ").append(fmtp.parameters);
}
std::string written(const Rtcp& rtcp) {
  return std::to_string(rtcp.port) + (rtcp.connection ? " " + written(*rtcp.connection) : "");
}
std::string written(std::uint32_t number) {
  return std::to_string(number);
}

/// Passes that a reader may take over its text.
constexpr std::size_t kPasses = 4;

/// Two models are the same when they are written the same.
template <class Model>
void round_trip(std::expected<Model, SdpError> (*parse)(std::string_view), std::string_view value) {
  const auto read = sip::read_in_linear_time(value.size(), kPasses, [&] { return parse(value); });
  if (!read) return;
  const std::string text = written(*read);
  const auto again = parse(text);
  RF_ASSERT(again.has_value() && written(*again) == text);
}

void read_as_everything(std::string_view value) {
  round_trip(parse_origin, value);
  round_trip(parse_connection, value);
  round_trip(parse_bandwidth, value);
  round_trip(parse_timing, value);
  round_trip(parse_media_line, value);
  round_trip(parse_rtpmap, value);
  round_trip(parse_fmtp, value);
  round_trip(parse_rtcp, value);
  round_trip(parse_ptime, value);
}

void touch_every_reader(const Description& description) {
  RF_ASSERT(written(description.origin()) == written(*parse_origin(only_line(description, 'o'))));
  RF_ASSERT(description.name() == only_line(description, 's'));
  for (std::size_t i = 0; i < description.line_count(); ++i) {
    const LineView line = description.line(i);
    // Model and bytes: a line is its letter, an equal sign, its value and a line end.
    const std::string_view raw = description.raw_line(i);
    RF_ASSERT(raw[0] == line.type && raw[1] == '=' && raw.substr(2, line.value.size()) == line.value);
    RF_ASSERT(raw.substr(2 + line.value.size()).find_first_not_of("\r\n") == raw.npos);
    read_as_everything(line.value);
    read_as_everything(line.attribute_value());
  }
  for (const Media& media : description.media()) {
    const LineView line = description.line(media.section.first);
    RF_ASSERT(line.type == 'm' && written(*parse_media_line(line.value)) == written(media.line));
    const auto own = description.connection(media.section);
    RF_ASSERT(own.has_value() == media.connection.has_value());
    if (own) RF_ASSERT(written(*own) == written(*media.connection));
    (void)description.direction_of(media);
    (void)description.rtpmap_of(media, 96);
  }
}

/// The lines put together anew, with CR LF behind each, are the same description.
void rebuild(const Description& description) {
  std::string text;
  for (std::size_t i = 0; i < description.line_count(); ++i)
    text.append(1, description.line(i).type).append("=").append(description.line(i).value).append("\r\n");
  Description again;
  if (text.size() > kMaxBytes) return;
  RF_ASSERT(again.parse(text).has_value());
  RF_ASSERT(again.line_count() == description.line_count());
  RF_ASSERT(again.media().size() == description.media().size());
  for (std::size_t i = 0; i < again.line_count(); ++i) {
    RF_ASSERT(again.line(i).type == description.line(i).type &&
              again.line(i).value == description.line(i).value);
    RF_ASSERT(again.line(i).attribute == description.line(i).attribute);
  }
}

/// What a relay does to every offer.
void relay(const Description& description, std::size_t size) {
  Edits edits{description};
  edits.set_connection(description.session(), kRelay);
  for (const Media& media : description.media()) {
    edits.set_connection(media.section, kRelay);
    edits.set_port(media, kPort);
    edits.set_direction(media.section, Direction::Inactive);
    edits.remove_attributes(media.section, AttributeId::Candidate);
    edits.set_attribute(media.section, "rtcp", "30001");
  }
  if (edits.failed()) return;
  const std::string text = built(description, edits, size + 16'384);
  RF_ASSERT(!text.empty());

  Description again;
  const auto read = again.parse(text);
  if (!read) {
    RF_ASSERT(read.error().error == SdpError::TooLarge || read.error().error == SdpError::TooManyLines);
    return;
  }
  RF_ASSERT(again.media().size() == description.media().size());
  for (const Media& media : again.media()) {
    RF_ASSERT(media.line.port == kPort);
    RF_ASSERT(again.connection_of(media)->ip() == kRelay);
    RF_ASSERT(again.direction_of(media) == Direction::Inactive);
    for (const LineView line : again.attributes(media.section, AttributeId::Candidate))
      RF_ASSERT(line.type == '\0');
  }
}

/// Each line may begin a window, and be longer than one.
bool parse_in_linear_time(std::string_view text, Description& description) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const sip::WindowCounter counter;
  const bool sane = description.parse(text).has_value();
  RF_ASSERT(counter.count() <= 4 + 2 * lines + 4 * text.size() / sip::kWindow);
  return sane;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (text.size() <= 4096)
    read_as_everything(text.substr(0, text.find_first_of(std::string_view{"\r\n\0", 3})));
  Description description;
  if (!parse_in_linear_time(text, description)) return 0;
  touch_every_reader(description);
  rebuild(description);
  RF_ASSERT(built(description, Edits{description}, size) == text);
  relay(description, size);
  return 0;
}
