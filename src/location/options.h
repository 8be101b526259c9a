// SPDX-License-Identifier: Apache-2.0
// Options of location.
#pragma once

#include <cstddef>

#include "base/hash.h"
#include "location/register_update.h"

namespace ringfence::location {

struct Options {
  base::HashSeed seed;  ///< of the process: names the owner shard of an address of record
  unsigned shards = 1;
  std::size_t max_bindings = 8'000'000;  ///< of all shards together (`limits.bindings`), split evenly
  Policy policy;
};

}  // namespace ringfence::location
