// SPDX-License-Identifier: Apache-2.0
// The verbs: check, change in one transaction, tell the shards.
#include "provisioning/service.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace ringfence::provisioning {

using directory::Change;
using store::Row;

std::string utc_text(base::WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(time));
}

Service::Service(store::Store& store, crypto::Key ha1_key, base::Random& random, ChangeSink sink,
                 PasswordPolicy passwords)
    : workshop_{store, Ha1Vault{std::move(ha1_key), random}, random, passwords}, sink_{std::move(sink)} {}

Resource& Service::resource(Kind kind) {
  if (kind == Kind::Domain) return domains_;
  if (kind == Kind::Subscriber) return subscribers_;
  return peers_;
}

void Service::tell(std::span<const Change> changes) const {
  if (!changes.empty()) sink_(changes);
}

template <class Work>
Outcome<Answer> Service::change(const store::Actor& actor, Work work) {
  auto transaction = store::Transaction::begin(workshop_.store, actor);
  if (!transaction) return refuse(std::move(transaction.error()));
  Effects effects;
  Outcome<Record> record = work(effects);
  if (!record) return std::unexpected(std::move(record.error()));
  if (auto committed = transaction->commit(); !committed) return refuse(std::move(committed.error()));
  tell(effects.changes);
  for (auto& [name, cell] : effects.extra.cells) record->add(name, std::move(cell));
  return Answer{std::move(*record), std::move(effects.notes)};
}

Outcome<Row> Service::existing(Kind kind, Verb verb, std::string_view key) {
  auto row = resource(kind).find(key);
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return std::move(**row);
  const std::string_view name = provisioning::definition(kind).name;
  return refuse(Reason::NotFound, fmt::format("cannot {} {} {}", name_of(verb), name, key),
                fmt::format("there is no such {}", name), fmt::format("ringfence {} ls", name));
}

Outcome<Answer> Service::add(Kind kind, std::string_view key, const Arguments& arguments,
                             const store::Actor& actor) {
  const Definition& of = provisioning::definition(kind);
  const auto canonical = check_key(of, Verb::Add, key);
  if (!canonical) return std::unexpected(canonical.error());
  const auto checked = check_arguments(of, Verb::Add, *canonical, arguments);
  if (!checked) return std::unexpected(checked.error());
  return change(actor, [&](Effects& effects) -> Outcome<Record> {
    const auto known = resource(kind).find(*canonical);
    if (!known) return std::unexpected(known.error());
    if (*known) {
      return refuse(Reason::Conflict, fmt::format("cannot add {} {}", of.name, *canonical),
                    "it is there already", fmt::format("ringfence {} show {}", of.name, *canonical));
    }
    const auto row = resource(kind).add(*canonical, *checked, effects);
    if (!row) return std::unexpected(row.error());
    return resource(kind).show(*row, false);
  });
}

Outcome<Answer> Service::set(Kind kind, std::string_view key, const Arguments& arguments,
                             const store::Actor& actor) {
  const Definition& of = provisioning::definition(kind);
  const auto canonical = check_key(of, Verb::Set, key);
  if (!canonical) return std::unexpected(canonical.error());
  const auto checked = check_arguments(of, Verb::Set, *canonical, arguments);
  if (!checked) return std::unexpected(checked.error());
  if (checked->empty()) {
    return refuse(Reason::Usage, fmt::format("cannot set {} {}", of.name, *canonical),
                  "nothing to change was given", fmt::format("see ringfence {} set --help", of.name));
  }
  return change(actor, [&](Effects& effects) -> Outcome<Record> {
    auto row = existing(kind, Verb::Set, *canonical);
    if (!row) return std::unexpected(std::move(row.error()));
    if (auto done = resource(kind).set(*row, *checked, effects); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return resource(kind).show(*row, false);
  });
}

Outcome<Answer> Service::remove(Kind kind, std::string_view key, const store::Actor& actor) {
  const auto canonical = check_key(provisioning::definition(kind), Verb::Rm, key);
  if (!canonical) return std::unexpected(canonical.error());
  return change(actor, [&](Effects& effects) -> Outcome<Record> {
    const auto row = existing(kind, Verb::Rm, *canonical);
    if (!row) return std::unexpected(row.error());
    auto record = resource(kind).show(*row, false);
    if (!record) return record;
    if (auto done = resource(kind).remove(*row, effects); !done)
      return std::unexpected(std::move(done.error()));
    return record;
  });
}

Outcome<Answer> Service::show(Kind kind, std::string_view key) {
  const auto canonical = check_key(provisioning::definition(kind), Verb::Show, key);
  if (!canonical) return std::unexpected(canonical.error());
  const auto row = existing(kind, Verb::Show, *canonical);
  if (!row) return std::unexpected(row.error());
  auto record = resource(kind).show(*row, false);
  if (!record) return std::unexpected(std::move(record.error()));
  return Answer{std::move(*record), {}};
}

namespace {

/// Leaves of a record what a list shows.
void keep_list_columns(const Definition& definition, Record& record) {
  std::erase_if(record.cells, [&definition](const auto& cell) {
    const auto column = std::ranges::find(definition.columns, cell.first, &Column::name);
    return column == definition.columns.end() || !column->in_list;
  });
}

}  // namespace

Outcome<Page> Service::list(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit) {
  const Definition& of = provisioning::definition(kind);
  const auto checked = check_arguments(of, Verb::Ls, {}, arguments);
  if (!checked) return std::unexpected(checked.error());
  auto query = resource(kind).query(*checked);
  if (!query) return std::unexpected(std::move(query.error()));
  query->after = after;
  query->limit = std::clamp<std::size_t>(limit, 1, kMaxPage);

  Page page;
  Outcome<void> shown;
  const auto scanned = workshop_.store.scan(resource(kind).table(), *query, [&](const Row& row) {
    auto record = resource(kind).show(row, true);
    if (!record) {
      shown = std::unexpected(std::move(record.error()));
      return false;
    }
    keep_list_columns(of, *record);
    page.records.push_back(std::move(*record));
    page.next = row.id;
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  if (!shown) return std::unexpected(std::move(shown.error()));
  if (page.records.size() < query->limit) page.next.reset();
  return page;
}

Outcome<void> Service::load(const ChangeSink& to) {
  to(std::array<Change, 1>{directory::LoadBegin{}});
  for (const Definition& of : definitions()) {
    if (auto loaded = load_all(of.kind, to); !loaded) return loaded;
  }
  to(std::array<Change, 1>{directory::LoadEnd{}});
  return {};
}

Outcome<void> Service::load_all(Kind kind, const ChangeSink& to) {
  std::vector<Change> batch;
  Outcome<void> loaded;
  const auto scanned = workshop_.store.scan(resource(kind).table(), {}, [&](const Row& row) {
    auto change = resource(kind).change(row);
    if (!change) {
      loaded = std::unexpected(std::move(change.error()));
      return false;
    }
    batch.push_back(std::move(*change));
    if (batch.size() == kBatch) {
      to(batch);
      batch.clear();
    }
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  if (loaded && !batch.empty()) to(batch);
  return loaded;
}

}  // namespace ringfence::provisioning
