// SPDX-License-Identifier: Apache-2.0
// Audit: who changed what, when, from what to what. Secrets never appear.
#pragma once

#include <cstddef>
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
  Kind table = Kind::None;
  Id row = 0;
  std::string key{};  ///< what operators called the row: "1001@example.test"; stays when the row has gone
  Id tenant = kMainTenant;
  std::string before{};  ///< JSON object; empty for Insert. For Update both hold only the columns that differ
  std::string after{};   ///< JSON object; empty for Remove
};

/// Which entries, newest first.
struct AuditQuery {
  static constexpr Id kNoBound = INT64_MAX;

  Kind table = Kind::None;  ///< None: of all tables
  std::string key{};        ///< empty: of all rows
  Id before = kNoBound;     ///< for the next page the last id of this one
  std::size_t limit = SIZE_MAX;
};

/// The entry for a change from `before` to `after`; one of them may be null. Its key is left to the caller.
[[nodiscard]] AuditEntry describe_change(const Actor& actor, base::WallTime at, const Definition& table,
                                         const Row* before, const Row* after);

}  // namespace ringfence::store
