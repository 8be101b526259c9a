// SPDX-License-Identifier: Apache-2.0
// Printing.
#include "app/cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace ringfence::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kGap = 2;  // blanks between columns

struct FormatName {
  Format format;
  std::string_view name;
};
constexpr std::array kFormats{FormatName{Format::Table, "table"}, FormatName{Format::Tsv, "tsv"},
                              FormatName{Format::Json, "json"}};

bool is_control(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte == 0x7f) return true;
  // U+0080 to U+009F, in UTF-8 0xC2 and one byte: terminals take some for the beginning of an escape.
  const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
  return byte == 0xc2 && next < 0xa0;
}

std::string plain(const json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string{value.get_string()};
  return json::serialize(value);
}

std::string cell_text(const json::value& value) {
  return printable(plain(value));
}

bool is_number(const json::value& value) {
  return value.is_number();
}

/// Places a terminal uses, where each character takes one: bytes that begin a character of UTF-8.
std::size_t width_of(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

void pad(std::ostream& out, std::string_view text, std::size_t width, bool right) {
  const std::size_t used = width_of(text);
  const std::string blanks(width > used ? width - used : 0, ' ');
  out << (right ? blanks : "") << text << (right ? "" : blanks);
}

std::string upper(std::string_view name) {
  std::string text{name};
  std::ranges::transform(text, text.begin(), [](char c) {
    return base::is_alpha(c) ? static_cast<char>(base::to_lower(c) - 0x20) : c;
  });
  return text;
}

json::object to_object(const json::array& columns, const json::array& row) {
  json::object object;
  for (std::size_t i = 0; i < columns.size() && i < row.size(); ++i)
    object.emplace(plain(columns[i]), row[i]);
  return object;
}

using Flat = std::vector<std::pair<std::string, json::value>>;

void flatten(const std::string& name, const json::value& value, Flat& out) {
  const auto inner = [&name](std::string_view key) {
    return name.empty() ? std::string{key} : fmt::format("{}.{}", name, key);
  };
  if (value.is_object()) {
    for (const auto& [key, member] : value.get_object()) flatten(inner(key), member, out);
  } else if (value.is_array()) {
    std::size_t place = 0;
    for (const auto& element : value.get_array()) flatten(inner(std::to_string(place++)), element, out);
  } else {
    out.emplace_back(name, value);
  }
}

/// "name   value" on each line.
void print_pairs(std::ostream& out, const Flat& pairs) {
  std::size_t width = 0;
  for (const auto& [name, value] : pairs) width = std::max(width, width_of(name));
  for (const auto& [name, value] : pairs) {
    pad(out, printable(name), width + kGap, false);
    out << cell_text(value) << '\n';
  }
}

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &FormatName::name);
  if (found == kFormats.end()) return std::nullopt;
  return found->format;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t') {
      out += "\\t";
    } else if (c == '\n') {
      out += "\\n";
    } else if (is_control(text, i)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      if (static_cast<unsigned char>(c) == 0xc2)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else {
      out += c;
    }
  }
  return out;
}

void RowPrinter::print(const json::array& columns, const json::array& rows, bool is_record) {
  is_record_ = is_record;
  switch (format_) {
    case Format::Table:
      print_table(columns, rows);
      break;
    case Format::Tsv:
      print_tsv(columns, rows);
      break;
    case Format::Json:
      print_json(columns, rows);
      break;
  }
  begun_ = true;
  rows_ += rows.size();
}

void RowPrinter::print_table(const json::array& columns, const json::array& rows) {
  if (is_record_ && !rows.empty()) {
    Flat pairs;
    const json::array& row = rows.front().as_array();
    for (std::size_t i = 0; i < columns.size() && i < row.size(); ++i)
      pairs.emplace_back(plain(columns[i]), row[i]);
    return print_pairs(out_, pairs);
  }
  if (!begun_) {
    for (const auto& column : columns) widths_.push_back(width_of(plain(column)));
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < widths_.size() && i < row.as_array().size(); ++i) {
        widths_[i] = std::max(widths_[i], width_of(cell_text(row.as_array()[i])));
      }
    }
  }
  const auto print_line = [this](const json::array& cells, bool header) {
    for (std::size_t i = 0; i < widths_.size() && i < cells.size(); ++i) {
      const bool last = i + 1 == widths_.size();
      const std::string text = header ? upper(plain(cells[i])) : cell_text(cells[i]);
      pad(out_, text, last && !is_number(cells[i]) ? 0 : widths_[i], is_number(cells[i]));
      out_ << (last ? "\n" : std::string(kGap, ' '));
    }
  };
  if (!begun_) print_line(columns, true);
  for (const auto& row : rows) print_line(row.as_array(), false);
}

void RowPrinter::print_tsv(const json::array& columns, const json::array& rows) {
  const auto print_line = [this](const json::array& cells) {
    bool first = true;
    for (const auto& cell : cells) {
      if (!std::exchange(first, false)) out_ << '\t';
      out_ << cell_text(cell);
    }
    out_ << '\n';
  };
  if (!begun_) print_line(columns);
  for (const auto& row : rows) print_line(row.as_array());
}

void RowPrinter::print_json(const json::array& columns, const json::array& rows) {
  if (is_record_) {
    if (!rows.empty()) out_ << to_object(columns, rows.front().as_array()) << '\n';
    return;
  }
  if (!begun_) out_ << '[';
  std::size_t printed = rows_;
  for (const auto& row : rows) {
    out_ << (printed++ == 0 ? "\n  " : ",\n  ") << to_object(columns, row.as_array());
  }
}

void RowPrinter::finish() {
  if (format_ == Format::Json && !is_record_) out_ << (begun_ ? "" : "[") << (rows_ > 0 ? "\n" : "") << "]\n";
}

void print_object(std::ostream& out, Format format, const json::object& object) {
  if (format == Format::Json) {
    out << object << '\n';
    return;
  }
  Flat pairs;
  flatten({}, object, pairs);
  if (format == Format::Table) return print_pairs(out, pairs);
  for (const auto& [name, value] : pairs) out << printable(name) << '\t' << cell_text(value) << '\n';
}

}  // namespace ringfence::app
