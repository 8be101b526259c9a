// SPDX-License-Identifier: Apache-2.0
// Import: rows of one kind from a file, all of them or none, with every wrong line named.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provisioning/csv.h"
#include "provisioning/service.h"

namespace ringfence::provisioning {

/// Lines are comma-separated values behind a first line of names (import_columns()), or a JSON object each.
/// For subscribers the first line may be missing: "user@domain,password[,number]". Empty lines and lines that
/// begin with '#' are skipped. What a line says is checked as it comes in; whether it fits with all else, in
/// finish().
class Import {
 public:
  static constexpr std::size_t kMaxRows = 1'000'000;
  static constexpr std::size_t kMaxAdmins = 100;      ///< hashing a password takes a tenth of a second
  static constexpr std::size_t kMaxBytes = 1U << 30;  ///< of the lines that are kept until the end
  static constexpr std::size_t kErrorsKept = 20;

  /// @param service, actor  outlive the import
  Import(Service& service, Kind kind, const store::Actor& actor, Scope scope = {})
      : service_{service}, definition_{model::definition(kind)}, actor_{actor}, scope_{std::move(scope)} {}

  void feed(std::string_view chunk);
  [[nodiscard]] std::size_t lines() const { return lines_; }

  struct Summary {
    std::size_t rows = 0;
    std::vector<std::string> notes;
  };
  /// Called now and then while the rows are stored, with how many are.
  using Progress = std::function<void(std::size_t stored, std::size_t of)>;

  /// Stores all rows in one transaction, or refuses with the lines that are wrong. Call once.
  /// @error Failed    lines are wrong (the first 20 are named), or the database refused
  /// @error Conflict  nothing is wrong but that names or numbers are taken
  [[nodiscard]] Outcome<Summary> finish(const Progress& progress);

 private:
  template <class T>
  using Read = std::expected<T, std::string>;  // or what is wrong
  struct Line {
    std::string key;
    store::Id id = 0;  // 0: the next one
    Arguments arguments;
  };
  struct Pending {
    std::size_t line;
    std::size_t begin;  // in text_
    std::size_t size;
  };
  enum class Form : std::uint8_t { Unknown, Csv, Json };

  void take(const LineCutter::Line& line);
  /// True when the line names columns.
  [[nodiscard]] bool take_header(std::size_t line);
  void take_row(std::size_t line, std::string_view text);
  [[nodiscard]] Read<Line> read(std::string_view text);
  [[nodiscard]] Read<Line> read_csv(std::string_view text);
  [[nodiscard]] Read<Line> read_json(std::string_view text) const;
  [[nodiscard]] Read<void> put(Line& line, std::string_view name, std::string value) const;
  [[nodiscard]] Read<Line> checked(Line line) const;
  void report(std::size_t line, std::string why, bool conflict = false);
  [[nodiscard]] Outcome<void> store_all(const Progress& progress, Effects& effects);
  [[nodiscard]] Outcome<void> store_line(const Pending& pending, Effects& effects);
  [[nodiscard]] std::unexpected<Refusal> refuse_lines() const;

  Service& service_;
  const Definition& definition_;
  const store::Actor& actor_;
  Scope scope_;
  LineCutter cutter_;
  Form form_ = Form::Unknown;
  bool header_is_wrong_ = false;
  std::vector<std::string> values_;  // of one line, used again
  std::vector<std::string> layout_;  // the name of each value of a line
  std::string text_;                 // the lines that will be stored
  std::vector<Pending> pending_;
  std::unordered_map<std::string, std::size_t> seen_;  // the line of each key
  std::vector<std::string> errors_;
  std::size_t wrong_ = 0;
  std::size_t conflicts_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace ringfence::provisioning
