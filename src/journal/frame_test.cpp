// SPDX-License-Identifier: Apache-2.0
// Frames and their check.
#include "journal/frame.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "journal/crc32c.h"

namespace ringfence::journal {
namespace {

std::vector<std::byte> framed(std::string_view payload, std::uint64_t sequence = 7) {
  std::vector<std::byte> out(frame_bytes(payload.size()));
  write_frame(out.data(), 3, Stream::Test, sequence, base::as_bytes(payload));
  return out;
}

TEST_CASE("CRC32C gives the known answers of RFC 3720 §B.4") {
  std::vector<std::byte> bytes(32);
  CHECK(crc32c(bytes) == 0x8a9136aa);
  for (std::byte& byte : bytes) byte = std::byte{0xff};
  CHECK(crc32c(bytes) == 0x62a8ab43);
  CHECK(crc32c(base::as_bytes("123456789")) == 0xe3069283);
}

TEST_CASE("the processor's instruction and the table agree at every length") {
  base::SeededRandom random{1};
  std::vector<std::byte> bytes(200);
  random.fill(bytes);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const base::Bytes part{bytes.data(), size};
    CHECK(crc32c(part) == detail::crc32c_by_table(part));
  }
}

TEST_CASE("a frame reads back as it was written") {
  for (const std::string& payload : {std::string{}, std::string{"x"}, std::string(1000, 'y')}) {
    const auto bytes = framed(payload);
    const auto frame = read_frame(bytes);
    REQUIRE(frame);
    CHECK(base::as_text(frame->payload) == payload);
    CHECK(frame->sequence == 7);
    CHECK(frame->ring == 3);
    CHECK(frame->stream == Stream::Test);
    CHECK(frame->whole.size() == bytes.size());
  }
}

TEST_CASE("no changed bit of a frame goes unnoticed") {
  const std::string_view payload = "sip:1001@example.test";
  auto bytes = framed(payload);
  const std::size_t covered = sizeof(FrameHeader) + payload.size();  // the padding behind carries nothing
  for (std::size_t bit = 0; bit < covered * 8; ++bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    CHECK_FALSE(read_frame(bytes));
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  CHECK(read_frame(bytes));
}

TEST_CASE("a frame that was cut anywhere is no frame") {
  const auto bytes = framed("some payload");
  for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_FALSE(read_frame({bytes.data(), size}));
}

TEST_CASE("the next whole frame is found behind a damaged place, and the search ends when its budget does") {
  auto bytes = framed("first");
  const std::size_t second_at = bytes.size();
  const auto second = framed("second");
  bytes.insert(bytes.end(), second.begin(), second.end());
  bytes[sizeof(FrameHeader)] ^= std::byte{1};

  std::size_t budget = 1000;
  CHECK(find_frame(bytes, 0, budget) == second_at);
  CHECK(budget == 1000 - 5);
  budget = 3;
  CHECK_FALSE(find_frame(bytes, 0, budget));
}

}  // namespace
}  // namespace ringfence::journal
