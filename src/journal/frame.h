// SPDX-License-Identifier: Apache-2.0
// Frame: how a record stands in a ring and in a segment: length, owner, sequence and a check over all of it.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>

#include "base/bytes.h"
#include "journal/stream.h"

namespace ringfence::journal {

static_assert(std::endian::native == std::endian::little,
              "journal files are little-endian and are mapped as they are");

/// Frames begin at multiples of this, so that a reader can find the next one behind a damaged place.
inline constexpr std::size_t kFrameAlign = 8;
/// The largest payload of a record.
inline constexpr std::size_t kMaxPayload = std::size_t{256} * 1024;

struct FrameHeader {
  static constexpr std::uint32_t kMagic = 0x464a'4652;  // "RFJF"

  std::uint32_t magic = kMagic;
  std::uint32_t check = 0;  ///< CRC32C of everything after this field, padding excluded
  std::uint32_t size = 0;   ///< of the payload
  std::uint16_t ring = 0;
  std::uint8_t stream = 0;
  std::uint8_t reserved = 0;
  std::uint64_t sequence = 0;  ///< rises within a ring, for ever
};
static_assert(sizeof(FrameHeader) == 24);

/// What a frame with this payload takes, padding included.
[[nodiscard]] constexpr std::size_t frame_bytes(std::size_t payload) {
  return (sizeof(FrameHeader) + payload + kFrameAlign - 1) / kFrameAlign * kFrameAlign;
}

/// A frame as it was found.
struct Frame {
  std::uint64_t sequence = 0;
  base::Bytes payload;
  base::Bytes whole;  ///< header, payload and padding
  std::uint16_t ring = 0;
  Stream stream{};
};

enum class FrameDefect : std::uint8_t {
  Short,     ///< the bytes end inside a frame
  NoFrame,   ///< there is something else
  BadCheck,  ///< the check does not fit what it covers
};

/// Writes a frame at `at`, which has room for frame_bytes(payload.size()).
void write_frame(std::byte* at, std::uint16_t ring, Stream stream, std::uint64_t sequence,
                 base::Bytes payload);

/// The frame at the beginning of `bytes`.
[[nodiscard]] std::expected<Frame, FrameDefect> read_frame(base::Bytes bytes);

/// Where the next whole frame begins, at `from` or later (`from` is a multiple of kFrameAlign).
/// @param budget  bytes that may be checked in vain; goes down. A false start costs what its length claims,
/// so without
///                it a hostile file would cost quadratic time. At zero nothing more is found.
[[nodiscard]] std::optional<std::size_t> find_frame(base::Bytes bytes, std::size_t from, std::size_t& budget);

}  // namespace ringfence::journal
