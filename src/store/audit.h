// SPDX-License-Identifier: Apache-2.0
// Audit: who changed what, when, from what to what. Secrets never appear.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/row.h"

namespace ringfence::store {

/// Who asks for a change, and through which door: {"root (uid 0)", "cli"}.
struct Actor {
  std::string name;
  std::string door;
};

enum class Action : std::uint8_t { Insert, Update, Remove };
[[nodiscard]] std::string_view name_of(Action action);

struct AuditEntry {
  Id id = 0;  ///< ascending
  base::WallTime at{};
  Actor actor;
  Action action = Action::Insert;
  TableId table = TableId::None;
  Id row = 0;
  Id tenant = kDefaultTenant;
  std::string before{};  ///< JSON object; empty for Insert. For Update both hold only the columns that differ
  std::string after{};   ///< JSON object; empty for Remove
};

/// The entry for a change from `before` to `after`; one of them may be null.
[[nodiscard]] AuditEntry describe_change(const Actor& actor, base::WallTime at, const Table& table,
                                         const Row* before, const Row* after);

}  // namespace ringfence::store
