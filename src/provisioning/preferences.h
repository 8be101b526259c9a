// SPDX-License-Identifier: Apache-2.0
// Preferences: one value of one subscriber, customer, domain or peer, as the table of preferences has it.
#pragma once

#include "model/preferences.h"
#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Preferences final : public Resource {
 public:
  explicit Preferences(Workshop& workshop) : Resource{workshop, Kind::Preference} {}
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

  /// The row of a preference by its name and the one owner among the arguments, which are taken out; nothing
  /// when it has no value of its own. A key that is an id is found as any other.
  /// @error Usage  there is no such preference, or not one owner
  [[nodiscard]] Outcome<std::optional<store::Row>> find_of_owner(Verb verb, std::string_view key,
                                                                 Arguments& arguments);

  /// What holds for a subscriber or peer: each preference of its scope with its value and where that comes
  /// from.
  /// @param arguments  one owner
  [[nodiscard]] Outcome<std::vector<Record>> effective(const Arguments& arguments);

 protected:
  [[nodiscard]] Outcome<void> finish(store::Row& row, const store::Row* before, const Arguments& arguments,
                                     Effects& effects) override;
  [[nodiscard]] Outcome<Cell> cell(const store::Row& row, std::size_t place) override;

 private:
  struct Owner {
    const model::PrefScope* scope;
    store::Row row;
  };
  [[nodiscard]] Outcome<Owner> owner_in(Verb verb, std::string_view key, const Arguments& arguments);
  [[nodiscard]] Outcome<void> check_reference(const store::Row& row, const model::PreferenceInfo& info,
                                              std::string_view value, std::string_view what);
  [[nodiscard]] Outcome<std::optional<store::Row>> value_of(const model::PrefScope& scope, store::Id owner,
                                                            std::string_view name);
};

}  // namespace ringfence::provisioning
