// SPDX-License-Identifier: Apache-2.0
// RFC 4231's vectors, and what a tag promises.
#include "crypto/mac.h"

#include <doctest/doctest.h>

#include <string>

#include "crypto/test_hex.h"

namespace ringfence::crypto {
namespace {

using base::as_bytes;

TEST_CASE("HMAC-SHA-256 gives the values of RFC 4231") {
  const std::string short_key(20, '\x0b');
  CHECK(to_hex(MacKey{as_bytes(short_key)}.mac({as_bytes("Hi There")})) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(to_hex(MacKey{as_bytes("Jefe")}.mac({as_bytes("what do ya want "), as_bytes("for nothing?")})) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  const std::string long_key(131, '\xaa');
  CHECK(to_hex(MacKey{as_bytes(long_key)}.mac(
            {as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")})) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a tag of 16 bytes verifies, and no other text, key or bit does") {
  const MacKey key{as_bytes("0123456789abcdef0123456789abcdef")};
  const MacKey other{as_bytes("0123456789abcdef0123456789abcdeg")};
  Mac tag = key.mac({as_bytes("text")});
  const auto cut = base::Bytes{tag}.first(16);
  CHECK(key.verify({as_bytes("text")}, cut));
  CHECK_FALSE(key.verify({as_bytes("texu")}, cut));
  CHECK_FALSE(other.verify({as_bytes("text")}, cut));
  tag[15] ^= std::byte{1};
  CHECK_FALSE(key.verify({as_bytes("text")}, cut));
}

}  // namespace
}  // namespace ringfence::crypto
