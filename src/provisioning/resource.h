// SPDX-License-Identifier: Apache-2.0
// Resource: what differs between kinds of things when the same verbs are applied to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/change.h"
#include "provisioning/definition.h"
#include "provisioning/ha1_vault.h"
#include "provisioning/record.h"
#include "store/store.h"

namespace ringfence::provisioning {

/// What is taken for a weak password, and whether it is only remarked upon.
struct PasswordPolicy {
  std::size_t min_length = 8;
  bool refuse_weak = false;
};

/// What resources work with.
struct Workshop {
  store::Store& store;
  Ha1Vault vault;
  base::Random& random;
  PasswordPolicy passwords;
};

/// What a request leaves for later: what the shards must learn once it is committed, and what the operator
/// should know.
struct Effects {
  std::vector<directory::Change> changes;
  std::vector<std::string> notes;
  Record extra;  ///< shown once, stored nowhere
};

/// Keys and arguments have been checked. Writing functions run inside a transaction.
class Resource {
 public:
  explicit Resource(Workshop& workshop) : workshop_{workshop} {}
  virtual ~Resource() = default;
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

  [[nodiscard]] virtual store::TableId table() const = 0;
  /// The row that operators know by this key.
  [[nodiscard]] virtual Outcome<std::optional<store::Row>> find(std::string_view key) = 0;
  [[nodiscard]] virtual Outcome<store::Row> add(std::string_view key, const Arguments& arguments,
                                                Effects& effects) = 0;
  [[nodiscard]] virtual Outcome<void> set(store::Row& row, const Arguments& arguments, Effects& effects) = 0;
  [[nodiscard]] virtual Outcome<void> remove(const store::Row& row, Effects& effects) = 0;
  /// What `ls` asks for.
  [[nodiscard]] virtual Outcome<store::Query> query(const Arguments& arguments) = 0;
  [[nodiscard]] virtual Outcome<Record> show(const store::Row& row, bool in_list) = 0;
  /// The row as the directory knows it.
  [[nodiscard]] virtual Outcome<directory::Change> change(const store::Row& row) = 0;

 protected:
  [[nodiscard]] store::Store& store() { return workshop_.store; }
  /// Inserts or updates, and tells the shards.
  [[nodiscard]] Outcome<void> insert(store::Row& row, Effects& effects);
  [[nodiscard]] Outcome<void> update(store::Row& row, Effects& effects);
  [[nodiscard]] Outcome<void> remove(directory::Kind kind, store::Id id, Effects& effects);

  Workshop& workshop_;
};

}  // namespace ringfence::provisioning
