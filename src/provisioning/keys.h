// SPDX-License-Identifier: Apache-2.0
// Keys: from what operators call a row to the row, and back. What another tenant has is not there.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "provisioning/arguments.h"
#include "store/store.h"

namespace ringfence::provisioning {

/// One thread. It remembers the last key of each kind, for long lists; forget() after a change.
class Keys {
 public:
  /// @param store  outlives it
  explicit Keys(store::Store& store) : store_{store} {}

  /// The row of a canonical key (check_key()).
  /// @param tenant  whose rows can be seen; 0: all
  /// @error Conflict  the rows of several tenants have this name
  [[nodiscard]] Outcome<std::optional<store::Row>> find(Kind kind, std::string_view key, store::Id tenant);
  /// The row with this id, unless another tenant has it.
  [[nodiscard]] Outcome<std::optional<store::Row>> get(Kind kind, store::Id id, store::Id tenant);
  /// What operators call the row with this id; an empty text when it has gone.
  [[nodiscard]] Outcome<std::string> key_of(Kind kind, store::Id id);
  [[nodiscard]] Outcome<std::string> key_of(Kind kind, const store::Row& row);

  void forget() { last_ = {}; }

 private:
  [[nodiscard]] Outcome<std::optional<store::Row>> find_named(const Definition& of, std::string_view name,
                                                              store::Id tenant);
  [[nodiscard]] Outcome<std::optional<store::Row>> find_within(const Definition& of, std::string_view key,
                                                               store::Id tenant);

  store::Store& store_;
  std::array<std::pair<store::Id, std::string>, model::kKinds> last_;
};

}  // namespace ringfence::provisioning
