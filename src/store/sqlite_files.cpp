// SPDX-License-Identifier: Apache-2.0
// Opening, in two rounds: look at all, then change.
#include "store/sqlite_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ringfence::store::sqlite {
namespace {

/// What a connection is told before anything else, and why.
///   synchronous = FULL: a commit waits until the log is on the disk, so that what was acknowledged survives
///   a
///     power failure. Changes are rare (the journal of bindings and calls is not in here). It also keeps the
///     order between files: an entry is on the disk in one before it goes from the other.
///   foreign_keys: a row that others refer to stays.
///   trusted_schema: a file from elsewhere runs no functions of its own.
///   secure_delete: what is erased for privacy does not stay in the free space of the file.
constexpr const char* kPragmas =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; "
    "PRAGMA secure_delete = ON";

/// An empty file that only its owner can read; SQLite gives its log the same mode.
void make_private_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) ::close(descriptor);  // what went wrong SQLite will say
}

Result<void> check_health(Connection& connection) {
  const auto verdict = connection.ask_text("PRAGMA quick_check(1)");
  if (!verdict) return std::unexpected(verdict.error());
  if (*verdict == "ok") return {};
  return error(Cause::Corrupt, fmt::format("cannot use the database {}", connection.path().string()),
               fmt::format("the file is damaged ({})", *verdict),
               "stop ringfence, keep the damaged file, and put a backup in its place");
}

Result<void> prepare(Connection& connection, const OpenOptions& options) {
  ::sqlite3_busy_timeout(connection.handle(), static_cast<int>(options.busy_timeout.count()));
  if (auto prepared = connection.execute(kPragmas); !prepared) return prepared;
  // WAL: readers do not wait for the writer, and a change costs one wait for the disk.
  const auto mode = connection.ask_text("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(mode.error());
  if (connection.is_read_only()) return connection.failed(SQLITE_READONLY);
  if (options.max_pages > 0)
    return connection.execute(fmt::format("PRAGMA max_page_count = {}", options.max_pages));
  return {};
}

Result<std::unique_ptr<Connection>> open_one(const std::filesystem::path& path, const DatabaseFile& file,
                                             const OpenOptions& options) {
  make_private_file(path);
  auto connection = Connection::open(path, true);
  if (!connection) return connection;
  auto ready = prepare(**connection, options);
  if (ready && file.at_start == AtStart::ReadWhole) ready = check_health(**connection);
  if (ready) ready = check_version(**connection, file.migrations);
  if (!ready) return std::unexpected(std::move(ready.error()));
  return connection;
}

/// Takes the lock of writers once, so that a database nobody can write is found at the start and not at the
/// first change.
Result<void> check_writable(Connection& connection) {
  return connection.execute("BEGIN IMMEDIATE; ROLLBACK");
}

}  // namespace

Result<Files> open_files(const std::filesystem::path& directory, base::WallTime now,
                         const OpenOptions& options) {
  Files files;
  for (const DatabaseFile& file : options.files) {
    auto opened = open_one(directory / file.name, file, options);
    if (!opened) return std::unexpected(std::move(opened.error()));
    files.push_back(std::move(*opened));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto ready = migrate(*files[i], options.files[i].migrations, now);
    if (ready) ready = check_writable(*files[i]);
    if (!ready) return std::unexpected(std::move(ready.error()));
  }
  return files;
}

Result<void> examine_files(const std::filesystem::path& directory) {
  for (const DatabaseFile& file : database_files()) {
    const auto path = directory / file.name;
    if (::access(path.c_str(), F_OK) != 0) continue;
    auto connection = Connection::open(path, false);
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto sound = check_health(**connection);
    if (sound) sound = check_version(**connection, file.migrations);
    if (!sound) return sound;
  }
  return {};
}

}  // namespace ringfence::store::sqlite
