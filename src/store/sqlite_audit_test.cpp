// SPDX-License-Identifier: Apache-2.0
// One entry for each change, whatever dies between the two files, and whatever copy of them is put back.
#include "store/sqlite_audit.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/crash_vfs.h"
#include "store/sqlite_store.h"
#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::store;

namespace {

namespace fs = std::filesystem;

const Actor kActor{"tester", "test"};
constexpr std::chrono::hours kForever{24 * 365 * 100};
constexpr int kOldDomains = 40;

struct Node {
  base::ManualClock clock;
  TemporaryDirectory directory;
  fs::path provisioning = directory.path() / "ringfence.db";
  fs::path audit = directory.path() / "audit.db";

  Result<std::unique_ptr<SqliteStore>> open() const {
    return SqliteStore::open(directory.path(), clock, {.busy_timeout = std::chrono::milliseconds{10}});
  }
};

/// A database of the release before the audit had a file, made with the steps that made it then.
void make_version_2(const Node& node) {
  auto connection = sqlite::Connection::open(node.provisioning, true).value();
  REQUIRE(sqlite::migrate(*connection, sqlite::database_files()[0].migrations.first(2), node.clock.wall()));
  REQUIRE(connection->execute(fmt::format(
      "BEGIN; WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
      "INSERT INTO domain (tenant, created, changed, name) SELECT 1, 5, 5, 'old' || i || '.test' FROM n; "
      "INSERT INTO audit (tenant, at, actor, door, action, entity, row, before, after) "
      "SELECT 1, 5, 'root (uid 0)', 'cli', 'insert', 'domain', id, '', json_object('name', name) FROM "
      "domain; "
      "INSERT INTO subscriber (tenant, created, changed, domain, username, state) "
      "VALUES (1, 6, 6, 2, 'alice', 'active'); "
      "INSERT INTO audit (tenant, at, actor, door, action, entity, row, before, after) VALUES "
      "(1, 6, 'root (uid 0)', 'cli', 'insert', 'subscriber', 1, '', "
      "'{{\"domain\":2,\"username\":\"alice\"}}'), "
      "(1, 7, 'root (uid 0)', 'cli', 'update', 'subscriber', 1, '{{\"state\":\"active\"}}', "
      "'{{\"state\":\"locked\"}}'); COMMIT",
      kOldDomains)));
}

Result<void> add_domain(Store& store, const std::string& name) {
  auto transaction = Transaction::begin(store, kActor);
  if (!transaction) return std::unexpected(transaction.error());
  Row row{Kind::Domain};
  row[DomainField::Name] = name;
  if (auto added = store.insert(Kind::Domain, row); !added) return std::unexpected(added.error());
  return transaction->commit();
}

Result<void> remove_domain(Store& store, const std::string& name) {
  auto transaction = Transaction::begin(store, kActor);
  if (!transaction) return std::unexpected(transaction.error());
  const auto row = store.find(Kind::Domain, {Condition::equal(DomainField::Name, name)});
  if (!row || !*row) return std::unexpected(Error{Cause::NotFound, {}});
  if (auto removed = store.remove(Kind::Domain, (*row)->id); !removed) return removed;
  return transaction->commit();
}

Result<void> tend_all(Store& store) {
  for (Result<bool> more{true}; *more;) {
    more = store.tend(kForever);
    if (!more) return std::unexpected(more.error());
  }
  return {};
}

std::vector<AuditEntry> audit_of(Store& store) {
  std::vector<AuditEntry> entries;
  REQUIRE(store.scan_audit({}, [&entries](const AuditEntry& entry) {
    entries.push_back(entry);
    return true;
  }));
  return entries;
}

std::set<std::string> domains_in(Store& store) {
  std::set<std::string> names;
  REQUIRE(store.scan(Kind::Domain, {}, [&names](const Row& row) {
    names.emplace(text_of(row[DomainField::Name]));
    return true;
  }));
  return names;
}

/// Each domain has one entry that tells of its beginning, and one of its end if it has gone; no more, no
/// less.
void check_audit_fits(Store& store) {
  std::map<std::string, int> begun;
  std::map<std::string, int> ended;
  Id last = AuditQuery::kNoBound;
  for (const AuditEntry& entry : audit_of(store)) {
    CHECK(entry.id < last);
    last = entry.id;
    if (entry.table != Kind::Domain) continue;
    ++(entry.action == Action::Remove ? ended : begun)[entry.key];
  }
  const auto present = domains_in(store);
  for (const auto& name : present) CHECK_MESSAGE(begun[name] == 1, name);
  for (const auto& [name, times] : begun) {
    CHECK_MESSAGE(times == 1, name);
    CHECK_MESSAGE(ended[name] == (present.contains(name) ? 0 : 1), name);
  }
}

std::size_t check_copies(const Node& node) {
  std::size_t copies = 0;
  for (const auto& file : fs::directory_iterator{node.directory.path()}) {
    if (file.path().native().find("ringfence.db.before-v4-") == std::string::npos) continue;
    ++copies;
    auto copy = sqlite::Connection::open(file.path(), false).value();
    CHECK(copy->ask_text("PRAGMA integrity_check") == "ok");
    // A start that died between two steps has left the next one a database in the middle.
    const auto version = copy->ask_number("PRAGMA user_version").value();
    CHECK((version == 2 || version == 3));
    const auto* entries = version == 2 ? "SELECT count(*) FROM audit" : "SELECT count(*) FROM audit_outbox";
    CHECK(copy->ask_number(entries) == kOldDomains + 2);
  }
  return copies;
}

/// The first start of this release on an old database, and some changes. Each is told of when it is stored.
bool live(const Node& node, int told) {
  const auto tell = [told](char what) { return ::write(told, &what, 1) == 1; };
  auto store = node.open();
  if (!store) return false;
  const bool begun = add_domain(**store, "a.test") && tell('a') && tend_all(**store);
  const bool more = begun && add_domain(**store, "b.test") && tell('b') && add_domain(**store, "c.test") &&
                    tell('c') && tend_all(**store);
  return more && remove_domain(**store, "a.test") && tell('A') && tend_all(**store);
}

std::string live_and_die(const Node& node, unsigned operation, CrashVfs::Death death, bool& died) {
  int told[2];
  REQUIRE(::pipe(told) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    CrashVfs::die_at(operation, death);
    ::_exit(live(node, told[1]) ? 0 : 1);
  }
  ::close(told[1]);
  std::string acknowledged;
  for (char what = 0; ::read(told[0], &what, 1) == 1;) acknowledged += what;
  ::close(told[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  died = WEXITSTATUS(status) == CrashVfs::kCrashed;
  if (!died) REQUIRE(WEXITSTATUS(status) == 0);
  return acknowledged;
}

void check_after(const Node& node, const std::string& acknowledged) {
  auto store = node.open();
  REQUIRE(store);
  const auto present = domains_in(**store);
  const bool told_removed = acknowledged.ends_with('A');
  for (const char what : acknowledged) {
    if (what == 'b' || what == 'c') CHECK(present.contains(std::string{what} + ".test"));
  }
  if (told_removed) CHECK_FALSE(present.contains("a.test"));
  if (acknowledged == "a" || acknowledged == "ab") CHECK(present.contains("a.test"));
  CHECK(std::ranges::count_if(present, [](const auto& name) { return name.starts_with("old"); }) ==
        kOldDomains);
  check_audit_fits(**store);
  REQUIRE(tend_all(**store));
  check_audit_fits(**store);
  CHECK(check_copies(node) >= 1);  // whole ones; a start that died may have left its own
}

}  // namespace

TEST_CASE("whenever a process or the power dies, from the first migration on, each change has one entry") {
  const CrashVfs files;
  for (const auto death : {CrashVfs::Death::Kill, CrashVfs::Death::PowerCut}) {
    CAPTURE(static_cast<int>(death));
    bool died = true;
    unsigned operation = 0;
    while (died) {
      ++operation;
      CAPTURE(operation);
      const Node node;
      make_version_2(node);
      const auto acknowledged = live_and_die(node, operation, death, died);
      check_after(node, acknowledged);
    }
    CHECK(operation > 100);  // there was something to interrupt
  }
}

TEST_CASE("what the audit held before it had a file is in it, under its keys") {
  const Node node;
  make_version_2(node);
  auto store = node.open();
  REQUIRE(store);
  REQUIRE(tend_all(**store));
  const auto entries = audit_of(**store);
  REQUIRE(entries.size() == kOldDomains + 2);
  CHECK(entries[0].key == "alice@old2.test");
  CHECK(entries[0].after == R"({"state":"locked"})");
  CHECK(entries[0].actor.name == "root (uid 0)");
  CHECK(entries[1].key == "alice@old2.test");
  CHECK(entries.back().key == "old1.test");
  CHECK(entries.back().id == 1);
  CHECK(check_copies(node) == 1);
  auto file = sqlite::Connection::open(node.audit, false).value();
  CHECK(file->ask_number("SELECT count(*) FROM audit") == kOldDomains + 2);
  auto main = sqlite::Connection::open(node.provisioning, false).value();
  CHECK(main->ask_number("SELECT count(*) FROM audit_outbox") == 0);
}

TEST_CASE("while another process holds the audit's file, changes go on and their entries wait") {
  const Node node;
  auto store = node.open();
  REQUIRE(store);
  auto other = sqlite::Connection::open(node.audit, false).value();
  REQUIRE(other->execute("BEGIN IMMEDIATE"));
  REQUIRE(add_domain(**store, "a.test"));
  const auto refused = (*store)->tend(kForever);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::Busy);
  CHECK(audit_of(**store).size() == 1);
  REQUIRE(other->execute("ROLLBACK"));
  REQUIRE(tend_all(**store));
  CHECK(audit_of(**store).size() == 1);
  CHECK(other->ask_number("SELECT count(*) FROM audit") == 1);
}

TEST_CASE("an entry that has arrived and still stands in the outbox is read once") {
  const Node node;
  auto store = node.open();
  REQUIRE(store);
  REQUIRE(add_domain(**store, "a.test"));
  auto other = sqlite::Connection::open(node.provisioning, false).value();
  REQUIRE(other->execute("BEGIN IMMEDIATE"));  // it can be copied, and not be erased
  const auto refused = (*store)->tend(kForever);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::Busy);
  auto file = sqlite::Connection::open(node.audit, false).value();
  CHECK(file->ask_number("SELECT count(*) FROM audit") == 1);
  CHECK(audit_of(**store).size() == 1);
  REQUIRE(other->execute("ROLLBACK"));
  REQUIRE(add_domain(**store, "b.test"));
  CHECK(audit_of(**store).size() == 2);
  REQUIRE(tend_all(**store));
  CHECK(audit_of(**store).size() == 2);
  CHECK(other->ask_number("SELECT count(*) FROM audit_outbox") == 0);
}

TEST_CASE("an audit of a newer release is refused before anything is changed") {
  const Node node;
  make_version_2(node);
  REQUIRE(sqlite::Connection::open(node.audit, true)
              .value()
              ->execute("PRAGMA user_version = 99; PRAGMA "
                        "journal_mode = WAL"));
  const auto refused = node.open();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().cause == Cause::NewerSchema);
  CHECK(refused.error().failure.what.find("audit.db") != std::string::npos);
  CHECK(sqlite::Connection::open(node.provisioning, false).value()->ask_number("PRAGMA user_version") == 2);
  CHECK(check_copies(node) == 0);
}

TEST_CASE("files put back from a copy, or lost, cost no later entry and double none") {
  Node node;
  const auto copy = node.directory.path() / "copy";
  {
    auto store = node.open();
    REQUIRE(add_domain(**store, "first.test"));
    REQUIRE(tend_all(**store));
    REQUIRE(add_domain(**store, "second.test"));  // in the copy it stands in the outbox
  }
  SUBCASE("the provisioning is older than the audit") {
    fs::copy_file(node.provisioning, copy);
    {
      auto store = node.open();
      REQUIRE(add_domain(**store, "lost.test"));
      REQUIRE(tend_all(**store));
    }
    fs::copy_file(copy, node.provisioning, fs::copy_options::overwrite_existing);
    auto store = node.open();
    REQUIRE(add_domain(**store, "third.test"));
    REQUIRE(tend_all(**store));
    CHECK(audit_of(**store).size() == 4);  // also what was done to the lost one
    CHECK(audit_of(**store).front().key == "third.test");
  }
  SUBCASE("the provisioning is older, and an older release went on with it") {
    fs::copy_file(node.provisioning, copy);
    {
      auto store = node.open();
      REQUIRE(tend_all(**store));
      REQUIRE(add_domain(**store, "lost.test"));
      REQUIRE(tend_all(**store));
    }
    fs::copy_file(copy, node.provisioning, fs::copy_options::overwrite_existing);
    node.clock.advance(std::chrono::seconds{1});
    {  // its entry gets the id that the lost one has in the audit
      auto older = sqlite::Connection::open(node.provisioning, false).value();
      REQUIRE(older->execute(
          "INSERT INTO domain (tenant, created, changed, name) VALUES (1, 5, 5, 'third.test');"
          "INSERT INTO audit_outbox (tenant, at, actor, door, action, entity, row, key, before, after) "
          "VALUES "
          "(1, 5, 'x', 'cli', 'insert', 'domain', 3, 'third.test', '', '{\"name\":\"third.test\"}')"));
    }
    auto store = node.open();
    CHECK(audit_of(**store).size() == 4);
    REQUIRE(tend_all(**store));
    CHECK(audit_of(**store).size() == 4);
    CHECK(audit_of(**store).front().key == "third.test");
  }
  SUBCASE("the audit is lost") {
    fs::remove(node.audit);
    auto store = node.open();
    REQUIRE(add_domain(**store, "third.test"));
    REQUIRE(tend_all(**store));
    CHECK(audit_of(**store).size() == 2);
  }
}
