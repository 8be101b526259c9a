// SPDX-License-Identifier: Apache-2.0
// Counting connections per source in two rows of cells.
#include "net/source_counts.h"

#include <algorithm>

#include "base/bytes.h"

namespace ringfence::net {

base::IpAddress source_prefix(const base::IpAddress& address) {
  if (address.is_v4()) return address;
  base::IpAddress::Raw raw = address.raw();
  std::fill(raw.begin() + 8, raw.end(), std::uint8_t{0});
  return base::IpAddress{raw};
}

SourceCounts::SourceCounts(const base::HashSeed& seed)
    : seed_{seed}, first_{std::make_unique<Row>()}, second_{std::make_unique<Row>()} {}

SourceCounts::Cells SourceCounts::cells(const base::IpAddress& address) const {
  const base::IpAddress prefix = source_prefix(address);
  const std::uint64_t hash = base::hash_bytes(seed_, std::as_bytes(std::span{prefix.raw()}));
  return {(*first_)[hash % kCells], (*second_)[(hash >> 32) % kCells]};
}

void SourceCounts::enter(const base::IpAddress& address) {
  const Cells cell = cells(address);
  cell.first.fetch_add(1, std::memory_order_relaxed);
  cell.second.fetch_add(1, std::memory_order_relaxed);
}

void SourceCounts::leave(const base::IpAddress& address) {
  const Cells cell = cells(address);
  cell.first.fetch_sub(1, std::memory_order_relaxed);
  cell.second.fetch_sub(1, std::memory_order_relaxed);
}

std::size_t SourceCounts::count(const base::IpAddress& address) const {
  const Cells cell = cells(address);
  return std::min(cell.first.load(std::memory_order_relaxed), cell.second.load(std::memory_order_relaxed));
}

}  // namespace ringfence::net
