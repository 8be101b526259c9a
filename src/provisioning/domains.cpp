// SPDX-License-Identifier: Apache-2.0
// Domains.
#include "provisioning/domains.h"

#include <fmt/format.h>

namespace ringfence::provisioning {
namespace {

using store::Condition;
using store::DomainColumn;
using store::Row;
using store::SubscriberColumn;

std::vector<Condition> subscribers_of(store::Id domain) {
  return {Condition::equal(SubscriberColumn::Domain, store::value_of(domain))};
}

}  // namespace

Outcome<std::optional<Row>> Domains::find(std::string_view key) {
  auto row = store().find(table(), {Condition::equal(DomainColumn::Name, std::string{key})});
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

Outcome<Row> Domains::add(std::string_view key, const Arguments&, Effects& effects) {
  Row row{table()};
  row[DomainColumn::Name] = std::string{key};
  if (auto inserted = insert(row, effects); !inserted) return std::unexpected(std::move(inserted.error()));
  return row;
}

Outcome<void> Domains::set(Row&, const Arguments&, Effects&) {
  return {};
}  // it has no fields

Outcome<void> Domains::remove(const Row& row, Effects& effects) {
  const auto left = store().count(store::TableId::Subscriber, subscribers_of(row.id));
  if (!left) return refuse(left.error());
  if (*left > 0) {
    const auto name = store::text_of(row[DomainColumn::Name]);
    return refuse(Reason::Conflict, fmt::format("cannot rm domain {}", name),
                  fmt::format("it still has {} subscriber{}", *left, *left == 1 ? "" : "s"),
                  fmt::format("remove them first: ringfence subscriber ls --domain {}", name));
  }
  return Resource::remove(directory::Kind::Domain, row.id, effects);
}

Outcome<store::Query> Domains::query(const Arguments&) {
  return store::Query{};
}

Outcome<Record> Domains::show(const Row& row, bool in_list) {
  Record record;
  record.add("domain", std::string{store::text_of(row[DomainColumn::Name])});
  record.add("id", static_cast<std::int64_t>(row.id));
  if (!in_list) {
    const auto subscribers = store().count(store::TableId::Subscriber, subscribers_of(row.id));
    if (!subscribers) return refuse(subscribers.error());
    record.add("subscribers", static_cast<std::int64_t>(*subscribers));
  }
  return record.add("created", utc_text(row.created)).add("changed", utc_text(row.changed));
}

Outcome<directory::Change> Domains::change(const Row& row) {
  return directory::Domain{row.id, row.tenant, std::string{store::text_of(row[DomainColumn::Name])}};
}

}  // namespace ringfence::provisioning
