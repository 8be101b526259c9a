// SPDX-License-Identifier: Apache-2.0
// One way for each naming.
#include "provisioning/keys.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "base/assert.h"
#include "model/rules.h"
#include "model/value_text.h"

namespace ringfence::provisioning {
namespace {

using store::Condition;
using store::Row;

/// The id in "17" or "id:17"; nothing in a name.
std::optional<store::Id> id_in(const Definition& of, std::string_view key) {
  if (key.starts_with(model::kIdPrefix)) {
    key.remove_prefix(model::kIdPrefix.size());
  } else if (of.key.naming != model::Naming::Numbered) {
    return std::nullopt;
  }
  store::Id id = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), id);
  return read.ec == std::errc{} && read.ptr == key.data() + key.size() ? std::optional{id} : std::nullopt;
}

}  // namespace

Outcome<std::optional<Row>> Keys::get(Kind kind, store::Id id, store::Id tenant) {
  auto row = store_.get(kind, id);
  if (!row) return refuse(std::move(row.error()));
  if (*row && tenant != 0 && (*row)->tenant != tenant) return std::nullopt;
  return std::move(*row);
}

Outcome<std::optional<Row>> Keys::find(Kind kind, std::string_view key, store::Id tenant) {
  const Definition& of = model::definition(kind);
  if (const auto id = id_in(of, key)) return get(kind, *id, tenant);
  RF_ASSERT(of.key.naming != model::Naming::Numbered);  // the key was checked
  return of.key.naming == model::Naming::Within ? find_within(of, key, tenant) : find_named(of, key, tenant);
}

Outcome<std::optional<Row>> Keys::find_named(const Definition& of, std::string_view name, store::Id tenant) {
  std::vector<Row> found;
  const store::Query query{{Condition::equal(of.key.name, std::string{name})}, 0, 2, tenant};
  const auto scanned = store_.scan(of.kind, query, [&found](const Row& row) {
    found.push_back(row);
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return std::move(found.front());
  return refuse(Reason::Conflict,
                fmt::format("cannot tell which {} {} is meant", model::dashed(of.name), name),
                "several resellers have one of this name",
                fmt::format("say whose with --reseller NAME, or use its id: id:{}", found.front().id));
}

Outcome<std::optional<Row>> Keys::find_within(const Definition& of, std::string_view key, store::Id tenant) {
  const auto parts = model::split_subscriber(key);
  RF_ASSERT(parts);  // the key was checked
  const auto parent = find(of.fields[of.key.within].refers_to, parts->domain, tenant);
  if (!parent) return std::unexpected(parent.error());
  if (!*parent) return std::optional<Row>{};
  auto row = store_.find(of.kind,
                         {Condition::equal(of.key.within, store::value_of((*parent)->id)),
                          Condition::equal(of.key.name, std::string{parts->user})},
                         tenant);
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

Outcome<std::string> Keys::key_of(Kind kind, const Row& row) {
  const Definition& of = model::definition(kind);
  if (of.key.naming != model::Naming::Within) {
    auto key = store_.key_of(kind, row);
    if (!key) return refuse(std::move(key.error()));
    return std::move(*key);
  }
  auto parent = key_of(of.fields[of.key.within].refers_to, store::id_of(row.cells[of.key.within]));
  if (!parent) return parent;
  return fmt::format("{}@{}", store::text_of(row.cells[of.key.name]), *parent);
}

Outcome<std::string> Keys::key_of(Kind kind, store::Id id) {
  auto& [last, text] = last_[static_cast<std::size_t>(kind)];
  if (last == id) return text;
  const auto row = store_.get(kind, id);
  if (!row) return refuse(row.error());
  if (!*row) return std::string{};
  auto key = key_of(kind, **row);
  if (key) last = id, text = *key;
  return key;
}

}  // namespace ringfence::provisioning
