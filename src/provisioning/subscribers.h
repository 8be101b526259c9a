// SPDX-License-Identifier: Apache-2.0
// Subscribers: who registers and calls, with HA1s instead of passwords.
#pragma once

#include <utility>

#include "provisioning/resource.h"

namespace ringfence::provisioning {

/// Why a password would soon be guessed; empty when it would not.
[[nodiscard]] std::string weakness_of(const PasswordPolicy& policy, std::string_view username,
                                      std::string_view password);

class Subscribers final : public Resource {
 public:
  using Resource::Resource;

  /// A subscriber that is ready to be stored.
  struct Values {
    store::Id domain = 0;
    std::string username;
    std::string number;
    std::string state;
    directory::Ha1Set ha1;
  };
  /// Stores it under an id of its own.
  [[nodiscard]] Outcome<store::Row> insert_values(const Values& values, Effects& effects);
  /// The domain's row.
  /// @error NotFound  there is no such domain; says how to add it
  [[nodiscard]] Outcome<store::Row> domain_of(std::string_view subscriber, std::string_view domain);
  /// @param except  the row that may have it
  /// @error Conflict  another subscriber has this number; names it
  [[nodiscard]] Outcome<void> check_number_free(std::string_view subscriber, std::string_view number,
                                                store::Id except);

  [[nodiscard]] store::TableId table() const override { return store::TableId::Subscriber; }
  [[nodiscard]] Outcome<std::optional<store::Row>> find(std::string_view key) override;
  [[nodiscard]] Outcome<store::Row> add(std::string_view key, const Arguments& arguments,
                                        Effects& effects) override;
  [[nodiscard]] Outcome<void> set(store::Row& row, const Arguments& arguments, Effects& effects) override;
  [[nodiscard]] Outcome<void> remove(const store::Row& row, Effects& effects) override;
  [[nodiscard]] Outcome<store::Query> query(const Arguments& arguments) override;
  [[nodiscard]] Outcome<Record> show(const store::Row& row, bool in_list) override;
  [[nodiscard]] Outcome<directory::Change> change(const store::Row& row) override;

 private:
  [[nodiscard]] Outcome<std::optional<store::Row>> find_domain(std::string_view name);
  [[nodiscard]] Outcome<std::string> domain_name(store::Id id);
  [[nodiscard]] Outcome<std::string> key_of(const store::Row& row);
  [[nodiscard]] Outcome<void> check_password_policy(std::string_view subscriber, std::string_view username,
                                                    const Arguments& arguments, Effects& effects) const;

  std::pair<store::Id, std::string> last_domain_;  // names do not change, so rows of one domain ask once
};

}  // namespace ringfence::provisioning
