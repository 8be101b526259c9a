// SPDX-License-Identifier: Apache-2.0
// Import: subscribers from a file, all of them or none, with every wrong line named.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provisioning/csv.h"
#include "provisioning/service.h"

namespace ringfence::provisioning {

/// Lines are "user@domain,password[,number]", or what a first line of column names says (import_columns()).
/// Empty lines and lines that begin with '#' are skipped. Checking happens as chunks come in; nothing is
/// stored before finish().
class Import {
 public:
  static constexpr std::size_t kMaxSubscribers = 1'000'000;
  static constexpr std::size_t kErrorsKept = 20;

  /// @param service, actor  outlive the import
  Import(Service& service, const store::Actor& actor) : service_{service}, actor_{actor} {}

  void feed(std::string_view chunk);
  [[nodiscard]] std::size_t lines() const { return lines_; }

  struct Summary {
    std::size_t subscribers = 0;
    std::vector<std::string> notes;
  };
  /// Called now and then while the rows are stored, with how many are.
  using Progress = std::function<void(std::size_t stored, std::size_t of)>;

  /// Stores all subscribers in one transaction, or refuses with the lines that are wrong. Call once.
  /// @error Failed    lines are wrong (the first 20 are named), or the database refused
  /// @error Conflict  nothing is wrong but that subscribers or numbers are taken
  [[nodiscard]] Outcome<Summary> finish(const Progress& progress);

 private:
  /// What a value of a line can be; the order of import_columns().
  enum class Column : std::uint8_t {
    Subscriber,
    Username,
    Domain,
    Password,
    Number,
    State,
    Ha1Md5,
    Ha1Sha256,
    Ha1Sha512_256
  };
  static constexpr std::size_t kColumns = 9;
  using LineValues = std::array<std::string_view, kColumns>;

  struct Named {
    std::string subscriber;
    Subscribers::Values values;
  };
  struct Pending {
    std::size_t line;
    Subscribers::Values values;
  };

  void take(const LineCutter::Line& line);
  /// True when the line names columns.
  [[nodiscard]] bool take_header(std::size_t line);
  void take_row(std::size_t line, const LineValues& values);
  template <class T>
  using Read = std::expected<T, std::string>;  // or what is wrong
  [[nodiscard]] Read<Named> read_row(const LineValues& values);
  [[nodiscard]] Read<directory::Ha1Set> read_ha1(const LineValues& values, std::string_view username,
                                                 std::string_view realm);
  [[nodiscard]] Read<store::Id> read_domain(const std::string& subscriber, const std::string& domain);
  /// Who else has the name or the number, in the file or in the database; empty when nobody has.
  [[nodiscard]] std::string rival_of(std::size_t line, const Named& row);
  void report(std::size_t line, std::string why, bool conflict = false);
  [[nodiscard]] Outcome<void> store_all(const Progress& progress, Effects& effects);
  [[nodiscard]] std::unexpected<Refusal> refuse_lines() const;

  Service& service_;
  const store::Actor& actor_;
  LineCutter cutter_;
  std::vector<std::string> values_;
  bool header_is_wrong_ = false;
  std::vector<Column> layout_;  // what each value of a line is
  std::vector<Pending> pending_;
  std::unordered_map<std::string, std::size_t> seen_;  // line of each subscriber and of each "+number"
  std::unordered_map<std::string, store::Id> domains_;
  std::vector<std::string> errors_;
  std::size_t wrong_ = 0;
  std::size_t conflicts_ = 0;
  std::size_t weak_ = 0;
  std::size_t lines_ = 0;
};

/// Names that a first line may use, comma-separated, for help.
[[nodiscard]] std::string import_columns();

}  // namespace ringfence::provisioning
