// SPDX-License-Identifier: Apache-2.0
// Secrets: equality, wiping, and no way out by accident.
#include "base/secret.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>

using namespace ringfence::base;

namespace {

using Key = std::array<std::uint8_t, 16>;

constexpr Key kKey{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<Secret<std::string>>);
static_assert(!fmt::is_formattable<Secret<std::string>>::value);
static_assert(!std::is_convertible_v<Secret<std::string>, std::string>);

}  // namespace

TEST_CASE("secrets are equal when length and every byte are") {
  CHECK(Secret<std::string>{"hunter2"} == Secret<std::string>{"hunter2"});
  CHECK_FALSE(Secret<std::string>{"hunter2"} == Secret<std::string>{"hunter3"});
  CHECK_FALSE(Secret<std::string>{"hunter2"} == Secret<std::string>{"hunter"});
  CHECK(equal_in_constant_time({}, {}));
}

TEST_CASE("a secret leaves zeros behind when it goes") {
  alignas(Secret<Key>) std::array<std::byte, sizeof(Secret<Key>)> place;
  auto* const secret = ::new (static_cast<void*>(place.data())) Secret<Key>{kKey};
  REQUIRE(secret->reveal() == kKey);
  std::destroy_at(secret);
  for (const std::byte byte : place) CHECK(byte == std::byte{0});
}

TEST_CASE("a secret that was moved from is wiped") {
  Secret<Key> from{kKey};
  const Secret<Key> into{std::move(from)};
  CHECK(into.reveal() == kKey);
  CHECK(from.reveal() == Key{});  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): the point

  Secret<std::string> text{"short enough to live inside the object"};
  Secret<std::string> target{"before"};
  target = std::move(text);
  CHECK(target.reveal() == "short enough to live inside the object");
}
