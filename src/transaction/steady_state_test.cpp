// SPDX-License-Identifier: Apache-2.0
// Nothing on a shard allocates per message: a thousand calls through the layer, as a proxy uses it, counted.
#include <doctest/doctest.h>

#include "base/allocation_counter.h"
#include "transaction/call_walk.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;

TEST_CASE("in steady state a call through the layer allocates nothing") {
  CallWalk walk;
  // Fill what lingers: a call's transactions stay for 64 * T1, and tables grow by doubling until they hold
  // them all.
  for (int i = 0; i < 1000; ++i) walk.one_call(50ms);
  const std::uint64_t before = base::allocations_on_this_thread();
  for (int i = 0; i < 1000; ++i) walk.one_call(50ms);
  CHECK(base::allocations_on_this_thread() == before);
  CHECK(walk.completed() == 2000);
  if (!base::counting_available()) MESSAGE("allocations are not counted in this build");
}

TEST_CASE("after the last timer nothing of the calls is left") {
  CallWalk walk;
  for (int i = 0; i < 100; ++i) walk.one_call(1ms);
  walk.rest(33s);
  CHECK(walk.layer().servers() == 0);
  CHECK(walk.layer().clients() == 0);
}
