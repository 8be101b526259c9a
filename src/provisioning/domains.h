// SPDX-License-Identifier: Apache-2.0
// Domains: realms of our own.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Domains final : public Resource {
 public:
  using Resource::Resource;

  [[nodiscard]] store::TableId table() const override { return store::TableId::Domain; }
  [[nodiscard]] Outcome<std::optional<store::Row>> find(std::string_view key) override;
  [[nodiscard]] Outcome<store::Row> add(std::string_view key, const Arguments& arguments,
                                        Effects& effects) override;
  [[nodiscard]] Outcome<void> set(store::Row& row, const Arguments& arguments, Effects& effects) override;
  /// @error Conflict  it still has subscribers
  [[nodiscard]] Outcome<void> remove(const store::Row& row, Effects& effects) override;
  [[nodiscard]] Outcome<store::Query> query(const Arguments& arguments) override;
  [[nodiscard]] Outcome<Record> show(const store::Row& row, bool in_list) override;
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;
};

}  // namespace ringfence::provisioning
