// SPDX-License-Identifier: Apache-2.0
// A thin wrap of SQLite's C interface: connections and statements that close themselves, results that are
// errors.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/error.h"
#include "store/row.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ringfence::store::sqlite {

class Connection;

// Times stand as milliseconds since 1970, ids as SQLite's signed numbers.
[[nodiscard]] inline std::int64_t to_number(base::WallTime time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline base::WallTime to_time(std::int64_t number) {
  return base::WallTime{std::chrono::milliseconds{number}};
}
[[nodiscard]] inline std::int64_t signed_of(Id id) {
  return static_cast<std::int64_t>(id);
}

/// A prepared statement. Bind from 1, step, read columns from 0.
class Statement {
 public:
  [[nodiscard]] static Result<Statement> prepare(Connection& on, std::string_view sql);

  Statement& bind(int place, std::int64_t number);
  Statement& bind(int place, std::string_view text);  ///< copied
  Statement& bind_blob(int place, std::string_view bytes);
  Statement& bind_null(int place);
  /// By the column's type.
  Statement& bind(int place, Type type, const Value& value);

  /// True when there is a row to read, false at the end.
  [[nodiscard]] Result<bool> step();
  /// Runs a statement that gives no rows.
  [[nodiscard]] Result<void> run();
  void reset();

  [[nodiscard]] std::int64_t number(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int column) const;
  /// Reads into `out`, whose memory is used again.
  void read(int column, Value& out) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(Connection& on, sqlite3_stmt* statement) : connection_{&on}, statement_{statement} {}

  Connection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  /// Opens or, with `create`, makes the file; nothing has been read from it yet.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path,
                                                                bool create);

  /// Runs statements whose rows do not matter.
  [[nodiscard]] Result<void> execute(const std::string& sql);
  /// The first column of the first row, as a number or as text.
  [[nodiscard]] Result<std::int64_t> ask_number(std::string_view sql);
  [[nodiscard]] Result<std::string> ask_text(std::string_view sql);

  /// Runs `work`, which gives a Result<void>, in a transaction of this file: all of it, or nothing.
  template <class Work>
  [[nodiscard]] Result<void> in_one_transaction(Work work) {
    auto done = execute("BEGIN IMMEDIATE");
    if (!done) return done;
    done = work();
    if (done) done = execute("COMMIT");
    // After some errors (no space, for one) SQLite has rolled back already.
    if (!done && in_transaction()) (void)execute("ROLLBACK");
    return done;
  }
  /// Rows that the last statement wrote or erased.
  [[nodiscard]] std::int64_t changes() const;

  [[nodiscard]] bool is_read_only() const;
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Our error for SQLite's result code, with its own words.
  [[nodiscard]] std::unexpected<Error> failed(int code) const;

  [[nodiscard]] sqlite3* handle() const { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Connection(std::filesystem::path path) : path_{std::move(path)} {}

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace ringfence::store::sqlite
