// SPDX-License-Identifier: Apache-2.0
// Answers for people and for scripts: aligned tables, tab-separated values, JSON.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::app {

enum class Format : std::uint8_t { Table, Tsv, Json };

[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// Text that cannot move the cursor, forge a column or a line: control characters become \xNN (in values tabs
/// and line ends \t and \n). Names of devices and users come from strangers.
[[nodiscard]] std::string printable(std::string_view text);

/// Prints pages of rows as they come. Column widths follow from the first page.
class RowPrinter {
 public:
  RowPrinter(std::ostream& out, Format format) : out_{out}, format_{format} {}

  /// @param is_record  one row, shown by itself: for people a line per value, in JSON an object
  void print(const boost::json::array& columns, const boost::json::array& rows, bool is_record);
  /// Ends a JSON array.
  void finish();

 private:
  void print_table(const boost::json::array& columns, const boost::json::array& rows);
  void print_tsv(const boost::json::array& columns, const boost::json::array& rows);
  void print_json(const boost::json::array& columns, const boost::json::array& rows);

  std::ostream& out_;
  Format format_;
  bool begun_ = false;
  bool is_record_ = false;
  std::size_t rows_ = 0;
  std::vector<std::size_t> widths_;
};

/// An object whose shape the server decides: nested names are joined by dots ("journal.failing",
/// "listeners.0.port").
void print_object(std::ostream& out, Format format, const boost::json::object& object);

}  // namespace ringfence::app
