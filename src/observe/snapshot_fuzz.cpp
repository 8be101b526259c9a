// SPDX-License-Identifier: Apache-2.0
// Any bytes as a snapshot of metrics: refused, or written again as they were.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "observe/snapshot.h"

using namespace ringfence;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes bytes{reinterpret_cast<const std::byte*>(data), size};
  base::ByteReader in{bytes};
  const auto snapshot = observe::Snapshot::read(in);
  if (!snapshot) return 0;
  (void)observe::prometheus_text(*snapshot);
  std::vector<std::byte> again;
  base::ByteWriter out{again};
  snapshot->write(out);
  RF_ASSERT(std::equal(again.begin(), again.end(), bytes.begin(),
                       bytes.begin() + static_cast<std::ptrdiff_t>(size - in.remaining())));
  return 0;
}
