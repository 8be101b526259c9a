// SPDX-License-Identifier: Apache-2.0
// Names of transactions: ids with generations, one type for each side.
#pragma once

#include "base/slot_map.h"

namespace ringfence::transaction {

/// Names a server transaction of this shard; it stops working when the transaction ends.
struct ServerId {
  base::SlotId id;
  explicit constexpr operator bool() const { return static_cast<bool>(id); }
  friend constexpr bool operator==(const ServerId&, const ServerId&) = default;
};

/// Names a client transaction of this shard; it stops working when the transaction ends.
struct ClientId {
  base::SlotId id;
  explicit constexpr operator bool() const { return static_cast<bool>(id); }
  friend constexpr bool operator==(const ClientId&, const ClientId&) = default;
};

}  // namespace ringfence::transaction
