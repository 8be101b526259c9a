// SPDX-License-Identifier: Apache-2.0
// The write that every kind shares: the row, then the change that the shards must learn.
#include "provisioning/resource.h"

namespace ringfence::provisioning {

Outcome<void> Resource::insert(store::Row& row, Effects& effects) {
  if (auto inserted = store().insert(table(), row); !inserted) return refuse(std::move(inserted.error()));
  auto learned = change(row);
  if (!learned) return std::unexpected(std::move(learned.error()));
  effects.changes.push_back(std::move(*learned));
  return {};
}

Outcome<void> Resource::update(store::Row& row, Effects& effects) {
  if (auto updated = store().update(table(), row); !updated) return refuse(std::move(updated.error()));
  auto learned = change(row);
  if (!learned) return std::unexpected(std::move(learned.error()));
  effects.changes.push_back(std::move(*learned));
  return {};
}

Outcome<void> Resource::remove(directory::Kind kind, store::Id id, Effects& effects) {
  if (auto removed = store().remove(table(), id); !removed) return refuse(std::move(removed.error()));
  effects.changes.emplace_back(directory::Removal{kind, id});
  return {};
}

}  // namespace ringfence::provisioning
