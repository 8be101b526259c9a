// SPDX-License-Identifier: Apache-2.0
// Values in quotes where they need them.
#include "app/cli/export_writer.h"

#include <string>
#include <string_view>

namespace ringfence::app {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& cell) {
  if (cell.is_null()) return {};
  if (cell.is_bool()) return cell.get_bool() ? "yes" : "no";
  if (cell.is_string()) return std::string{cell.get_string()};
  return json::serialize(cell);
}

/// In quotes (RFC 4180 §2) where a value would else end early, lose its blanks, or be taken for a remark.
std::string quoted(std::string text) {
  const bool plain = text.find_first_of(",\"\r\n#") == text.npos && !text.starts_with(' ') &&
                     !text.ends_with(' ') && !text.starts_with('{');
  if (plain) return text;
  for (std::size_t at = 0; (at = text.find('"', at)) != text.npos; at += 2) text.insert(at, 1, '"');
  return '"' + text + '"';
}

bool is_nothing(const json::value& cell) {
  return cell.is_null() || (cell.is_string() && cell.get_string().empty());
}

}  // namespace

void ExportWriter::write_csv(const json::array& cells) {
  bool first = true;
  for (const json::value& cell : cells) {
    if (!first) out_ << ',';
    out_ << quoted(text_of(cell));
    first = false;
  }
  out_ << '\n';
}

void ExportWriter::write_json(const json::array& columns, const json::array& cells) {
  json::object object;
  for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) {
    if (!is_nothing(cells[i])) object.emplace(columns[i].as_string(), cells[i]);
  }
  out_ << json::serialize(object) << '\n';
}

void ExportWriter::write(const json::array& columns, const json::array& rows) {
  if (!begun_ && format_ == ExportFormat::Csv) write_csv(columns);
  begun_ = true;
  for (const json::value& row : rows) {
    if (format_ == ExportFormat::Csv) {
      write_csv(row.as_array());
    } else {
      write_json(columns, row.as_array());
    }
  }
  rows_ += rows.size();
}

}  // namespace ringfence::app
