// SPDX-License-Identifier: Apache-2.0
// A copy, then step by step.
#include "store/migrations.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace ringfence::store::sqlite {
namespace {

std::filesystem::path copy_name(const Connection& connection, int version, base::WallTime now) {
  return fmt::format("{}.before-v{}-{:%Y%m%dT%H%M%SZ}", connection.path().string(), version,
                     std::chrono::floor<std::chrono::seconds>(now));
}

std::unexpected<Error> copy_failed(const std::filesystem::path& path) {
  const int code = errno;
  return error(code == ENOSPC ? Cause::Full : Cause::ReadOnly,
               fmt::format("cannot copy the database to {}", path.string()),
               std::error_code{code, std::generic_category()}.message(),
               "make its directory writable, with room for a copy of the database");
}

/// An empty file for its owner alone, in place of what an attempt that was killed has left.
bool make_empty(const std::filesystem::path& path) {
  ::unlink(path.c_str());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) ::close(file);
  return file >= 0;
}

/// Waits until a file, or the names in a directory, are on the disk.
bool sync(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  const int code = errno;
  ::close(file);
  errno = code;
  return synced;
}

/// The whole file, with what still stands in its log. Half a copy never has the name of a whole one.
Result<void> copy_to(Connection& connection, const std::filesystem::path& path) {
  const std::filesystem::path part = connection.path().string() + ".before.part";
  if (!make_empty(part)) return copy_failed(part);
  auto statement = Statement::prepare(connection, "VACUUM INTO ?");
  if (!statement) return std::unexpected(std::move(statement.error()));
  if (auto copied = statement->bind(1, part.native()).run(); !copied) {
    ::unlink(part.c_str());
    return copied;
  }
  const bool kept = sync(part) && ::rename(part.c_str(), path.c_str()) == 0 && sync(path.parent_path());
  return kept ? Result<void>{} : copy_failed(path);
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

Result<void> check_version(Connection& connection, std::span<const Migration> steps) {
  const auto version = connection.ask_number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const int last = steps.back().version;
  if (*version <= last) return {};
  return error(Cause::NewerSchema, fmt::format("cannot use the database {}", connection.path().string()),
               fmt::format("a newer release wrote it: its version is {}, ours is {}", *version, last),
               "start that release, or put back the copy it made (FILE.before-v...)");
}

Result<void> migrate(Connection& connection, std::span<const Migration> steps, base::WallTime now) {
  if (auto usable = check_version(connection, steps); !usable) return usable;
  const auto version = connection.ask_number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const int last = steps.back().version;
  if (*version > 0 && *version < last) {
    if (auto copied = copy_to(connection, copy_name(connection, last, now)); !copied) return copied;
  }
  for (const Migration& step : steps) {
    if (step.version <= *version) continue;
    if (auto taken = take_step(connection, step); !taken) return taken;
  }
  return {};
}

}  // namespace ringfence::store::sqlite
