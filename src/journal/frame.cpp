// SPDX-License-Identifier: Apache-2.0
// Writing, checking and finding frames.
#include "journal/frame.h"

#include <cstring>

#include "base/assert.h"
#include "journal/crc32c.h"

namespace ringfence::journal {
namespace {

constexpr std::size_t kCovered = offsetof(FrameHeader, size);

}  // namespace

void write_frame(std::byte* at, std::uint16_t ring, Stream stream, std::uint64_t sequence,
                 base::Bytes payload) {
  RF_ASSERT(payload.size() <= kMaxPayload);
  FrameHeader header{.size = static_cast<std::uint32_t>(payload.size()),
                     .ring = ring,
                     .stream = static_cast<std::uint8_t>(stream),
                     .sequence = sequence};
  std::memcpy(at, &header, sizeof header);
  if (!payload.empty()) std::memcpy(at + sizeof header, payload.data(), payload.size());
  const std::size_t end = sizeof header + payload.size();
  std::memset(at + end, 0, frame_bytes(payload.size()) - end);
  header.check = crc32c({at + kCovered, end - kCovered});
  std::memcpy(at + offsetof(FrameHeader, check), &header.check, sizeof header.check);
}

std::expected<Frame, FrameDefect> read_frame(base::Bytes bytes) {
  if (bytes.size() < sizeof(FrameHeader)) return std::unexpected(FrameDefect::Short);
  FrameHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != FrameHeader::kMagic || header.size > kMaxPayload)
    return std::unexpected(FrameDefect::NoFrame);
  const std::size_t whole = frame_bytes(header.size);
  if (bytes.size() < whole) return std::unexpected(FrameDefect::Short);
  const std::size_t end = sizeof header + header.size;
  if (crc32c(bytes.subspan(kCovered, end - kCovered)) != header.check)
    return std::unexpected(FrameDefect::BadCheck);
  return Frame{.sequence = header.sequence,
               .payload = bytes.subspan(sizeof header, header.size),
               .whole = bytes.first(whole),
               .ring = header.ring,
               .stream = static_cast<Stream>(header.stream)};
}

std::optional<std::size_t> find_frame(base::Bytes bytes, std::size_t from, std::size_t& budget) {
  for (std::size_t at = from; at + sizeof(FrameHeader) <= bytes.size(); at += kFrameAlign) {
    FrameHeader header;
    std::memcpy(&header, bytes.data() + at, sizeof header);
    if (header.magic != FrameHeader::kMagic || header.size > kMaxPayload) continue;
    if (header.size > budget) return std::nullopt;
    if (read_frame(bytes.subspan(at))) return at;
    budget -= header.size;
  }
  return std::nullopt;
}

}  // namespace ringfence::journal
