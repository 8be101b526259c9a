// SPDX-License-Identifier: Apache-2.0
#include "transport/reply_budget.h"

#include <doctest/doctest.h>

using namespace ringfence;
using namespace std::chrono_literals;
using base::IpAddress;
using base::MonoTime;
using transport::ReplyBudget;
using transport::ReplyVerdict;

namespace {

constexpr base::HashSeed kSeed{11, 22};
const IpAddress kVictim = IpAddress::v4(192, 0, 2, 1);

}  // namespace

TEST_CASE("an answer may be 120 bytes bigger than its request, and no more") {
  ReplyBudget budget{kSeed, {}};
  CHECK(budget.spend(kVictim, 300, 421, MonoTime{}) == ReplyVerdict::TooBig);
  CHECK(budget.spend(kVictim, 300, 420, MonoTime{}) == ReplyVerdict::Allowed);
}

TEST_CASE("one address gets one answer a second") {
  ReplyBudget budget{kSeed, {}};
  const MonoTime start{10s};
  CHECK(budget.spend(kVictim, 300, 300, start) == ReplyVerdict::Allowed);
  CHECK(budget.spend(kVictim, 300, 300, start) == ReplyVerdict::AddressSpent);
  CHECK(budget.spend(kVictim, 300, 300, start + 999ms) == ReplyVerdict::AddressSpent);
  CHECK(budget.spend(IpAddress::v4(192, 0, 2, 2), 300, 300, start + 999ms) == ReplyVerdict::Allowed);
  CHECK(budget.spend(kVictim, 300, 300, start + 1s) == ReplyVerdict::Allowed);
}

TEST_CASE("an answer that was refused costs nothing") {
  ReplyBudget budget{kSeed, {}};
  CHECK(budget.spend(kVictim, 10, 500, MonoTime{}) == ReplyVerdict::TooBig);
  CHECK(budget.spend(kVictim, 500, 500, MonoTime{}) == ReplyVerdict::Allowed);
}

TEST_CASE("the addresses of one IPv6 /64 share one answer") {
  ReplyBudget budget{kSeed, {}};
  CHECK(budget.spend(*IpAddress::parse("2001:db8:1:2::1"), 300, 300, MonoTime{}) == ReplyVerdict::Allowed);
  CHECK(budget.spend(*IpAddress::parse("2001:db8:1:2:ffff::9"), 300, 300, MonoTime{}) ==
        ReplyVerdict::AddressSpent);
  CHECK(budget.spend(*IpAddress::parse("2001:db8:1:3::1"), 300, 300, MonoTime{}) == ReplyVerdict::Allowed);
}

TEST_CASE("all addresses together stay below the global cap, however many are forged") {
  ReplyBudget budget{kSeed, {.per_second = 100}};
  unsigned allowed = 0;
  for (unsigned i = 0; i < 100'000; ++i) {
    const auto address = IpAddress::v4(10, static_cast<std::uint8_t>(i >> 16),
                                       static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i));
    const MonoTime now{std::chrono::microseconds{i * 100}};  // ten seconds in all
    allowed += budget.spend(address, 300, 300, now) == ReplyVerdict::Allowed ? 1U : 0U;
  }
  CHECK(allowed <= 100 + 10 * 100);  // the burst, and a hundred a second
  CHECK(allowed >= 10 * 100);
}

TEST_CASE("a flood of addresses cannot make the table forget one that was just answered") {
  ReplyBudget budget{kSeed, {.per_second = 1'000'000, .rows = 1}};
  CHECK(budget.spend(kVictim, 300, 300, MonoTime{}) == ReplyVerdict::Allowed);
  bool full = false;
  for (std::uint8_t i = 0; i < 50; ++i) {
    full |= budget.spend(IpAddress::v4(10, 0, 0, i), 300, 300, MonoTime{}) == ReplyVerdict::TableFull;
  }
  CHECK(full);
  CHECK(budget.spend(kVictim, 300, 300, MonoTime{500ms}) == ReplyVerdict::AddressSpent);
}

TEST_CASE("the shares of all shards together keep the promise of the process") {
  const auto share = ReplyBudget::share_of({.per_second = 1000}, 4);
  CHECK(share.interval == 4s);  // four shards, one answer each in four seconds: one a second
  CHECK(share.per_second == 250);
}
