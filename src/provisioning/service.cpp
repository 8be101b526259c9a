// SPDX-License-Identifier: Apache-2.0
// The verbs: check, change in one transaction, tell the shards.
#include "provisioning/service.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/rules.h"
#include "provisioning/admins.h"
#include "provisioning/bans.h"
#include "provisioning/domains.h"
#include "provisioning/export.h"
#include "provisioning/numbers.h"
#include "provisioning/peers.h"
#include "provisioning/resellers.h"

namespace ringfence::provisioning {
namespace {

constexpr std::size_t kMostTold = 100'000;

using directory::Change;
using model::dashed;
using store::Row;

/// Kinds that need more than their definition says; all others are plain.
std::unique_ptr<Resource> make_resource(Workshop& workshop, Kind kind) {
  switch (kind) {
    case Kind::Reseller:
      return std::make_unique<Resellers>(workshop);
    case Kind::Domain:
      return std::make_unique<Domains>(workshop);
    case Kind::Subscriber:
      return std::make_unique<Subscribers>(workshop);
    case Kind::Number:
      return std::make_unique<Numbers>(workshop);
    case Kind::Peer:
      return std::make_unique<Peers>(workshop);
    case Kind::Preference:
      return std::make_unique<Preferences>(workshop);
    case Kind::Ban:
      return std::make_unique<Bans>(workshop);
    case Kind::Admin:
      return std::make_unique<Admins>(workshop);
    default:
      return std::make_unique<Resource>(workshop, kind);
  }
}

}  // namespace

Service::Service(store::Store& store, crypto::Key ha1_key, base::Random& random, ChangeSink sink,
                 PasswordPolicy passwords)
    : workshop_{store, Ha1Vault{std::move(ha1_key), random}, random, passwords}, sink_{std::move(sink)} {
  for (const Definition& of : model::definitions()) resources_.push_back(make_resource(workshop_, of.kind));
}

Service::~Service() = default;

Preferences& Service::preferences() {
  return static_cast<Preferences&>(resource(Kind::Preference));
}
Subscribers& Service::subscribers() {
  return static_cast<Subscribers&>(resource(Kind::Subscriber));
}

/// A commit is told as one, but for the removal of hundreds of thousands of parts: a message has a size.
void Service::tell(std::span<const Change> changes) const {
  while (!changes.empty()) {
    const auto some = changes.first(std::min(changes.size(), kMostTold));
    sink_(some);
    changes = changes.subspan(some.size());
  }
}

Outcome<void> Service::enter(const Scope& scope) {
  workshop_.keys.forget();
  workshop_.subscribers_of.clear();
  workshop_.scope = 0;
  if (scope.reseller.empty()) return {};
  const Definition& of = model::definition(Kind::Reseller);
  const auto key = check_key(of, Verb::Show, scope.reseller);
  if (!key) return std::unexpected(key.error());
  const auto row = workshop_.keys.find(Kind::Reseller, *key, 0);
  if (!row) return std::unexpected(row.error());
  if (!*row) {
    return refuse(Reason::NotFound, "cannot see the rows of a reseller",
                  fmt::format("there is no reseller {}", *key), "ringfence reseller ls");
  }
  workshop_.scope = (*row)->id;
  return {};
}

template <class Work>
Outcome<Answer> Service::change(const store::Actor& actor, const Scope& scope, Work work) {
  if (auto entered = enter(scope); !entered) return std::unexpected(std::move(entered.error()));
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

/// A preference is known by its name and its owner, which is among the arguments.
Outcome<std::optional<Row>> Service::find(Kind kind, Verb verb, std::string_view key, Arguments& arguments) {
  if (kind == Kind::Preference) return preferences().find_of_owner(verb, key, arguments);
  const auto canonical = check_key(model::definition(kind), verb, key);
  if (!canonical) return std::unexpected(canonical.error());
  return resource(kind).find(*canonical);
}

Outcome<Row> Service::existing(Kind kind, Verb verb, std::string_view key, Arguments& arguments) {
  auto row = find(kind, verb, key, arguments);
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return std::move(**row);
  const Definition& of = model::definition(kind);
  return refuse(Reason::NotFound, attempt(of, verb, key), fmt::format("there is no such {}", dashed(of.name)),
                fmt::format("ringfence {} ls", dashed(of.name)));
}

Outcome<Answer> Service::add(Kind kind, std::string_view key, const Arguments& arguments,
                             const store::Actor& actor, const Scope& scope) {
  const Definition& of = model::definition(kind);
  const auto canonical = check_key(of, Verb::Add, key);
  if (!canonical) return std::unexpected(canonical.error());
  const auto checked = check_arguments(of, Verb::Add, *canonical, arguments);
  if (!checked) return std::unexpected(checked.error());
  return change(actor, scope, [&](Effects& effects) -> Outcome<Record> {
    const auto row = resource(kind).add(*canonical, *checked, effects);
    if (!row) return std::unexpected(row.error());
    if (of.effect.empty()) {
      effects.notes.push_back(
          fmt::format("nothing acts on {} in this release: it is kept for the one that does", of.plural));
    }
    return resource(kind).show(*row, false);
  });
}

Outcome<Answer> Service::set(Kind kind, std::string_view key, const Arguments& arguments,
                             const store::Actor& actor, const Scope& scope) {
  const Definition& of = model::definition(kind);
  return change(actor, scope, [&](Effects& effects) -> Outcome<Record> {
    Arguments left = arguments;
    auto row = find(kind, Verb::Set, key, left);
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row && kind == Kind::Preference) {
      Arguments all = arguments;
      all.insert_or_assign("name", std::string{key});
      const auto checked = check_arguments(of, Verb::Add, {}, all);
      if (!checked) return std::unexpected(checked.error());
      const auto added = resource(kind).add({}, *checked, effects);
      if (!added) return std::unexpected(added.error());
      return resource(kind).show(*added, false);
    }
    const auto checked = check_arguments(of, Verb::Set, key, left);
    if (!checked) return std::unexpected(checked.error());
    if (checked->empty()) {
      return refuse(Reason::Usage, attempt(of, Verb::Set, key), "nothing to change was given",
                    help_for(of, Verb::Set));
    }
    if (!*row) return std::unexpected(existing(kind, Verb::Set, key, left).error());
    if (auto done = resource(kind).set(**row, *checked, effects); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return resource(kind).show(**row, false);
  });
}

Outcome<Answer> Service::remove(Kind kind, std::string_view key, const store::Actor& actor,
                                const Arguments& arguments, const Scope& scope) {
  return change(actor, scope, [&](Effects& effects) -> Outcome<Record> {
    Arguments left = arguments;
    const auto row = existing(kind, Verb::Rm, key, left);
    if (!row) return std::unexpected(row.error());
    auto record = resource(kind).show(*row, false);
    if (!record) return record;
    if (auto done = resource(kind).remove(*row, effects); !done)
      return std::unexpected(std::move(done.error()));
    return record;
  });
}

Outcome<Answer> Service::show(Kind kind, std::string_view key, const Arguments& arguments,
                              const Scope& scope) {
  if (auto entered = enter(scope); !entered) return std::unexpected(std::move(entered.error()));
  Arguments left = arguments;
  const auto row = existing(kind, Verb::Show, key, left);
  if (!row) return std::unexpected(row.error());
  auto record = resource(kind).show(*row, false);
  if (!record) return std::unexpected(std::move(record.error()));
  return Answer{std::move(*record), {}};
}

template <class ToRecord>
Outcome<Page> Service::page(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit,
                            const Scope& scope, ToRecord to_record) {
  if (auto entered = enter(scope); !entered) return std::unexpected(std::move(entered.error()));
  const auto checked = check_arguments(model::definition(kind), Verb::Ls, {}, arguments);
  if (!checked) return std::unexpected(checked.error());
  auto query = resource(kind).query(*checked);
  if (!query) return std::unexpected(std::move(query.error()));
  query->after = after;
  query->limit = std::clamp<std::size_t>(limit, 1, kMaxPage);

  Page page;
  Outcome<void> shown;
  const auto scanned = workshop_.store.scan(kind, *query, [&](const Row& row) {
    auto record = to_record(row);
    if (!record) {
      shown = std::unexpected(std::move(record.error()));
      return false;
    }
    page.records.push_back(std::move(*record));
    page.next = row.id;
    return true;
  });
  if (!scanned) return refuse(scanned.error());
  if (!shown) return std::unexpected(std::move(shown.error()));
  if (page.records.size() < query->limit) page.next.reset();
  return page;
}

Outcome<Page> Service::list(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit,
                            const Scope& scope) {
  return page(kind, arguments, after, limit, scope,
              [this, kind](const Row& row) { return resource(kind).show(row, true); });
}

Outcome<Page> Service::export_page(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit,
                                   Secrets secrets, const Scope& scope) {
  return page(kind, arguments, after, limit, scope, [this, kind, secrets](const Row& row) -> Outcome<Record> {
    auto record = export_record(resource(kind), workshop_, row);
    if (!record || kind != Kind::Subscriber || secrets == Secrets::Left) return record;
    if (auto added = subscribers().show_secrets(row, *record); !added) {
      return std::unexpected(std::move(added.error()));
    }
    return record;
  });
}

Outcome<std::uint64_t> Service::count(Kind kind, const Arguments& arguments, const Scope& scope) {
  if (auto entered = enter(scope); !entered) return std::unexpected(std::move(entered.error()));
  const auto checked = check_arguments(model::definition(kind), Verb::Ls, {}, arguments);
  if (!checked) return std::unexpected(checked.error());
  const auto query = resource(kind).query(*checked);
  if (!query) return std::unexpected(query.error());
  const auto count = workshop_.store.count(kind, query->conditions, query->tenant);
  if (!count) return refuse(count.error());
  return *count;
}

Outcome<std::vector<Record>> Service::effective_preferences(const Arguments& arguments, const Scope& scope) {
  if (auto entered = enter(scope); !entered) return std::unexpected(std::move(entered.error()));
  return preferences().effective(arguments);
}

Outcome<void> Service::load(const ChangeSink& to) {
  to(std::array<Change, 1>{directory::LoadBegin{}});
  for (const Definition& of : model::definitions()) {
    if (of.reach != model::Reach::Calls) continue;
    if (auto loaded = load_all(of.kind, to); !loaded) return loaded;
  }
  to(std::array<Change, 1>{directory::LoadEnd{}});
  return {};
}

Outcome<void> Service::load_all(Kind kind, const ChangeSink& to) {
  std::vector<Change> batch;
  Outcome<void> loaded;
  const auto scanned = workshop_.store.scan(kind, {}, [&](const Row& row) {
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
