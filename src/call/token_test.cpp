// SPDX-License-Identifier: Apache-2.0
// A token opens to the handle that was sealed, and nothing else opens.
#include "call/token.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "base/encoding.h"
#include "base/random.h"

namespace ringfence::call {
namespace {

constexpr Handle kHandle{0x0001'2345'6789'abcd};
constexpr std::size_t kSealedBytes = TokenSealer::kTokenSize / 4 * 3;

std::string text_of(const TokenSealer::Token& token) {
  return {token.data(), token.size()};
}

struct House {
  base::SeededRandom random{7};
  crypto::KeyRing ring = crypto::KeyRing::ephemeral(random);
  TokenSealer sealer{ring};
};

}  // namespace

TEST_CASE_FIXTURE(House, "what was sealed opens to the same handle") {
  for (const std::uint64_t value :
       {std::uint64_t{1}, kHandle.value, std::uint64_t{1} << 63, ~std::uint64_t{0}}) {
    CAPTURE(value);
    const auto opened = sealer.open(text_of(sealer.seal(Handle{value})));
    REQUIRE(opened);
    CHECK(*opened == Handle{value});
  }
}

TEST_CASE_FIXTURE(House, "a token is 32 characters that a URI parameter may hold") {
  static_assert(TokenSealer::kTokenSize == 32);
  for (std::uint64_t value = 1; value <= 200; ++value) {
    for (const char c : sealer.seal(Handle{value})) {
      CHECK(std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"}.contains(c));
    }
  }
}

TEST_CASE_FIXTURE(House, "one call has one token, on every shard, and no two calls share one") {
  const TokenSealer other_shard{ring};
  CHECK(sealer.seal(kHandle) == sealer.seal(kHandle));
  CHECK(sealer.seal(kHandle) == other_shard.seal(kHandle));

  std::set<std::string> tokens;
  for (std::uint64_t value = 1; value <= 1000; ++value) tokens.insert(text_of(sealer.seal(Handle{value})));
  CHECK(tokens.size() == 1000);
}

TEST_CASE_FIXTURE(House, "no token with one bit changed opens") {
  const auto token = sealer.seal(kHandle);

  SUBCASE("in the bytes that were sealed") {
    std::array<std::byte, kSealedBytes> sealed;
    REQUIRE(base::decode_base64url(text_of(token), sealed) == kSealedBytes);
    for (std::size_t bit = 0; bit < kSealedBytes * 8; ++bit) {
      CAPTURE(bit);
      auto forged = sealed;
      forged[bit / 8] ^= std::byte{1} << (bit % 8);
      TokenSealer::Token text;
      REQUIRE(base::encode_base64url(forged, text) == TokenSealer::kTokenSize);
      CHECK_FALSE(sealer.open(text_of(text)));
    }
  }
  SUBCASE("in its characters, also where that leaves the alphabet") {
    for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
      CAPTURE(bit);
      auto forged = text_of(token);
      forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << (bit % 8)));
      CHECK_FALSE(sealer.open(forged));
    }
  }
}

TEST_CASE_FIXTURE(House, "what is not as long as a token, or no base64url, does not open") {
  const auto token = text_of(sealer.seal(kHandle));
  CHECK_FALSE(sealer.open(""));
  CHECK_FALSE(sealer.open(token.substr(1)));
  CHECK_FALSE(sealer.open(token.substr(0, 31)));
  CHECK_FALSE(sealer.open(token + "A"));
  CHECK_FALSE(sealer.open(token + token));
  CHECK_FALSE(sealer.open(std::string(32, 'A')));
  CHECK_FALSE(sealer.open(std::string(32, '=')));
  CHECK_FALSE(sealer.open(std::string(32, '\0')));
}

TEST_CASE_FIXTURE(House, "a token under another key does not open") {
  const auto foreign_ring = crypto::KeyRing::ephemeral(random);
  const TokenSealer foreign{foreign_ring};
  CHECK(foreign.seal(kHandle) != sealer.seal(kHandle));
  CHECK_FALSE(sealer.open(text_of(foreign.seal(kHandle))));
}

TEST_CASE_FIXTURE(House, "a value sealed for another purpose under the same key does not open") {
  crypto::Siv cipher{std::as_bytes(std::span(ring.newest().key.reveal()))};
  std::array<std::byte, kSealedBytes> sealed;
  cipher.seal({base::as_bytes("flow")}, std::as_bytes(std::span(&kHandle.value, 1)), sealed);
  TokenSealer::Token text;
  REQUIRE(base::encode_base64url(sealed, text) == TokenSealer::kTokenSize);
  CHECK_FALSE(sealer.open(text_of(text)));
}

TEST_CASE_FIXTURE(House, "a rotated ring seals with the new key and still opens what the old ones sealed") {
  const auto oldest = text_of(sealer.seal(kHandle));
  REQUIRE(ring.rotate(random));
  const TokenSealer second{ring};
  const auto older = text_of(second.seal(kHandle));
  REQUIRE(ring.rotate(random));
  const TokenSealer third{ring};

  CHECK(older != oldest);
  CHECK(text_of(third.seal(kHandle)) != older);
  CHECK(third.open(oldest) == kHandle);
  CHECK(third.open(older) == kHandle);
  CHECK(third.open(text_of(third.seal(kHandle))) == kHandle);
  CHECK_FALSE(sealer.open(older));  // a shard that does not have the new key yet
}

}  // namespace ringfence::call
