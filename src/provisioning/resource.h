// SPDX-License-Identifier: Apache-2.0
// Resource: the verbs on the rows of one kind, as its definition has them. Kinds that need more derive from
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioning/workshop.h"

namespace ringfence::provisioning {

/// What a list of this kind shows of each row, in order.
[[nodiscard]] std::vector<std::string_view> list_columns(const Definition& definition);

/// Keys and arguments have been checked. Writing functions run inside a transaction. One thread.
class Resource {
 public:
  Resource(Workshop& workshop, Kind kind) : workshop_{workshop}, definition_{model::definition(kind)} {}
  virtual ~Resource() = default;
  Resource(const Resource&) = delete;
  Resource& operator=(const Resource&) = delete;

  /// The row that operators know by this key, within the scope of the request.
  [[nodiscard]] Outcome<std::optional<store::Row>> find(std::string_view key);
  /// @error NotFound  something it refers to is not there
  /// @error Conflict  another row has what must be unique, or it would refer to another tenant's row
  /// @param wanted  an id for it, above all that were given so far; 0: the next one
  [[nodiscard]] Outcome<store::Row> add(std::string_view key, const Arguments& arguments, Effects& effects,
                                        store::Id wanted = 0);
  [[nodiscard]] Outcome<void> set(store::Row& row, const Arguments& arguments, Effects& effects);
  /// With all that is part of it.
  /// @error Conflict  others use it, or a part of it; names them
  [[nodiscard]] Outcome<void> remove(const store::Row& row, Effects& effects);
  /// What `ls` asks for.
  [[nodiscard]] Outcome<store::Query> query(const Arguments& arguments);
  [[nodiscard]] Outcome<Record> show(const store::Row& row, bool in_list);
  /// The row as the directory knows it; only of kinds that calls read.
  [[nodiscard]] virtual Outcome<directory::Change> change(const store::Row& row);

  /// What an export has in the place of a field that is no reference.
  [[nodiscard]] virtual Outcome<Cell> export_cell(const store::Row& row, std::size_t place) {
    return cell(row, place);
  }
  [[nodiscard]] const Definition& definition() const { return definition_; }

 protected:
  /// What a new row, which has its id, or a changed one needs beyond its fields; `before` is null for a new
  /// one.
  [[nodiscard]] virtual Outcome<void> finish(store::Row& row, const store::Row* before,
                                             const Arguments& arguments, Effects& effects);
  /// Whether it may go, before anything does.
  [[nodiscard]] virtual Outcome<void> may_remove(const store::Row& row, Effects& effects);
  /// Cells that are in no column.
  [[nodiscard]] virtual Outcome<void> decorate(const store::Row& row, Record& record);
  /// What a cell shows.
  [[nodiscard]] virtual Outcome<Cell> cell(const store::Row& row, std::size_t place);

  [[nodiscard]] store::Store& store() { return workshop_.store; }
  [[nodiscard]] Outcome<std::string> key_of(const store::Row& row) {
    return workshop_.keys.key_of(definition_.kind, row);
  }
  /// Updates a row of this kind and tells the shards.
  [[nodiscard]] Outcome<void> update(store::Row& row, Effects& effects);

  Workshop& workshop_;
  const Definition& definition_;

 private:
  [[nodiscard]] Outcome<void> place_key(store::Row& row, std::string_view key);
  [[nodiscard]] Outcome<void> place(store::Row& row, const Arguments& arguments, std::string_view attempt);
  [[nodiscard]] Outcome<void> join_tenant(store::Row& row, bool is_new, std::string_view attempt);
  [[nodiscard]] Outcome<store::Row> referred(const Field& field, std::string_view key,
                                             std::string_view attempt);
  [[nodiscard]] Outcome<void> check_rivals(const store::Row& row, std::string_view attempt);
  [[nodiscard]] Outcome<void> check_parents(const store::Row& row, const Field& field,
                                            const store::Row& other, std::string_view attempt);
  [[nodiscard]] Outcome<store::Id> take_id(store::Id wanted, std::string_view attempt);
  [[nodiscard]] std::unexpected<Refusal> refused(store::Error error, const store::Row& row,
                                                 std::string_view attempt);
  [[nodiscard]] Outcome<void> tell(const store::Row& row, Effects& effects);
};

}  // namespace ringfence::provisioning
