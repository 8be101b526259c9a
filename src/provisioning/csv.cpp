// SPDX-License-Identifier: Apache-2.0
// Values out of lines, lines out of chunks.
#include "provisioning/csv.h"

#include <array>
#include <utility>

#include "base/ascii.h"

namespace ringfence::provisioning {
namespace {

constexpr std::array<std::string_view, 4> kTexts{
    "a quoted value has no closing quote", "after a closing quote a comma must follow",
    "a quote stands inside a value that is not quoted", "it has more than 32 values"};

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Reads up to the closing quote; `text` begins after the opening one.
std::expected<void, CsvError> read_quoted(std::string_view& text, std::string& value) {
  while (true) {
    const auto quote = text.find('"');
    if (quote == text.npos) return std::unexpected(CsvError::OpenQuote);
    value += text.substr(0, quote);
    text.remove_prefix(quote + 1);
    if (!text.starts_with('"')) return {};
    value += '"';
    text.remove_prefix(1);
  }
}

}  // namespace

std::string_view text_of(CsvError error) {
  return kTexts[static_cast<std::size_t>(error)];
}

std::expected<void, CsvError> split_csv(std::string_view line, std::vector<std::string>& values) {
  std::size_t count = 0;
  while (true) {
    if (count == kMaxCsvValues) return std::unexpected(CsvError::TooManyValues);
    if (count == values.size()) values.emplace_back();
    std::string& value = values[count++];
    value.clear();

    skip_blanks(line);
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      if (auto read = read_quoted(line, value); !read) return read;
      skip_blanks(line);
      if (!line.empty() && line.front() != ',') return std::unexpected(CsvError::TextAfterQuote);
    } else {
      const std::string_view plain = line.substr(0, line.find(','));
      if (plain.find('"') != plain.npos) return std::unexpected(CsvError::StrayQuote);
      value = base::trim(plain);
      line.remove_prefix(plain.size());
    }
    if (line.empty()) break;
    line.remove_prefix(1);  // the comma
  }
  values.resize(count);
  return {};
}

void LineCutter::keep(std::string_view part) {
  const std::size_t room = kMaxLine - rest_.size();
  if (part.size() > room) too_long_ = true;
  rest_ += part.substr(0, room);
}

LineCutter::Line LineCutter::cut() {
  std::swap(line_, rest_);
  rest_.clear();
  if (line_.ends_with('\r')) line_.pop_back();
  const bool too_long = std::exchange(too_long_, false);
  return {++count_, line_, too_long};
}

}  // namespace ringfence::provisioning
