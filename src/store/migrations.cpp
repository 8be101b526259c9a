// SPDX-License-Identifier: Apache-2.0
// The steps, and how they are taken.
#include "store/migrations.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace ringfence::store::sqlite {
namespace {

constexpr auto kMigrations = std::to_array<Migration>({
    {1, "domains, subscribers, peers and the audit", R"sql(
CREATE TABLE domain (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE subscriber (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  domain INTEGER NOT NULL REFERENCES domain (id),
  username TEXT NOT NULL,
  number TEXT UNIQUE,
  state TEXT NOT NULL,
  ha1_md5 BLOB, ha1_sha256 BLOB, ha1_sha512_256 BLOB,
  UNIQUE (domain, username)
) STRICT;
CREATE TABLE peer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  transport TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  UNIQUE (address, transport)
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, door TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, row INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_row ON audit (entity, row);
)sql"},
    {2, "peers that may pass through", R"sql(
ALTER TABLE peer ADD COLUMN transit INTEGER NOT NULL DEFAULT 0;
)sql"},
});

std::filesystem::path copy_name(const Connection& connection, int version, base::WallTime now) {
  return fmt::format("{}.before-v{}-{:%Y%m%dT%H%M%SZ}", connection.path().string(), version,
                     std::chrono::floor<std::chrono::seconds>(now));
}

/// The whole database, with what still stands in its log, in a file for its owner alone.
Result<void> copy_to(Connection& connection, const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    return error(Cause::ReadOnly, fmt::format("cannot copy the database to {}", path.string()),
                 "the file cannot be made", "make its directory writable, or remove a file of that name");
  }
  ::close(descriptor);
  auto statement = Statement::prepare(connection, "VACUUM INTO ?");
  if (!statement) return std::unexpected(std::move(statement.error()));
  auto copied = statement->bind(1, path.native()).run();
  if (!copied) ::unlink(path.c_str());
  return copied;
}

Result<void> take_step(Connection& connection, const Migration& step) {
  const std::string sql =
      fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version = {}; COMMIT;", step.sql, step.version);
  auto taken = connection.execute(sql);
  if (taken) return taken;
  if (connection.in_transaction()) (void)connection.execute("ROLLBACK");
  taken.error().failure.what = fmt::format("cannot bring the database {} to version {} ({})",
                                           connection.path().string(), step.version, step.what);
  return taken;
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}

Result<void> migrate(Connection& connection, std::span<const Migration> steps, base::WallTime now) {
  const auto version = connection.ask_number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const int last = steps.back().version;
  if (*version > last) {
    return error(Cause::NewerSchema, fmt::format("cannot use the database {}", connection.path().string()),
                 fmt::format("a newer release wrote it: its version is {}, ours is {}", *version, last),
                 "start that release, or put back the copy it made (FILE.before-v...)");
  }
  if (*version == last) return {};
  if (*version > 0) {
    if (auto copied = copy_to(connection, copy_name(connection, last, now)); !copied) return copied;
  }
  for (const Migration& step : steps) {
    if (step.version <= *version) continue;
    if (auto taken = take_step(connection, step); !taken) return taken;
  }
  return {};
}

}  // namespace ringfence::store::sqlite
