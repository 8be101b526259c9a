// SPDX-License-Identifier: Apache-2.0
// Peers: carriers and neighbours; at most one is the default.
#pragma once

#include "provisioning/resource.h"

namespace ringfence::provisioning {

class Peers final : public Resource {
 public:
  using Resource::Resource;

  [[nodiscard]] store::TableId table() const override { return store::TableId::Peer; }
  [[nodiscard]] Outcome<std::optional<store::Row>> find(std::string_view key) override;
  [[nodiscard]] Outcome<store::Row> add(std::string_view key, const Arguments& arguments,
                                        Effects& effects) override;
  [[nodiscard]] Outcome<void> set(store::Row& row, const Arguments& arguments, Effects& effects) override;
  [[nodiscard]] Outcome<void> remove(const store::Row& row, Effects& effects) override;
  [[nodiscard]] Outcome<store::Query> query(const Arguments& arguments) override;
  [[nodiscard]] Outcome<Record> show(const store::Row& row, bool in_list) override;
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

 private:
  [[nodiscard]] Outcome<void> place(store::Row& row, std::string_view address);
  [[nodiscard]] Outcome<void> demote_default(Effects& effects);
};

}  // namespace ringfence::provisioning
