// SPDX-License-Identifier: Apache-2.0
// The token buckets of log events.
#include "observe/rate_limit.h"

#include <algorithm>
#include <chrono>

#include "base/hash.h"

namespace ringfence::observe {

/// Gives a free bucket its name.
RateLimit::Bucket& RateLimit::named(Bucket& bucket, std::string_view event, base::MonoTime now,
                                    const LogRate& rate) {
  bucket.tokens = rate.burst;
  bucket.filled = now;
  std::copy(event.begin(), event.end(), bucket.name.begin());
  bucket.name_size.store(static_cast<std::uint8_t>(event.size()), std::memory_order_release);
  return bucket;
}

RateLimit::Bucket& RateLimit::bucket_of(std::string_view event, base::MonoTime now, const LogRate& rate) {
  event = event.substr(0, kMaxName);
  const std::size_t home = base::hash_text({}, event) % kEvents;  // unseeded: events are our own literals
  for (std::size_t i = 0; i < kEvents; ++i) {
    Bucket& bucket = buckets_[(home + i) % kEvents];
    const std::size_t size = bucket.name_size.load(std::memory_order_relaxed);
    if (size == 0) return named(bucket, event, now, rate);
    if (event == std::string_view{bucket.name.data(), size}) return bucket;
  }
  Bucket& shared = buckets_.back();
  return shared.name_size.load(std::memory_order_relaxed) == 0 ? named(shared, "(others)", now, rate)
                                                               : shared;
}

RateLimit::Verdict RateLimit::ask(std::string_view event, base::MonoTime now, const LogRate& rate) {
  if (rate.per_second == 0) return {};
  Bucket& bucket = bucket_of(event, now, rate);
  const std::chrono::duration<double> passed = std::max(now - bucket.filled, base::Nanos{0});
  bucket.tokens = std::min<double>(rate.burst, bucket.tokens + passed.count() * rate.per_second);
  bucket.filled = now;
  if (bucket.tokens < 1) {
    bucket.suppressed.fetch_add(1, std::memory_order_relaxed);
    suppressed_.fetch_add(1, std::memory_order_relaxed);
    return {.allowed = false};
  }
  bucket.tokens -= 1;
  return {.allowed = true, .suppressed = bucket.suppressed.exchange(0, std::memory_order_relaxed)};
}

void RateLimit::refill(const LogRate& rate) {
  for (Bucket& bucket : buckets_) bucket.tokens = rate.burst;
}

}  // namespace ringfence::observe
