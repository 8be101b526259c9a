// SPDX-License-Identifier: Apache-2.0
// What every engine promises, asked of each of them in the same words.
#include <doctest/doctest.h>

#include "base/random.h"
#include "store/memory_store.h"
#include "store/sqlite_store.h"
#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::store;

namespace {

const Actor kActor{"root (uid 0)", "test"};

struct Memory {
  base::ManualClock clock;
  MemoryStore engine{clock};
  Store& store() { return engine; }
};

struct Sqlite {
  base::ManualClock clock;
  TemporaryDirectory directory;
  std::unique_ptr<SqliteStore> engine = std::move(SqliteStore::open(directory.path(), clock).value());
  Store& store() { return *engine; }
};

/// One more engine is one more word here.
#define RF_ENGINES Memory, Sqlite

Row domain_row(std::string name) {
  Row row{Kind::Domain};
  row[DomainField::Name] = std::move(name);
  return row;
}

Row subscriber_row(Id domain, std::string username, std::string_view number = {}) {
  Row row{Kind::Subscriber};
  row[SubscriberField::Domain] = value_of(domain);
  row[SubscriberField::Username] = std::move(username);
  row[SubscriberField::Number] = text_or_null(number);
  row[SubscriberField::State] = std::string{"active"};
  row[SubscriberField::Ha1Md5] = std::string{"\0\xff\n secret", 10};
  return row;
}

Id add(Store& store, Kind table, Row row) {
  auto transaction = Transaction::begin(store, kActor);
  REQUIRE(transaction);
  const auto id = store.insert(table, row);
  REQUIRE(id);
  REQUIRE(transaction->commit());
  return *id;
}

template <class T>
Cause cause_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  CHECK_FALSE(result.error().failure.what.empty());
  return result.error().cause;
}

std::vector<Row> all(Store& store, Kind table, const Query& query = {}) {
  std::vector<Row> rows;
  REQUIRE(store.scan(table, query, [&rows](const Row& row) {
    rows.push_back(row);
    return true;
  }));
  return rows;
}

std::vector<AuditEntry> audit(Store& store, const AuditQuery& query = {}) {
  std::vector<AuditEntry> entries;
  REQUIRE(store.scan_audit(query, [&entries](const AuditEntry& entry) {
    entries.push_back(entry);
    return true;
  }));
  return entries;
}

}  // namespace

TEST_CASE_TEMPLATE("a row comes back as it was stored, with its id and times", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id domain = add(store, Kind::Domain, domain_row("example.test"));
  engine.clock.advance(std::chrono::seconds{5});
  const Row wanted = subscriber_row(domain, "alice", "43123");
  const Id id = add(store, Kind::Subscriber, wanted);
  const auto row = store.get(Kind::Subscriber, id);
  REQUIRE(row);
  REQUIRE(*row);
  CHECK((*row)->cells == wanted.cells);
  CHECK((*row)->tenant == kMainTenant);
  CHECK((*row)->created == engine.clock.wall());
  CHECK((*row)->changed == engine.clock.wall());
  CHECK_FALSE(*store.get(Kind::Subscriber, id + 1));
}

TEST_CASE_TEMPLATE("what is not committed never was", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  {
    auto transaction = Transaction::begin(store, kActor);
    Row row = domain_row("example.test");
    REQUIRE(store.insert(Kind::Domain, row));
    CHECK(store.count(Kind::Domain, {}) == 1U);  // the transaction sees its own writes
  }
  CHECK(store.count(Kind::Domain, {}) == 0U);
  CHECK(audit(store).empty());
}

TEST_CASE_TEMPLATE("an id may be known before its row", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id first = add(store, Kind::Domain, domain_row("a.test"));
  auto transaction = Transaction::begin(store, kActor);
  Row row = domain_row("b.test");
  row.id = store.next_id(Kind::Domain).value();
  CHECK(row.id > first);
  REQUIRE(store.insert(Kind::Domain, row));
  Row another = domain_row("c.test");
  CHECK(store.insert(Kind::Domain, another).value() > row.id);
  REQUIRE(transaction->commit());
  CHECK(all(store, Kind::Domain).size() == 3);
}

TEST_CASE_TEMPLATE("an id is not used again after its row has gone", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id first = add(store, Kind::Domain, domain_row("a.test"));
  {
    auto transaction = Transaction::begin(store, kActor);
    REQUIRE(store.remove(Kind::Domain, first));
    REQUIRE(transaction->commit());
  }
  CHECK(add(store, Kind::Domain, domain_row("b.test")) > first);
}

TEST_CASE_TEMPLATE("unique values are unique, and a missing one is no rival", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id a = add(store, Kind::Domain, domain_row("a.test"));
  const Id b = add(store, Kind::Domain, domain_row("b.test"));
  add(store, Kind::Subscriber, subscriber_row(a, "alice", "1"));
  add(store, Kind::Subscriber, subscriber_row(b, "alice"));
  add(store, Kind::Subscriber, subscriber_row(b, "Alice"));  // case counts
  add(store, Kind::Subscriber, subscriber_row(b, "bob"));

  auto transaction = Transaction::begin(store, kActor);
  Row same_name = subscriber_row(a, "alice");
  CHECK(cause_of(store.insert(Kind::Subscriber, same_name)) == Cause::Duplicate);
  Row same_number = subscriber_row(b, "carol", "1");
  CHECK(cause_of(store.insert(Kind::Subscriber, same_number)) == Cause::Duplicate);
  Row renamed = domain_row("b.test");
  renamed.id = a;
  CHECK(cause_of(store.update(Kind::Domain, renamed)) == Cause::Duplicate);
}

TEST_CASE_TEMPLATE("a row that others refer to stays, and a reference needs its row", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id domain = add(store, Kind::Domain, domain_row("a.test"));
  add(store, Kind::Subscriber, subscriber_row(domain, "alice"));
  auto transaction = Transaction::begin(store, kActor);
  CHECK(cause_of(store.remove(Kind::Domain, domain)) == Cause::Referred);
  Row orphan = subscriber_row(domain + 1, "bob");
  CHECK(cause_of(store.insert(Kind::Subscriber, orphan)) == Cause::Referred);
}

TEST_CASE_TEMPLATE("a row that misses a value, has a wrong one, or is not there is refused", Engine,
                   RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  auto transaction = Transaction::begin(store, kActor);
  Row nameless{Kind::Domain};
  CHECK(cause_of(store.insert(Kind::Domain, nameless)) == Cause::Incomplete);
  Row numbered{Kind::Domain};
  numbered[DomainField::Name] = std::int64_t{7};
  CHECK(cause_of(store.insert(Kind::Domain, numbered)) == Cause::Incomplete);
  Row absent = domain_row("a.test");
  absent.id = 99;
  CHECK(cause_of(store.update(Kind::Domain, absent)) == Cause::NotFound);
  CHECK(cause_of(store.remove(Kind::Domain, 99)) == Cause::NotFound);
}

TEST_CASE_TEMPLATE("rows are found by conditions and read in pages", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id a = add(store, Kind::Domain, domain_row("a.test"));
  const Id b = add(store, Kind::Domain, domain_row("b.test"));
  for (int i = 0; i < 10; ++i) {
    add(store, Kind::Subscriber, subscriber_row(i % 2 == 0 ? a : b, "user" + std::to_string(i)));
  }
  add(store, Kind::Subscriber, subscriber_row(a, "User_10"));

  const Query in_a{{Condition::equal(SubscriberField::Domain, value_of(a))}};
  CHECK(all(store, Kind::Subscriber, in_a).size() == 6);
  CHECK(store.count(Kind::Subscriber, in_a.conditions) == 6U);
  const Query prefixed{{Condition::equal(SubscriberField::Domain, value_of(a)),
                        Condition::prefix(SubscriberField::Username, "user")}};
  CHECK(all(store, Kind::Subscriber, prefixed).size() == 5);
  const Query wild{{Condition::prefix(SubscriberField::Username, "User%")}};
  CHECK(all(store, Kind::Subscriber, wild).empty());  // nothing is a wildcard
  const Query numberless{{Condition::equal(SubscriberField::Number, Value{})}};
  CHECK(store.count(Kind::Subscriber, numberless.conditions) == 11U);

  Query page{{}, 0, 4};
  std::vector<Row> rows;
  for (auto part = all(store, Kind::Subscriber, page); !part.empty();
       part = all(store, Kind::Subscriber, page)) {
    CHECK(part.size() <= 4);
    page.after = part.back().id;
    rows.insert(rows.end(), part.begin(), part.end());
  }
  CHECK(rows == all(store, Kind::Subscriber));

  const auto found =
      store.find(Kind::Subscriber, {Condition::equal(SubscriberField::Username, std::string{"user3"})});
  REQUIRE(found);
  REQUIRE(*found);
  CHECK(id_of((**found)[SubscriberField::Domain]) == b);
}

TEST_CASE_TEMPLATE("a scan may ask the store again while it runs", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  for (const auto* name : {"a.test", "b.test", "c.test"}) add(store, Kind::Domain, domain_row(name));
  std::size_t seen = 0;
  REQUIRE(store.scan(Kind::Domain, {}, [&](const Row& row) {
    CHECK(store.get(Kind::Domain, row.id).value().has_value());
    seen += all(store, Kind::Domain).size();
    return true;
  }));
  CHECK(seen == 9);
}

TEST_CASE_TEMPLATE("each change leaves who, when, what, before and after, and no secret", Engine,
                   RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id domain = add(store, Kind::Domain, domain_row("a.test"));
  const Id id = add(store, Kind::Subscriber, subscriber_row(domain, "alice", "1"));
  engine.clock.advance(std::chrono::seconds{1});
  {
    auto transaction = Transaction::begin(store, kActor);
    Row row = **store.get(Kind::Subscriber, id);
    row[SubscriberField::Number] = std::string{"2\"\n"};
    row[SubscriberField::Ha1Md5] = std::string{"other secret"};
    REQUIRE(store.update(Kind::Subscriber, row));
    REQUIRE(store.update(Kind::Subscriber, row));  // nothing differs: no entry
    REQUIRE(store.remove(Kind::Subscriber, id));
    REQUIRE(transaction->commit());
  }
  const auto entries = audit(store);
  REQUIRE(entries.size() == 4);
  const auto& [removed, updated, inserted] = std::tie(entries[0], entries[1], entries[2]);
  CHECK(inserted.action == Action::Insert);
  CHECK(inserted.table == Kind::Subscriber);
  CHECK(inserted.row == id);
  CHECK(inserted.before.empty());
  const std::string whole =
      R"json({"domain":1,"username":"alice","number":"1","state":"active","ha1_md5":"(hidden)","administrative":false})json";
  CHECK(inserted.after == whole);
  CHECK(updated.action == Action::Update);
  CHECK(updated.actor.name == kActor.name);
  CHECK(updated.actor.door == kActor.door);
  CHECK(updated.at == engine.clock.wall());
  const std::string old_cells = R"json({"number":"1","ha1_md5":"(hidden)"})json";
  const std::string new_cells = R"json({"number":"2\"\n","ha1_md5":"(hidden)"})json";
  CHECK(updated.before == old_cells);
  CHECK(updated.after == new_cells);
  CHECK(removed.action == Action::Remove);
  CHECK(removed.after.empty());
  for (const auto& entry : entries) CHECK((entry.before + entry.after).find("secret") == std::string::npos);
}

namespace {

constexpr std::chrono::hours kForever{24 * 365 * 100};

/// All of the work that may wait; the number of steps it took.
std::size_t tend(Store& store, std::chrono::milliseconds retention = kForever) {
  for (std::size_t steps = 1;; ++steps) {
    const auto more = store.tend(retention);
    REQUIRE(more);
    if (!*more) return steps;
  }
}

std::vector<std::string> keys(const std::vector<AuditEntry>& entries) {
  std::vector<std::string> found;
  for (const auto& entry : entries) found.push_back(entry.key);
  return found;
}

}  // namespace

TEST_CASE_TEMPLATE("the audit reads the same before, while and after it is moved", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  std::vector<std::string> wanted;
  const auto add_some = [&](int from, int count) {
    auto transaction = Transaction::begin(store, kActor);
    for (int i = from; i < from + count; ++i) {
      Row row = domain_row(std::to_string(i) + ".test");
      REQUIRE(store.insert(Kind::Domain, row));
      wanted.insert(wanted.begin(), std::to_string(i) + ".test");
    }
    REQUIRE(transaction->commit());
  };
  add_some(0, 1203);
  CHECK(keys(audit(store)) == wanted);
  REQUIRE(store.tend(kForever));
  CHECK(keys(audit(store)) == wanted);
  add_some(1203, 2);
  CHECK(keys(audit(store)) == wanted);
  tend(store);
  CHECK(keys(audit(store)) == wanted);
  const auto entries = audit(store);
  for (std::size_t i = 1; i < entries.size(); ++i) CHECK(entries[i].id < entries[i - 1].id);
}

TEST_CASE_TEMPLATE("the audit is asked by entity and key, in pages, also for what has gone", Engine,
                   RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  const Id domain = add(store, Kind::Domain, domain_row("a.test"));
  const Id alice = add(store, Kind::Subscriber, subscriber_row(domain, "alice", "1"));
  tend(store);  // a part of the entries is where it stays, a part may not be
  add(store, Kind::Subscriber, subscriber_row(domain, "bob"));
  {
    auto transaction = Transaction::begin(store, kActor);
    REQUIRE(store.remove(Kind::Subscriber, alice));
    REQUIRE(transaction->commit());
  }
  using Keys = std::vector<std::string>;
  CHECK(keys(audit(store)) == Keys{"alice@a.test", "bob@a.test", "alice@a.test", "a.test"});
  CHECK(keys(audit(store, {.table = Kind::Domain})) == Keys{"a.test"});
  CHECK(keys(audit(store, {.key = "alice@a.test"})) == Keys{"alice@a.test", "alice@a.test"});
  CHECK(audit(store, {.table = Kind::Domain, .key = "alice@a.test"}).empty());
  AuditQuery page{.limit = 3};
  const auto first = audit(store, page);
  CHECK(first.size() == 3);
  page.before = first.back().id;
  CHECK(keys(audit(store, page)) == Keys{"a.test"});
  CHECK(audit(store, {.limit = 0}).empty());
}

TEST_CASE_TEMPLATE("what is older than its retention is erased, and nothing younger", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  {
    auto transaction = Transaction::begin(store, kActor);
    for (int i = 0; i < 1200; ++i) {
      Row row = domain_row(std::to_string(i) + ".test");
      REQUIRE(store.insert(Kind::Domain, row));
    }
    REQUIRE(transaction->commit());
  }
  engine.clock.advance(std::chrono::hours{24});
  add(store, Kind::Domain, domain_row("young.test"));
  tend(store, std::chrono::hours{24});
  CHECK(audit(store).size() == 1201);
  engine.clock.advance(std::chrono::milliseconds{1});
  tend(store, std::chrono::hours{24});
  CHECK(keys(audit(store)) == std::vector<std::string>{"young.test"});
  engine.clock.advance(std::chrono::hours{25});
  tend(store, std::chrono::hours{24});
  CHECK(audit(store).empty());
  add(store, Kind::Domain, domain_row("new.test"));
  tend(store, std::chrono::hours{24});
  CHECK(keys(audit(store)) == std::vector<std::string>{"new.test"});
}

namespace {

/// A value that others often have too, so that rivals and references meet.
Value random_value(const Field& field, base::Random& random) {
  if (field.need == Need::Optional && random.below(3) == 0) return {};
  switch (field.type) {
    case Type::Flag:
    case Type::Row:
      return static_cast<std::int64_t>(field.type == Type::Flag ? random.below(2) : 1 + random.below(5));
    case Type::Integer:
    case Type::Decimal:
    case Type::Time:
      return static_cast<std::int64_t>(random.below(3));
    case Type::Choice:
      return std::string{field.choices[random.below(field.choices.size())]};
    case Type::Text:
    case Type::Blob:
      break;
  }
  return "t" + std::to_string(random.below(6));
}

Row random_row(Kind kind, base::Random& random) {
  Row row{kind};
  row.tenant = 1 + random.below(2);
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    row.cells[i] = random_value(definition(kind).fields[i], random);
  }
  return row;
}

}  // namespace

TEST_CASE("both engines agree after any sequence of changes, good and bad, kept and dropped") {
  std::size_t stored = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    Memory memory;
    Sqlite sqlite;
    for (int round = 0; round < 60; ++round) {
      auto left = Transaction::begin(memory.store(), kActor);
      auto right = Transaction::begin(sqlite.store(), kActor);
      for (int step = 0; step < 40; ++step) {
        const Id id = 1 + random.below(12);
        const auto table = static_cast<Kind>(random.below(model::kKinds));
        Row row = random_row(table, random);
        const auto both = [&](auto change) {
          const auto a = change(memory.store(), row);
          const auto b = change(sqlite.store(), row);
          REQUIRE(a.has_value() == b.has_value());
          if (!a) REQUIRE(a.error().cause == b.error().cause);
        };
        switch (random.below(4)) {
          case 0:
            both([&](Store& store, Row) { return store.remove(table, id); });
            break;
          case 1:
            row.id = id;
            both([&](Store& store, Row copy) { return store.update(table, copy); });
            break;
          default:  // ids drift apart when one engine burns an id on a refused row, so both are told which
                    // to take
            row.id = random.below(2) == 0 ? id : 100 + static_cast<Id>(round * 40 + step);
            if (memory.store().get(table, row.id).value()) break;
            both([&](Store& store, Row copy) { return store.insert(table, copy); });
        }
      }
      if (random.below(3) == 0) continue;
      REQUIRE(left->commit());
      REQUIRE(right->commit());
    }
    for (const Definition& table : definitions()) {
      CAPTURE(std::string{table.name});
      auto left = all(memory.store(), table.kind);
      auto right = all(sqlite.store(), table.kind);
      for (auto* rows : {&left, &right}) {  // the first reseller is made by each engine's own clock
        for (Row& row : *rows) {
          if (table.kind == Kind::Reseller && row.id == kMainTenant) row.created = row.changed = {};
        }
      }
      CHECK(left == right);
      stored += left.size();
    }
    if (seed % 2 == 0) tend(sqlite.store());
    const auto ours = audit(memory.store());
    const auto theirs = audit(sqlite.store());
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CHECK(ours[i].before == theirs[i].before);
      CHECK(ours[i].after == theirs[i].after);
      CHECK(ours[i].key == theirs[i].key);
    }
  }
  CHECK(stored > 5 * 60);  // of all that was tried, enough was right
}

TEST_CASE_TEMPLATE("a new database has its first reseller, and nothing else", Engine, RF_ENGINES) {
  Engine engine;
  for (const Definition& table : definitions()) {
    CAPTURE(std::string{table.name});
    CHECK(engine.store().count(table.kind, {}) == (table.kind == Kind::Reseller ? 1U : 0U));
  }
  const auto main = engine.store().get(Kind::Reseller, kMainTenant);
  REQUIRE(main->has_value());
  CHECK(engine.store().key_of(Kind::Reseller, **main) == std::string{kMainTenantName});
  CHECK((*main)->tenant == kMainTenant);
}

TEST_CASE_TEMPLATE("a name is taken only among the rows of its tenant", Engine, RF_ENGINES) {
  Engine engine;
  Store& store = engine.store();
  Row row{Kind::RewriteSet};
  row[model::RewriteSetField::Name] = std::string{"default"};
  add(store, Kind::RewriteSet, row);
  row.tenant = 2;
  add(store, Kind::RewriteSet, row);
  {
    auto transaction = Transaction::begin(store, kActor);
    row.id = 0;
    CHECK(cause_of(store.insert(Kind::RewriteSet, row)) == Cause::Duplicate);
  }
  CHECK(all(store, Kind::RewriteSet).size() == 2);
  CHECK(all(store, Kind::RewriteSet, {.tenant = 2}).size() == 1);
  CHECK(all(store, Kind::RewriteSet, {.tenant = 3}).empty());
  CHECK(store.count(Kind::RewriteSet, {}, 1) == 1U);
  const auto name = Condition::equal(model::RewriteSetField::Name, std::string{"default"});
  CHECK(store.find(Kind::RewriteSet, {name}, 2)->value().tenant == 2);
  CHECK_FALSE(store.find(Kind::RewriteSet, {name}, 3)->has_value());
}

TEST_CASE("a store that fails half-way has stored nothing") {
  base::ManualClock clock;
  FailingStore store{clock};
  for (unsigned writes = 0; writes < 3; ++writes) {
    CAPTURE(writes);
    store.fail_after(writes, Cause::Full);
    const auto change = [&store]() -> Result<void> {
      auto transaction = Transaction::begin(store, kActor);
      if (!transaction) return std::unexpected(transaction.error());
      Row row = domain_row("a.test");
      if (auto inserted = store.insert(Kind::Domain, row); !inserted)
        return std::unexpected(inserted.error());
      return transaction->commit();
    };
    CHECK(cause_of(change()) == Cause::Full);
    CHECK(store.count(Kind::Domain, {}) == 0U);
  }
}
