// SPDX-License-Identifier: Apache-2.0
// Any bytes as a session description: what is read comes back byte for byte, and edits do what they say.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sdp/description.h"
#include "sdp/edits.h"

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

void touch_every_reader(const Description& description) {
  (void)description.origin();
  for (std::size_t i = 0; i < description.line_count(); ++i) {
    const LineView line = description.line(i);
    (void)parse_rtpmap(line.attribute_value());
    (void)parse_fmtp(line.attribute_value());
    (void)parse_rtcp(line.attribute_value());
    (void)parse_ptime(line.attribute_value());
  }
  for (const Media& media : description.media()) {
    (void)description.connection_of(media);
    (void)description.direction_of(media);
    (void)description.rtpmap_of(media, 96);
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Description description;
  if (!description.parse(text)) return 0;
  touch_every_reader(description);
  RF_ASSERT(built(description, Edits{description}, size) == text);
  relay(description, size);
  return 0;
}
