// SPDX-License-Identifier: Apache-2.0
// Quantiles and sums of histograms.
#include "observe/histogram.h"

#include <algorithm>
#include <cmath>

namespace ringfence::observe {

std::uint64_t Histogram::quantile(double share) const {
  const double total = static_cast<double>(count());
  if (total == 0) return 0;
  const double wanted = std::max(1.0, std::ceil(std::clamp(share, 0.0, 1.0) * total));
  std::uint64_t seen = 0;
  std::size_t last = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    const std::uint64_t here = in_bucket(bucket);
    if (here == 0) continue;
    seen += here;
    last = bucket;
    if (static_cast<double>(seen) >= wanted) break;
  }
  return highest_in(last);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) bump(buckets_[bucket], other.in_bucket(bucket));
  bump(count_, other.count());
  bump(sum_, other.sum());
}

}  // namespace ringfence::observe
