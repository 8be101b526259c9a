// SPDX-License-Identifier: Apache-2.0
// What holds after any sequence of requests, refusals, failing writes and restarts: the directory equals the
// database, and resellers keep apart.
#include <array>
#include <cstdlib>
#include <utility>

#include "provisioning/sample_rows.h"
#include "store/sqlite_store.h"
#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::provisioning;

namespace {

/// What the directory should hold, as a full load of the database tells it.
std::vector<directory::Change> all_of(Service& service) {
  std::vector<directory::Change> changes;
  REQUIRE(service.load([&changes](std::span<const directory::Change> batch) {
    changes.insert(changes.end(), batch.begin(), batch.end());
  }));
  return changes;
}

/// Compares one record; counts it under its kind.
struct Holds {
  const directory::Snapshot& snapshot;
  std::size_t domains = 0;
  std::size_t subscribers = 0;
  std::size_t peers = 0;
  std::size_t entries = 0;

  void operator()(const directory::LoadBegin&) {}
  void operator()(const directory::LoadEnd&) {}
  void operator()(const directory::Removal&) { FAIL("a load removes nothing"); }
  void operator()(const directory::Domain& wanted) {
    const auto* known = snapshot.domain(wanted.name);
    REQUIRE(known != nullptr);
    CHECK(*known == wanted);
    CHECK(snapshot.domain(wanted.id) == known);
    ++domains;
  }
  void operator()(const directory::SubscriberValues& wanted) {
    const auto* known = snapshot.subscriber(wanted.id);
    REQUIRE(known != nullptr);
    CHECK(known->values() == wanted);
    CHECK(snapshot.subscriber(wanted.username, *snapshot.domain(wanted.domain)) == known);
    if (!wanted.number.empty()) CHECK(snapshot.by_number(wanted.number) == known);
    ++subscribers;
  }
  void operator()(const directory::Peer& wanted) {
    const auto* known = snapshot.peer(wanted.id);
    REQUIRE(known != nullptr);
    CHECK(*known == wanted);
    CHECK(snapshot.peer(wanted.address, wanted.protocol) == known);
    ++peers;
  }
  void operator()(const directory::EntryValues& wanted) {
    CAPTURE(std::string{model::definition(wanted.kind).name});
    CAPTURE(wanted.id);
    const auto* known = snapshot.entry(wanted.kind, wanted.id);
    REQUIRE(known != nullptr);
    CHECK(known->values() == wanted);
    ++entries;
  }
};

void check_equal(const std::vector<directory::Change>& wanted, const directory::Snapshot& snapshot) {
  Holds holds{snapshot};
  for (const auto& change : wanted) std::visit(holds, change);
  CHECK(snapshot.domains() == holds.domains);
  CHECK(snapshot.subscribers() == holds.subscribers);
  CHECK(snapshot.peers() == holds.peers);
  CHECK(snapshot.entries() == holds.entries);
}

/// One request after the other, most of them sensible, on rows that are there or were.
class Requests {
 public:
  /// @param scope  whose requests they are
  Requests(Service& service, base::Random& random, Scope scope = {})
      : service_{service}, random_{random}, scope_{std::move(scope)} {}

  void next() {
    const Definition& of = model::definitions()[random_.below(model::kKinds)];
    const std::string key = some_key(of);
    const unsigned draw = static_cast<unsigned>(random_.below(10));
    if (draw < 5) {
      count(service_.add(of.kind, parent_or_name(of), arguments(of, Verb::Add), actor_, scope_));
    } else if (draw < 9) {
      count(service_.set(of.kind, key, arguments(of, Verb::Set), actor_, scope_));
    } else {
      count(service_.remove(of.kind, key, actor_, {}, scope_));
    }
  }
  [[nodiscard]] std::size_t done() const { return done_; }

 private:
  void count(const Outcome<Answer>& answer) { done_ += answer ? 1U : 0U; }
  std::string small() { return std::to_string(1 + random_.below(4)); }

  /// A key that a row of this kind may have.
  std::string some_key(const Definition& of) {
    if (of.key.naming == model::Naming::Numbered) return std::to_string(1 + random_.below(12));
    return parent_or_name(of);
  }
  std::string parent_or_name(const Definition& of) {
    if (of.key.naming == model::Naming::Within) return "u" + small() + "@d" + small() + ".test";
    if (of.key.naming == model::Naming::Numbered) {
      return of.key.within == model::Key::kNone
                 ? std::string{}
                 : some_key(model::definition(of.fields[of.key.within].refers_to));
    }
    if (of.kind == Kind::Domain) return "d" + small() + ".test";
    if (of.kind == Kind::Number) return "43" + small();
    if (of.kind == Kind::Ban) return "198.51.100." + small();
    return "n" + small();
  }

  Arguments arguments(const Definition& of, Verb verb) {
    Arguments given;
    for (const Field* field : fields_of(of, verb)) {
      const bool needed = field->need == model::Need::Required && field->fallback.empty();
      if (field->type == model::Type::Blob || (random_.below(3) == 0 && !(needed && verb == Verb::Add)))
        continue;
      given.emplace(std::string{field->name}, value_of(of, *field));
    }
    return given;
  }
  std::string value_of(const Definition& of, const Field& field) {
    switch (field.type) {
      case model::Type::Flag:
        return random_.below(2) == 0 ? "yes" : "no";
      case model::Type::Integer:
        return std::to_string(field.least + static_cast<std::int64_t>(random_.below(3)));
      case model::Type::Decimal:
        return "0.25";
      case model::Type::Time:
        return "2030-01-02T03:04:05Z";
      case model::Type::Choice:
        return std::string{field.choices[random_.below(field.choices.size())]};
      case model::Type::Row:
        return random_.below(4) == 0 && field.need == model::Need::Optional
                   ? std::string{}
                   : some_key(model::definition(field.refers_to));
      case model::Type::Text:
      case model::Type::Blob:
        break;
    }
    if (field.name == "number") return random_.below(3) == 0 ? std::string{} : "43" + small();
    if (field.name == "address") return "192.0.2." + small() + ":5060/udp";
    return sample_text(of.kind, field.name, "t" + small());
  }

  Service& service_;
  base::Random& random_;
  Scope scope_;
  store::Actor actor_{"tester", "test"};
  std::size_t done_ = 0;
};

std::uint64_t seed_of_run() {
  const char* given = std::getenv("RF_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : base::SystemRandom{}.below(1'000'000);
}

}  // namespace

TEST_CASE("the directory equals the database after any changes, with writes that fail in between") {
  const std::uint64_t seed = seed_of_run();
  CAPTURE(seed);  // RF_SEED repeats it
  base::SeededRandom random{seed};
  TestBench bench;
  REQUIRE(bench.service.load([&bench](std::span<const directory::Change> changes) { bench.learn(changes); }));
  Requests requests{bench.service, random};
  for (int round = 0; round < 30; ++round) {
    for (int step = 0; step < 50; ++step) {
      if (random.below(8) == 0)
        bench.store.fail_after(static_cast<unsigned>(random.below(6)), store::Cause::Full);
      requests.next();
    }
    bench.store.fail_after(1'000'000, store::Cause::Full);
    const auto wanted = all_of(bench.service);
    check_equal(wanted, bench.now());
    directory::Directory fresh{bench.readers, {static_cast<std::uint64_t>(round) + 3, 4}};
    REQUIRE(fresh.apply(wanted));
    check_equal(wanted, fresh.snapshot());
  }
  CHECK(requests.done() > 200);
}

TEST_CASE("the directory equals the database file after restarts in the middle of changes") {
  const std::uint64_t seed = seed_of_run();
  CAPTURE(seed);
  base::SeededRandom random{seed};
  base::ManualClock clock;
  store::TemporaryDirectory directory;
  base::QuiescentDomain readers{1};
  directory::Directory live{readers, {1, 2}};
  std::size_t done = 0;
  for (int life = 0; life < 6; ++life) {
    auto store = store::SqliteStore::open(directory.path(), clock);
    REQUIRE(store);
    Service service{**store, TestBench::key(), random,
                    [&live](std::span<const directory::Change> changes) { REQUIRE(live.apply(changes)); }};
    REQUIRE(
        service.load([&live](std::span<const directory::Change> changes) { REQUIRE(live.apply(changes)); }));
    Requests requests{service, random};
    for (int step = 0; step < 60; ++step) requests.next();
    done += requests.done();
    check_equal(all_of(service), live.snapshot());
    // A change that was begun and never ended, as a kill leaves it.
    const store::Actor actor{"tester", "test"};
    auto begun = store::Transaction::begin(**store, actor);
    store::Row row{Kind::Domain};
    row[model::DomainField::Name] = std::string{"half.test"};
    REQUIRE((*store)->insert(Kind::Domain, row));
  }
  CHECK(done > 40);
  CHECK(live.snapshot().domain("half.test") == nullptr);
}

TEST_CASE("whatever resellers ask for, no row of one refers to another's, and no list holds another's") {
  const std::uint64_t seed = seed_of_run();
  CAPTURE(seed);
  base::SeededRandom random{seed};
  TestBench bench;
  const std::array<Scope, 3> scopes{Scope{}, Scope{"one"}, Scope{"two"}};
  for (const auto* name : {"one", "two"}) REQUIRE(bench.service.add(Kind::Reseller, name, {}, bench.actor));
  std::size_t done = 0;
  for (int round = 0; round < 12; ++round) {
    for (const Scope& scope : scopes) {
      Requests requests{bench.service, random, scope};
      for (int step = 0; step < 40; ++step) requests.next();
      done += requests.done();
    }
    for (const Definition& of : model::definitions()) {
      CAPTURE(std::string{of.name});
      REQUIRE(bench.store.scan(of.kind, {}, [&](const store::Row& row) {
        for (std::size_t i = 0; i < of.fields.size(); ++i) {
          if (of.fields[i].type != model::Type::Row || store::is_null(row.cells[i])) continue;
          const auto other = bench.store.get(of.fields[i].refers_to, store::id_of(row.cells[i]))->value();
          CHECK(other.tenant == row.tenant);
        }
        return true;
      }));
      for (const auto* name : {"one", "two"}) {
        const auto tenant = bench.store.find(
            Kind::Reseller, {store::Condition::equal(model::ResellerField::Name, std::string{name})});
        if (!tenant->has_value()) continue;  // it was removed, with nothing left of it
        const auto page = bench.service.list(of.kind, {}, 0, Service::kMaxPage, Scope{name});
        REQUIRE(page);
        for (const Record& record : page->records) {
          const auto id = static_cast<store::Id>(std::get<std::int64_t>(*record.find("id")));
          CHECK(bench.store.get(of.kind, id)->value().tenant == (*tenant)->id);
        }
        CHECK(page->records.size() == bench.store.count(of.kind, {}, (*tenant)->id));
      }
    }
  }
  CHECK(done > 150);
}
