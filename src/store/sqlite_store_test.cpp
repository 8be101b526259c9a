// SPDX-License-Identifier: Apache-2.0
// What only a file can go through: other processes, full disks, damage, old and new releases, sudden death.
#include "store/sqlite_store.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "store/temporary_directory.h"

using namespace ringfence;
using namespace ringfence::store;

namespace {

const Actor kActor{"tester", "test"};

struct Fixture {
  base::ManualClock clock;
  TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "ringfence.db";
  std::filesystem::path audit = directory.path() / "audit.db";

  Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options = {}) const {
    return SqliteStore::open(directory.path(), clock, options);
  }
};

Result<Id> add_domain(Store& store, std::string name) {
  auto transaction = Transaction::begin(store, kActor);
  if (!transaction) return std::unexpected(transaction.error());
  Row row{Kind::Domain};
  row[DomainField::Name] = std::move(name);
  auto id = store.insert(Kind::Domain, row);
  if (!id) return id;
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  return id;
}

template <class T>
void check_refused(const Result<T>& result, Cause cause) {
  REQUIRE_FALSE(result);
  CHECK(result.error().cause == cause);
  CHECK_FALSE(result.error().failure.why.empty());
  CHECK_FALSE(result.error().failure.next.empty());
}

/// As a user who is not root, so that modes of files mean something.
class PlainUser {
 public:
  PlainUser() {
    if (::geteuid() == 0) changed_ = ::seteuid(65534) == 0;
  }
  ~PlainUser() {
    if (changed_ && ::seteuid(0) != 0) ::abort();
  }

 private:
  bool changed_ = false;
};

/// The table of files with these steps for the provisioning.
std::array<sqlite::DatabaseFile, 2> files_with(std::span<const sqlite::Migration> steps) {
  std::array files{sqlite::database_files()[0], sqlite::database_files()[1]};
  files[0].migrations = steps;
  return files;
}

constexpr auto kTwoSteps = std::to_array<sqlite::Migration>({
    {1, "a table",
     "CREATE TABLE audit_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, tenant, at, actor, door, "
     "action, entity, row, key, before, after); CREATE TABLE thing (id INTEGER PRIMARY KEY); INSERT INTO "
     "thing VALUES (7);"},
    {2, "a column", "ALTER TABLE thing ADD COLUMN name TEXT;"},
});

}  // namespace

TEST_CASE("a new database can be read by its owner only, and keeps its rows") {
  const Fixture f;
  {
    auto store = f.open();
    REQUIRE(store);
    REQUIRE(add_domain(**store, "example.test"));
    struct ::stat status{};
    for (const auto& file : {f.file, f.audit}) {
      for (const auto* suffix : {"", "-wal", "-shm"}) {
        REQUIRE(::stat((file.string() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0600U);
      }
    }
  }
  auto again = f.open();
  REQUIRE(again);
  CHECK((*again)->count(Kind::Domain, {}) == 1U);
}

TEST_CASE("after all migrations the tables are as they are defined") {
  const Fixture f;
  REQUIRE(f.open());
  auto connection = sqlite::Connection::open(f.file, false);
  REQUIRE(connection);
  for (const Definition& table : definitions()) {
    CAPTURE(std::string{table.name});
    std::vector<Field> columns{{"id", Type::Integer, Need::Optional},
                               {"tenant", Type::Integer, Need::Required},
                               {"created", Type::Integer, Need::Required},
                               {"changed", Type::Integer, Need::Required}};
    columns.insert(columns.end(), table.fields.begin(), table.fields.end());
    std::size_t references = 0;
    auto statement = sqlite::Statement::prepare(
        **connection, "SELECT type, \"notnull\" FROM pragma_table_info(?1) WHERE name = ?2");
    for (const Field& column : columns) {
      CAPTURE(std::string{column.name});
      statement->reset();
      REQUIRE(statement->bind(1, table.name).bind(2, column.name).step().value());
      const bool text = column.type == Type::Text || column.type == Type::Choice;
      CHECK(statement->text(0) == (text ? "TEXT" : column.type == Type::Blob ? "BLOB" : "INTEGER"));
      CHECK((statement->number(1) != 0) == (column.need == Need::Required));
      references += column.type == Type::Row ? 1 : 0;
    }
    const auto count = [&](const char* sql) {
      auto asked = sqlite::Statement::prepare(**connection, sql);
      REQUIRE(asked->bind(1, table.name).step().value());
      return static_cast<std::size_t>(asked->number(0));
    };
    CHECK(count("SELECT count(*) FROM pragma_table_info(?1)") == columns.size());
    CHECK(count("SELECT count(*) FROM pragma_foreign_key_list(?1)") == references);
    CHECK(count("SELECT count(*) FROM pragma_index_list(?1) WHERE \"unique\"") == table.uniques.size());
  }
}

TEST_CASE("a database that another process holds is refused and not waited for without end") {
  const Fixture f;
  auto store = f.open({.busy_timeout = std::chrono::milliseconds{10}});
  REQUIRE(store);
  auto other = sqlite::Connection::open(f.file, false);
  REQUIRE((*other)->execute("BEGIN IMMEDIATE"));
  check_refused(add_domain(**store, "a.test"), Cause::Busy);
  check_refused(f.open({.busy_timeout = std::chrono::milliseconds{10}}), Cause::Busy);
  REQUIRE((*other)->execute("ROLLBACK"));
  CHECK(add_domain(**store, "a.test"));
}

TEST_CASE("a database that cannot be written is refused at the start") {
  const Fixture f;
  REQUIRE(f.open());
  REQUIRE(::chmod(f.directory.path().c_str(), 0755) == 0);
  REQUIRE(::chmod(f.file.c_str(), 0444) == 0);
  {
    const PlainUser user;
    const auto refused = f.open({.busy_timeout = std::chrono::milliseconds{10}});
    REQUIRE_FALSE(refused);
    CHECK((refused.error().cause == Cause::ReadOnly || refused.error().cause == Cause::Io));
    CHECK_FALSE(refused.error().failure.next.empty());
  }
  REQUIRE(::chmod(f.file.c_str(), 0600) == 0);
  CHECK(f.open());
}

TEST_CASE("a directory that is not there is refused") {
  const Fixture f;
  check_refused(SqliteStore::open(f.directory.path() / "missing", f.clock), Cause::Io);
}

TEST_CASE("when no space is left a change is refused whole, and what was there stays") {
  const Fixture f;
  auto store = f.open({.max_pages = 250});
  REQUIRE(store);
  std::uint64_t stored = 0;
  Result<Id> last{0};
  while ((last = add_domain(**store, std::to_string(stored) + std::string(200, 'x')))) ++stored;
  check_refused(last, Cause::Full);
  CHECK(stored > 0);
  CHECK((*store)->count(Kind::Domain, {}) == stored);
  store->reset();
  auto roomy = f.open();
  REQUIRE(roomy);
  CHECK((*roomy)->count(Kind::Domain, {}) == stored);
  CHECK(add_domain(**roomy, "a.test"));
}

TEST_CASE("a damaged file is refused and left as it is") {
  const Fixture f;
  SUBCASE("because it is no database") {
    std::ofstream{f.file} << std::string(8192, '?');
    check_refused(f.open(), Cause::Corrupt);
    CHECK(std::filesystem::file_size(f.file) == 8192);
  }
  SUBCASE("because pages were overwritten") {
    {
      auto store = f.open();
      for (int i = 0; i < 200; ++i) REQUIRE(add_domain(**store, std::to_string(i) + std::string(200, 'x')));
    }
    const auto size = std::filesystem::file_size(f.file);
    std::fstream file{f.file, std::ios::in | std::ios::out | std::ios::binary};
    for (std::streamoff page = 2; page < static_cast<std::streamoff>(size / 4096); ++page) {
      file.seekp(page * 4096);
      file << std::string(64, '\xee');
    }
    file.close();
    check_refused(f.open(), Cause::Corrupt);
    CHECK(std::filesystem::file_size(f.file) == size);
  }
}

TEST_CASE("the database of a newer release is refused, and both versions are named") {
  const Fixture f;
  REQUIRE(f.open());
  REQUIRE(sqlite::Connection::open(f.file, false).value()->execute("PRAGMA user_version = 99"));
  const auto refused = f.open();
  check_refused(refused, Cause::NewerSchema);
  CHECK(refused.error().failure.why.find("99") != std::string::npos);
}

TEST_CASE("an older database is copied, then brought up to date") {
  const Fixture f;
  REQUIRE(f.open({.files = files_with(std::span{kTwoSteps}.first(1))}));
  REQUIRE(f.open({.files = files_with(kTwoSteps)}));
  auto now = sqlite::Connection::open(f.file, false);
  CHECK((*now)->ask_number("PRAGMA user_version") == 2);
  CHECK((*now)->ask_number("SELECT id FROM thing WHERE name IS NULL") == 7);

  const auto copy = f.file.string() + ".before-v2-20260101T000000Z";
  REQUIRE(std::filesystem::exists(copy));
  CHECK((std::filesystem::status(copy).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  auto before = sqlite::Connection::open(copy, false);
  CHECK((*before)->ask_number("PRAGMA user_version") == 1);
  CHECK((*before)->ask_number("SELECT id FROM thing") == 7);
}

TEST_CASE("what an operator had before there was a model is in it, under its ids") {
  const Fixture f;
  {
    const auto steps = sqlite::database_files()[0].migrations.first(3);
    auto old = sqlite::open_files(f.directory.path(), f.clock.wall(), {.files = files_with(steps)});
    REQUIRE(old);
    REQUIRE((*old)[0]->execute(R"sql(
      INSERT INTO domain (id, tenant, created, changed, name) VALUES (3, 1, 11, 12, 'a.test');
      INSERT INTO subscriber (id, tenant, created, changed, domain, username, number, state, ha1_md5)
        VALUES (7, 1, 13, 14, 3, 'alice', '431', 'locked', x'0102');
      INSERT INTO peer (id, tenant, created, changed, name, address, transport, is_default, transit) VALUES
        (5, 1, 15, 16, 'carrier', '192.0.2.1:5060', 'udp', 1, 0),
        (6, 1, 17, 18, 'neighbour', '[2001:db8::1]:5060', 'tcp', 0, 1),
        (9, 1, 19, 20, 'gone', '192.0.2.9:5060', 'udp', 0, 0);
      DELETE FROM peer WHERE id = 9;
    )sql"));
  }
  auto store = f.open();
  REQUIRE(store);
  const auto row = [&store](Kind kind, Id id) { return (*store)->get(kind, id).value().value(); };
  CHECK(text_of(row(Kind::Domain, 3)[DomainField::State]) == "active");
  CHECK(text_of(row(Kind::Domain, 3)[DomainField::Zone]) == "UTC");
  const Row alice = row(Kind::Subscriber, 7);
  CHECK(text_of(alice[SubscriberField::Number]) == "431");
  CHECK(text_of(alice[SubscriberField::State]) == "locked");
  CHECK(text_of(alice[SubscriberField::Ha1Md5]) == "\x01\x02");
  CHECK(is_null(alice[SubscriberField::Customer]));
  CHECK(alice.created.time_since_epoch().count() == 13);
  const Row carrier = row(Kind::Peer, 5);
  CHECK(text_of(carrier[PeerField::Address]) == "192.0.2.1:5060/udp");
  CHECK(number_of(carrier[PeerField::Default]) == 1);
  CHECK(number_of(carrier[PeerField::Enabled]) == 1);
  CHECK(number_of(carrier[PeerField::Weight]) == 1);
  CHECK(carrier.changed.time_since_epoch().count() == 16);
  const Row neighbour = row(Kind::Peer, 6);
  CHECK(text_of(neighbour[PeerField::Address]) == "[2001:db8::1]:5060/tcp");
  CHECK(number_of(neighbour[PeerField::Default]) == 0);
  CHECK(number_of(neighbour[PeerField::Transit]) == 1);
  // An id that was given once is not given again, also when its row went before the tables were made anew.
  auto transaction = Transaction::begin(**store, kActor);
  CHECK((*store)->next_id(Kind::Peer) == 10U);
}

TEST_CASE("a migration that fails leaves the database as the step before left it") {
  const Fixture f;
  constexpr auto kBroken = std::to_array<sqlite::Migration>({
      kTwoSteps[0],
      kTwoSteps[1],
      {3, "a mistake", "INSERT INTO thing (id) VALUES (8); INSERT INTO nothing VALUES (1);"},
  });
  const auto refused = f.open({.files = files_with(kBroken)});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().failure.what.find("version 3 (a mistake)") != std::string::npos);
  auto now = sqlite::Connection::open(f.file, false);
  CHECK((*now)->ask_number("PRAGMA user_version") == 2);
  CHECK((*now)->ask_number("SELECT count(*) FROM thing") == 1);
}

TEST_CASE("a process killed while it writes loses nothing it acknowledged and leaves nothing half") {
  const Fixture f;
  REQUIRE(f.open());
  int acknowledged[2];
  REQUIRE(::pipe(acknowledged) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto store = f.open();
    for (std::uint32_t i = 0;; ++i) {
      if (!store || !add_domain(**store, std::to_string(i)) || ::write(acknowledged[1], &i, sizeof i) < 0)
        ::_exit(1);
    }
  }
  ::close(acknowledged[1]);
  std::uint32_t last = 0;
  while (last < 50) REQUIRE(::read(acknowledged[0], &last, sizeof last) == sizeof last);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  while (::read(acknowledged[0], &last, sizeof last) == sizeof last) {
  }
  ::close(acknowledged[0]);

  auto store = f.open();
  REQUIRE(store);
  const auto stored = (*store)->count(Kind::Domain, {}).value();
  CHECK(stored >= last + 1);
  CHECK(stored <= last + 2);  // one may have been stored and not yet told
  std::uint64_t audited = 0;
  REQUIRE((*store)->scan_audit({}, [&audited](const AuditEntry&) { return ++audited != 0; }));
  CHECK(audited == stored);
}
