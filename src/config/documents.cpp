// SPDX-License-Identifier: Apache-2.0
// The sample file and docs/config.md, written from the table of options.
#include "config/documents.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "config/option.h"

namespace ringfence::config {
namespace {

constexpr std::size_t kWidth = 100;

constexpr std::array<std::string_view, 2> kTakesEffect = {"at start", "on reload"};

std::string_view takes_effect(const Option& option) {
  return kTakesEffect[static_cast<std::size_t>(option.takes_effect)];
}

/// "duration from 1s to 60s", "list: one of sip, web".
std::string type_text(const Option& option) {
  const std::string range = option.type->range_text(option.range);
  return (option.type->list ? "list: " : "") + std::string{option.type->name} +
         (range.empty() ? "" : ' ' + range);
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t dot = path.find('.'); dot != path.npos; dot = path.find('.')) {
    parts.push_back(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  parts.push_back(path);
  return parts;
}

/// Text in comment lines of at most kWidth characters.
std::string comment(std::string_view text, const std::string& indent) {
  std::string out;
  while (!text.empty()) {
    const std::size_t room = kWidth - indent.size() - 2;
    std::size_t cut = text.size() <= room ? text.size() : text.rfind(' ', room);
    if (cut == text.npos) cut = std::min(text.find(' '), text.size());
    out += indent + "# " + std::string{text.substr(0, cut)} + '\n';
    text.remove_prefix(std::min(cut + 1, text.size()));
  }
  return out;
}

/// Quoted when YAML could take it for something else.
std::string yaml_scalar(std::string_view text) {
  const bool plain =
      !text.empty() && base::is_alpha(text.front()) &&
      std::all_of(text.begin(), text.end(), [](char c) { return base::is_alnum(c) || c == '-' || c == '_'; });
  const bool number = !text.empty() && base::is_digit(text.front()) && text.find_first_of(":.") == text.npos;
  return plain || number ? std::string{text} : '"' + std::string{text} + '"';
}

std::string yaml_list(std::string_view text) {
  std::string out = "[";
  for (const std::string& item : split_list(text)) (out += out.size() == 1 ? "" : ", ") += yaml_scalar(item);
  return out + ']';
}

std::string yaml_value(const Option& option) {
  return option.type->list ? yaml_list(option.default_value) : yaml_scalar(option.default_value);
}

/// What may stand there and when it counts, in one line.
std::string facts(const Option& option) {
  return type_text(option) + "; " + std::string{takes_effect(option)};
}

std::string markdown_row(const Option& option) {
  std::string help{option.help};
  if (!option.alias.empty()) help += " Also accepted as `" + std::string{option.alias} + "`.";
  const std::string value =
      option.default_value.empty() ? "(empty)" : '`' + std::string{option.default_value} + '`';
  return "| `" + std::string{option.path} + "` | " + type_text(option) + " | " + value + " | " +
         std::string{takes_effect(option)} + " | " + help + " |\n";
}

constexpr std::string_view kSampleHead =
    "# Configuration of Ringfence. Each option stands here with its default, commented out: remove the '#'\n"
    "# before its name to change it. `ringfence config check` looks for mistakes, `ringfence config get` "
    "shows\n"
    "# what is in force and where it comes from.\n";

constexpr std::string_view kDocsHead =
    "# Configuration\n\n"
    "<!-- Made from src/config/options.cpp: change it there, then run RF_WRITE_DOCS=1 rf_config_test. -->\n\n"
    "One YAML file, `ringfence.yml` in the data directory or the one named by `--config`. A value of the "
    "environment\n"
    "overrides the file, and `--set KEY=VALUE` overrides both; `ringfence config get` shows what is in force "
    "and where it\n"
    "comes from. The variable of an option is its name in capitals with `RINGFENCE_` in front and `_` for "
    "each dot:\n"
    "`RINGFENCE_SIP_PORT` for `sip.port`. There and in `--set`, items of a list are separated by commas.\n\n"
    "Durations have a unit (`500ms`, `10s`, `5m`, `2h`, `1d`); a bare number is in seconds. Sizes are in "
    "bytes or have a unit\n"
    "(`64KiB`, `16MiB`, `1GiB`). An unknown name is an error that names the nearest known one. `ringfence "
    "config check` reads\n"
    "everything as the server would and lists each mistake with file, line and what was expected.\n";

}  // namespace

std::string sample_file() {
  std::string out{kSampleHead};
  std::vector<std::string_view> open;
  for (const Option& option : options()) {
    const auto parts = parts_of(option.path);
    const std::size_t groups = parts.size() - 1;
    const auto same = static_cast<std::size_t>(
        std::mismatch(open.begin(), open.end(), parts.begin(), parts.end() - 1).first - open.begin());
    open.assign(parts.begin(), parts.end() - 1);
    if (same < groups || groups == 0) out += '\n';
    for (std::size_t level = same; level < groups; ++level) {
      out += std::string(level * 2, ' ') + std::string{parts[level]} + ":\n";
    }
    const std::string indent(groups * 2, ' ');
    out += comment(option.help, indent) + comment(facts(option), indent);
    out += indent + '#' + std::string{parts.back()} + ": " + yaml_value(option) + '\n';
  }
  return out;
}

std::string docs_markdown() {
  std::string out{kDocsHead};
  std::string_view group;
  for (const Option& option : options()) {
    const std::string_view own = option.path.substr(0, option.path.find('.'));
    if (own != group) {
      group = own;
      out += "\n## " + std::string{group} +
             "\n\n| Option | Type and range | Default | Takes effect | Meaning |\n|---|---|---|---|---|\n";
    }
    out += markdown_row(option);
  }
  return out;
}

}  // namespace ringfence::config
