// SPDX-License-Identifier: Apache-2.0
// Histograms against exact quantiles.
#include "observe/histogram.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "base/random.h"

using namespace ringfence::observe;

TEST_CASE("buckets follow each other without gap or overlap, and hold what they say") {
  CHECK(Histogram::lowest_in(0) == 0);
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    CAPTURE(bucket);
    const auto low = Histogram::lowest_in(bucket);
    const auto high = Histogram::highest_in(bucket);
    REQUIRE(low <= high);
    REQUIRE(Histogram::bucket_of(low) == bucket);
    REQUIRE(Histogram::bucket_of(high) == bucket);
    // As wide as 1/32 of its values at most.
    REQUIRE((high - low) * 32 <= low);
  }
  CHECK(Histogram::highest_in(Histogram::kBuckets - 1) == Histogram::kMaxValue);
  CHECK(Histogram::bucket_of(~std::uint64_t{0}) == Histogram::kBuckets - 1);
}

TEST_CASE("quantiles are exact up to the width of a bucket, for any kind of values") {
  ringfence::base::SeededRandom random{17};
  for (int round = 0; round < 20; ++round) {
    const auto histogram = std::make_unique<Histogram>();
    std::vector<std::uint64_t> values;
    const auto count = 1 + random.below(5000);
    for (std::uint64_t i = 0; i < count; ++i) {
      values.push_back(random.next() >> (22 + random.below(42)));
      histogram->record(values.back());
    }
    std::sort(values.begin(), values.end());
    CHECK(histogram->count() == values.size());
    for (const double share : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
      CAPTURE(share);
      const auto rank =
          static_cast<std::size_t>(std::max(1.0, std::ceil(share * static_cast<double>(values.size()))));
      const auto exact = values[rank - 1];
      const auto estimate = histogram->quantile(share);
      CHECK(estimate >= exact);
      CHECK(estimate <= exact + exact / 32);
    }
  }
}

TEST_CASE("an empty histogram has no quantile but zero") {
  const auto histogram = std::make_unique<Histogram>();
  CHECK(histogram->quantile(0.5) == 0);
  CHECK(histogram->count() == 0);
}

TEST_CASE("merging is recording everything in one") {
  ringfence::base::SeededRandom random{18};
  const auto one = std::make_unique<Histogram>();
  const auto other = std::make_unique<Histogram>();
  const auto both = std::make_unique<Histogram>();
  for (int i = 0; i < 10'000; ++i) {
    const auto value = random.next() >> 30;
    (i % 3 == 0 ? *one : *other).record(value);
    both->record(value);
  }
  one->merge(*other);
  CHECK(one->count() == both->count());
  CHECK(one->sum() == both->sum());
  for (std::size_t bucket = 0; bucket < Histogram::kBuckets; ++bucket) {
    REQUIRE(one->in_bucket(bucket) == both->in_bucket(bucket));
  }
}
