// SPDX-License-Identifier: Apache-2.0
// SQLite's results as errors that tell what to do.
#include "store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

namespace ringfence::store::sqlite {
namespace {

/// What a result code means to an operator. Extended codes stand before the plain ones they refine.
struct Meaning {
  int code;
  Cause cause;
  std::string_view why;
  std::string_view next;
};
constexpr auto kMeanings = std::to_array<Meaning>({
    {SQLITE_CONSTRAINT_UNIQUE, Cause::Duplicate, "a value that must be unique is taken", ""},
    {SQLITE_CONSTRAINT_PRIMARYKEY, Cause::Duplicate, "the id is taken", ""},
    {SQLITE_CONSTRAINT_FOREIGNKEY, Cause::Referred, "rows refer to each other", ""},
    {SQLITE_CONSTRAINT, Cause::Incomplete, "a value is missing or has the wrong type", ""},
    {SQLITE_BUSY, Cause::Busy, "another process holds the database",
     "close the other program that has the file open, then try again"},
    {SQLITE_LOCKED, Cause::Busy, "another process holds the database",
     "close the other program that has the file open, then try again"},
    {SQLITE_READONLY, Cause::ReadOnly, "the file or its directory cannot be written",
     "make both writable for the user that runs ringfence"},
    {SQLITE_PERM, Cause::ReadOnly, "access is not permitted", "make the file ours: see its owner and mode"},
    {SQLITE_FULL, Cause::Full, "no space is left",
     "free space on its file system and try again; nothing was lost"},
    {SQLITE_CORRUPT, Cause::Corrupt, "the file is damaged",
     "stop ringfence, keep the damaged file, and put a backup in its place"},
    {SQLITE_NOTADB, Cause::Corrupt, "the file is not a database",
     "stop ringfence, keep the file, and put a backup in its place"},
    {SQLITE_CANTOPEN, Cause::Io, "the file cannot be opened, or no file can be made beside it",
     "check that its directory exists and belongs to the user that runs ringfence"},
    {SQLITE_IOERR, Cause::Io, "the system could not read or write the file",
     "check the disk and the kernel log"},
});
constexpr Meaning kUnexpected{0, Cause::Io, "SQLite refused", "report this as a defect"};

const Meaning& meaning_of(int code) {
  const auto is = [](int wanted) {
    return [wanted](const Meaning& meaning) { return meaning.code == wanted; };
  };
  const auto* exact = std::ranges::find_if(kMeanings, is(code));
  if (exact != kMeanings.end()) return *exact;
  const auto* plain = std::ranges::find_if(kMeanings, is(code & 0xff));
  return plain != kMeanings.end() ? *plain : kUnexpected;
}

int length_of(std::string_view text) {
  return static_cast<int>(text.size());
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  ::sqlite3_finalize(statement);
}
void Connection::Close::operator()(sqlite3* database) const {
  ::sqlite3_close_v2(database);
}

Result<Statement> Statement::prepare(Connection& on, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = ::sqlite3_prepare_v3(on.handle(), sql.data(), length_of(sql), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
  if (code != SQLITE_OK) return on.failed(code);
  return Statement{on, statement};
}

// Binding fails only for a place that is not there or for want of memory; then step() reports the misuse.
Statement& Statement::bind(int place, std::int64_t number) {
  ::sqlite3_bind_int64(statement_.get(), place, number);
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  ::sqlite3_bind_text(statement_.get(), place, text.empty() ? "" : text.data(), length_of(text),
                      SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_blob(int place, std::string_view bytes) {
  ::sqlite3_bind_blob(statement_.get(), place, bytes.data(), length_of(bytes), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null(int place) {
  ::sqlite3_bind_null(statement_.get(), place);
  return *this;
}

Statement& Statement::bind(int place, Type type, const Value& value) {
  if (is_null(value)) return bind_null(place);
  if (type == Type::Blob) return bind_blob(place, text_of(value));
  if (const auto* number = std::get_if<std::int64_t>(&value)) return bind(place, *number);
  return bind(place, text_of(value));
}

Result<bool> Statement::step() {
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto failed = connection_->failed(code);
  reset();
  return failed;
}

Result<void> Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return std::unexpected(stepped.error());
  return {};
}

void Statement::reset() {
  ::sqlite3_reset(statement_.get());
  ::sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::number(int column) const {
  return ::sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const void* bytes = ::sqlite3_column_blob(statement_.get(), column);
  const int size = ::sqlite3_column_bytes(statement_.get(), column);
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

void Statement::read(int column, Value& out) const {
  const int type = ::sqlite3_column_type(statement_.get(), column);
  if (type == SQLITE_NULL) {
    out = std::monostate{};
  } else if (type == SQLITE_INTEGER) {
    out = number(column);
  } else if (auto* known = std::get_if<std::string>(&out)) {
    *known = text(column);
  } else {
    out = std::string{text(column)};
  }
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, bool create) {
  std::unique_ptr<Connection> connection{new Connection{path}};
  sqlite3* database = nullptr;
  // One thread at a time uses a store, so SQLite need not lock within the process.
  const int flags = SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX;
  const int code = ::sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  connection->database_.reset(database);
  if (code != SQLITE_OK) return connection->failed(code);
  ::sqlite3_extended_result_codes(database, 1);
  return connection;
}

Result<void> Connection::execute(const std::string& sql) {
  const int code = ::sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return {};
}

Result<std::int64_t> Connection::ask_number(std::string_view sql) {
  auto statement = Statement::prepare(*this, sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->number(0) : 0;
}

Result<std::string> Connection::ask_text(std::string_view sql) {
  auto statement = Statement::prepare(*this, sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return std::string{*row ? statement->text(0) : std::string_view{}};
}

std::int64_t Connection::changes() const {
  return ::sqlite3_changes64(handle());
}
bool Connection::is_read_only() const {
  return ::sqlite3_db_readonly(handle(), "main") == 1;
}
bool Connection::in_transaction() const {
  return ::sqlite3_get_autocommit(handle()) == 0;
}

std::unexpected<Error> Connection::failed(int code) const {
  const Meaning& meaning = meaning_of(code);
  const char* words = handle() != nullptr ? ::sqlite3_errmsg(handle()) : ::sqlite3_errstr(code);
  return error(meaning.cause, fmt::format("cannot use the database {}", path_.string()),
               fmt::format("{} ({})", meaning.why, words), std::string{meaning.next});
}

}  // namespace ringfence::store::sqlite
