// SPDX-License-Identifier: Apache-2.0
// Records: the way there and back, and damage on the way.
#include "base/serial.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>
#include <string>

#include "base/allocation_counter.h"
#include "base/encoding.h"

using namespace ringfence::base;

namespace {

void write_sample(ByteWriter& out) {
  out.u8(0xab)
      .u16(0x0102)
      .u32(0x0304'0506)
      .u64(std::numeric_limits<std::uint64_t>::max())
      .i64(-2)
      .boolean(true);
  out.text("alice").text("").blob(as_bytes("xyz")).raw(as_bytes("!!"));
}

void check_sample(ByteReader& in) {
  CHECK(in.u8() == 0xab);
  CHECK(in.u16() == 0x0102);
  CHECK(in.u32() == 0x0304'0506);
  CHECK(in.u64() == std::numeric_limits<std::uint64_t>::max());
  CHECK(in.i64() == -2);
  CHECK(in.boolean());
  CHECK(in.text() == "alice");
  CHECK(in.text().empty());
  CHECK(as_text(in.blob()) == "xyz");
  CHECK(as_text(in.raw(2)) == "!!");
}

}  // namespace

TEST_CASE("what is written is read, from a fixed buffer and from a vector") {
  std::array<std::byte, 256> fixed;
  ByteWriter into_fixed{fixed};
  write_sample(into_fixed);
  CHECK(into_fixed.ok());
  ByteReader from_fixed{into_fixed.written()};
  check_sample(from_fixed);
  CHECK(from_fixed.finished());

  std::vector<std::byte> grown(3);
  ByteWriter into_vector{grown};
  write_sample(into_vector);
  CHECK(into_vector.size() == grown.size());
  ByteReader from_vector{Bytes{grown}.subspan(3)};
  check_sample(from_vector);
  CHECK(from_vector.finished());
}

TEST_CASE("numbers are little-endian, texts carry their length") {
  std::vector<std::byte> bytes;
  ByteWriter{bytes}.u16(0x0102).text("hi").i64(-2);
  CHECK(to_hex(bytes) ==
        "0201"
        "02000000"
        "6869"
        "feffffffffffffff");
}

TEST_CASE("a record that is cut anywhere is noticed") {
  std::vector<std::byte> whole;
  ByteWriter out{whole};
  write_sample(out);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ByteReader in{Bytes{whole}.first(size)};
    (void)in.u8(), (void)in.u16(), (void)in.u32(), (void)in.u64(), (void)in.i64(), (void)in.boolean();
    (void)in.text(), (void)in.text(), (void)in.blob(), (void)in.raw(2);
    CHECK_FALSE(in.ok());
    CHECK_FALSE(in.finished());
  }
}

TEST_CASE("after the first read past the end everything reads as nothing") {
  std::vector<std::byte> bytes;
  ByteWriter{bytes}.u32(0xffff'ffff).u8(7);  // a length that no buffer has
  ByteReader in{bytes};
  CHECK(in.text().empty());
  CHECK_FALSE(in.ok());
  CHECK(in.u8() == 0);
  CHECK(in.remaining() == 1);
}

TEST_CASE("a flag is zero or one") {
  const std::array<std::byte, 1> two{std::byte{2}};
  ByteReader in{two};
  CHECK_FALSE(in.boolean());
  CHECK_FALSE(in.ok());
}

TEST_CASE("a fixed buffer that is full takes nothing more, and is never overrun or allocated") {
  std::array<std::byte, 8> buffer{};
  const auto before = allocations_on_this_thread();
  ByteWriter out{MutableBytes{buffer}.first(6)};
  out.u32(1).u32(2).u8(3);
  CHECK_FALSE(out.ok());
  CHECK(out.written().size() == 4);
  CHECK(buffer[4] == std::byte{0});
  CHECK(allocations_on_this_thread() == before);
}
