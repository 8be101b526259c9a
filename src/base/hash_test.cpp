// SPDX-License-Identifier: Apache-2.0
// SipHash against an independent, plain implementation, and hashing without case.
#include "base/hash.h"

#include <doctest/doctest.h>

#include <bit>
#include <numeric>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/random.h"

using namespace ringfence::base;

namespace {

/// SipHash-c-d as its paper describes it, a byte at a time: slow, and written apart from the one under test.
std::uint64_t plain_siphash(int compress, int finish, const HashSeed& key,
                            const std::vector<std::uint8_t>& message) {
  std::uint64_t v[4] = {key.k0 ^ 0x736f6d6570736575U, key.k1 ^ 0x646f72616e646f6dU,
                        key.k0 ^ 0x6c7967656e657261U, key.k1 ^ 0x7465646279746573U};
  const auto sip_round = [&v] {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = std::rotl(v[1], 13) ^ v[0];
    v[3] = std::rotl(v[3], 16) ^ v[2];
    v[0] = std::rotl(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = std::rotl(v[1], 17) ^ v[2];
    v[3] = std::rotl(v[3], 21) ^ v[0];
    v[2] = std::rotl(v[2], 32);
  };
  std::vector<std::uint8_t> padded = message;
  while (padded.size() % 8 != 7) padded.push_back(0);
  padded.push_back(static_cast<std::uint8_t>(message.size() % 256));
  for (std::size_t at = 0; at < padded.size(); at += 8) {
    std::uint64_t word = 0;
    for (std::size_t i = 8; i-- > 0;) word = word << 8 | padded[at + i];
    v[3] ^= word;
    for (int i = 0; i < compress; ++i) sip_round();
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  for (int i = 0; i < finish; ++i) sip_round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

constexpr HashSeed kPaperKey{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

std::string lowered(std::string text) {
  for (char& c : text) c = to_lower(c);
  return text;
}

}  // namespace

TEST_CASE("the plain implementation gives the known answer of the SipHash paper (appendix A)") {
  std::vector<std::uint8_t> message(15);
  std::iota(message.begin(), message.end(), std::uint8_t{0});
  CHECK(plain_siphash(2, 4, kPaperKey, message) == 0xa129ca6149be45e5U);
}

TEST_CASE("SipHash-1-3 agrees with the plain implementation at every length") {
  SeededRandom random{7};
  for (std::size_t length = 0; length <= 300; ++length) {
    const HashSeed seed = length % 2 == 0 ? kPaperKey : HashSeed{random.next(), random.next()};
    std::vector<std::uint8_t> message(length);
    random.fill(std::as_writable_bytes(std::span{message}));
    CAPTURE(length);
    CHECK(hash_bytes(seed, std::as_bytes(std::span{message})) == plain_siphash(1, 3, seed, message));
  }
}

TEST_CASE("hashing without case is hashing the text in lower case, for any bytes") {
  SeededRandom random{11};
  for (std::size_t round = 0; round < 3000; ++round) {
    std::string text(random.below(40), '\0');
    random.fill(std::as_writable_bytes(std::span{text}));
    CHECK(hash_text_nocase(kPaperKey, text) == hash_text(kPaperKey, lowered(text)));
  }
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  CHECK(hash_text_nocase(kPaperKey, every_byte) == hash_text(kPaperKey, lowered(every_byte)));
  CHECK(hash_text_nocase(kPaperKey, "Example.TEST") == hash_text_nocase(kPaperKey, "example.test"));
  CHECK(hash_text_nocase(kPaperKey, "a") != hash_text_nocase(kPaperKey, "b"));
}

TEST_CASE("another seed gives another hash") {
  CHECK(hash_text({1, 2}, "alice") != hash_text({1, 3}, "alice"));
  CHECK(hash_text({1, 2}, "alice") != hash_text({2, 2}, "alice"));
  CHECK(hash_word({1, 2}, 5) != hash_word({1, 3}, 5));
}

TEST_CASE("hashed words fill buckets evenly") {
  constexpr std::size_t kBuckets = 64;
  constexpr std::size_t kEach = 1000;
  for (const std::uint64_t step : {1U, 64U, 65536U}) {
    std::vector<std::size_t> buckets(kBuckets);
    for (std::uint64_t i = 0; i < kBuckets * kEach; ++i) ++buckets[hash_word(kPaperKey, i * step) % kBuckets];
    for (const std::size_t count : buckets) {
      CHECK(count > kEach * 8 / 10);
      CHECK(count < kEach * 12 / 10);
    }
  }
}
