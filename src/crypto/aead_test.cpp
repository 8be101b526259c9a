// SPDX-License-Identifier: Apache-2.0
// Secrets at rest open with their key, in their place, unchanged; and in no other case.
#include "crypto/aead.h"

#include <doctest/doctest.h>

namespace ringfence::crypto {
namespace {

using base::as_bytes;

Key key_of(std::byte filling) {
  std::array<std::byte, 32> bytes{};
  bytes.fill(filling);
  return Key{bytes};
}

TEST_CASE("a sealed secret opens with its key and its associated data only") {
  base::SeededRandom random{1};
  const Key key = key_of(std::byte{1});
  const auto sealed = aead_seal(key, random, as_bytes("row 7"), as_bytes("secret"));
  REQUIRE(sealed.size() == 6 + kAeadOverhead);

  const auto opened = aead_open(key, as_bytes("row 7"), sealed);
  REQUIRE(opened.has_value());
  CHECK(base::as_text(*opened) == "secret");
  CHECK_FALSE(aead_open(key, as_bytes("row 8"), sealed).has_value());
  CHECK_FALSE(aead_open(key_of(std::byte{2}), as_bytes("row 7"), sealed).has_value());
}

TEST_CASE("a sealed secret with any byte changed, or cut short, does not open") {
  base::SeededRandom random{1};
  const Key key = key_of(std::byte{1});
  const auto sealed = aead_seal(key, random, {}, as_bytes("secret"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] ^= std::byte{0x80};
    CHECK_FALSE(aead_open(key, {}, changed).has_value());
    CHECK_FALSE(aead_open(key, {}, base::Bytes{sealed}.first(i)).has_value());
  }
}

TEST_CASE("two seals of one text differ, and an empty text seals too") {
  base::SeededRandom random{1};
  const Key key = key_of(std::byte{1});
  CHECK(aead_seal(key, random, {}, as_bytes("x")) != aead_seal(key, random, {}, as_bytes("x")));
  CHECK(aead_open(key, {}, aead_seal(key, random, {}, {}))->empty());
}

}  // namespace
}  // namespace ringfence::crypto
