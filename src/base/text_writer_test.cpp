// SPDX-License-Identifier: Apache-2.0
// Text into fixed buffers.
#include "base/text_writer.h"

#include <doctest/doctest.h>

#include <array>
#include <limits>

using namespace ringfence::base;

TEST_CASE("text and numbers are appended in order") {
  std::array<char, 128> buffer;
  TextWriter out{buffer};
  out.append("a=").append_decimal(0).append(' ').append_decimal(std::numeric_limits<std::uint64_t>::max());
  CHECK(out.view() == "a=0 18446744073709551615");
  out.rewind(0);
  out.append_signed(-5)
      .append(',')
      .append_signed(std::numeric_limits<std::int64_t>::min())
      .append(',')
      .append_signed(7);
  CHECK(out.view() == "-5,-9223372036854775808,7");
  out.rewind(0);
  out.append_hex(0xbeef).append(' ').append_hex(0xf, 4).append(' ').append_hex(
      std::numeric_limits<std::uint64_t>::max(), 4);
  CHECK(out.view() == "beef 000f ffffffffffffffff");
  out.rewind(0);
  out.append_padded(7, 3).append(' ').append_padded(12345, 3).append("");
  CHECK(out.view() == "007 12345");
  CHECK_FALSE(out.overflowed());
}

TEST_CASE("what does not fit is left out whole, and so is everything after it") {
  std::array<char, 5> buffer;
  TextWriter out{buffer};
  out.append("abc");
  CHECK(out.room() == 2);
  out.append("defg").append('h').append_decimal(1);
  CHECK(out.overflowed());
  CHECK(out.view() == "abc");
  out.rewind(2);
  CHECK_FALSE(out.overflowed());
  out.append("xyz");
  CHECK(out.view() == "abxyz");
  out.append("");
  CHECK_FALSE(out.overflowed());
  out.append('!');
  CHECK(out.overflowed());
}
