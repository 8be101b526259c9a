// SPDX-License-Identifier: Apache-2.0
#include "transport/branch.h"

#include <doctest/doctest.h>

#include <string>

#include "base/random.h"

using namespace ringfence;
using transport::BranchCodec;
using transport::BranchId;

namespace {

constexpr base::HashSeed kSecret{0x0123'4567'89ab'cdef, 0xfedc'ba98'7654'3210};
constexpr BranchId kSample{
    .random = 0xdead'beef'cafe'f00d, .slot = 0x12'3456, .node = 0xabcd, .generation = 0x9876, .shard = 3};

std::string written(const BranchCodec& codec, const BranchId& id) {
  std::string text(BranchCodec::kSize, '?');
  codec.write(std::span<char, BranchCodec::kSize>(text), id);
  return text;
}

}  // namespace

TEST_CASE("a branch is the magic cookie and 32 characters, and reads back as it was written") {
  const BranchCodec codec{kSecret, 7};
  const std::string text = written(codec, kSample);
  CHECK(text.size() == 39);
  CHECK(text.starts_with("z9hG4bK"));
  CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567", 7) == std::string::npos);
  CHECK(codec.read(text) == kSample);
}

TEST_CASE("a branch with any character changed is a forgery") {
  const BranchCodec codec{kSecret, 7};
  const std::string good = written(codec, kSample);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'a' ? 'b' : 'a';
    CAPTURE(i);
    CHECK_FALSE(codec.read(bad));
  }
  std::string upper = good;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK_FALSE(codec.read(upper));
}

TEST_CASE("a branch of another length is not ours") {
  const BranchCodec codec{kSecret, 7};
  const std::string good = written(codec, kSample);
  CHECK_FALSE(codec.read(""));
  CHECK_FALSE(codec.read("z9hG4bK"));
  CHECK_FALSE(codec.read(good.substr(0, good.size() - 1)));
  CHECK_FALSE(codec.read(good + "a"));
}

TEST_CASE("a branch made under another secret is a forgery") {
  const BranchCodec ours{kSecret, 7};
  const BranchCodec theirs{{1, 2}, 7};
  CHECK_FALSE(ours.read(written(theirs, kSample)));
}

TEST_CASE("a guessed branch of the right form is not accepted in a hundred thousand tries") {
  const BranchCodec codec{kSecret, 7};
  base::SeededRandom random{42};
  std::string text = "z9hG4bK";
  text.resize(BranchCodec::kSize);
  unsigned accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    for (std::size_t i = 7; i < text.size(); ++i)
      text[i] = std::string_view{"abcdefghijklmnopqrstuvwxyz234567"}[random.below(32)];
    accepted += codec.read(text).has_value() ? 1U : 0U;
  }
  CHECK(accepted == 0);
}

TEST_CASE("every field survives at its bounds") {
  const BranchCodec codec{kSecret, 0xffff};
  const BranchId highest{.random = ~std::uint64_t{0},
                         .slot = BranchId::kMaxSlot,
                         .node = 0xffff,
                         .generation = 0xffff,
                         .shard = 0xff};
  CHECK(codec.read(written(codec, highest)) == highest);
  CHECK(codec.read(written(codec, BranchId{})) == BranchId{});
}
