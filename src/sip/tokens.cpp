// SPDX-License-Identifier: Apache-2.0
// Reading lists of tokens.
#include "sip/tokens.h"

#include <array>

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/word_table.h"

namespace ringfence::sip {
namespace {

constexpr auto kOptions = std::to_array<std::string_view>({
    "",        "100rel",         "eventlist",         "from-change", "gruu",      "histinfo",     "ice",
    "join",    "multiple-refer", "norefersub",        "outbound",    "path",      "precondition", "pref",
    "privacy", "replaces",       "resource-priority", "sdp-anat",    "sec-agree", "tdialog",      "timer",
    "uui",
});
static_assert(kOptions.size() == static_cast<std::size_t>(Option::Count));
constexpr detail::WordTable kOptionNames{kOptions};

struct PrivacyValue {
  std::string_view name;
  bool Privacy::* field;
};
constexpr auto kPrivacyValues = std::to_array<PrivacyValue>({
    {"none", &Privacy::none},
    {"id", &Privacy::id},
    {"header", &Privacy::header},
    {"session", &Privacy::session},
    {"user", &Privacy::user},
    {"history", &Privacy::history},
    {"critical", &Privacy::critical},
});

/// token *( COMMA token ); each token goes to `keep`.
template <class Keep>
std::expected<void, ParseError> read_tokens(std::string_view text, char separator, Keep keep) {
  Window window;
  ValueCursor cursor{text, window};
  cursor.skip_lws();
  if (cursor.at_end()) return {};
  while (true) {
    const std::string_view token = cursor.token();
    if (token.empty()) return std::unexpected(ParseError::NotAToken);
    keep(token);
    cursor.skip_lws();
    if (cursor.at_end()) return {};
    if (!cursor.eat(separator)) return std::unexpected(ParseError::NotAToken);
    cursor.skip_lws();
  }
}

}  // namespace

std::expected<ListValues, ParseError> parse_token_list(std::string_view text) {
  if (const auto read = read_tokens(text, ',', [](std::string_view) {}); !read)
    return std::unexpected(read.error());
  return ListValues{text};
}

std::string_view name_of(Option option) {
  return kOptions[static_cast<std::size_t>(option)];
}

Option option_of(std::string_view tag) {
  return static_cast<Option>(kOptionNames.find(tag));
}

[[gnu::flatten]] std::expected<OptionSet, ParseError> parse_options(std::string_view text) {
  OptionSet options;
  const auto read = read_tokens(
      text, ',', [&](std::string_view tag) { options.set(static_cast<std::size_t>(option_of(tag))); });
  if (!read) return std::unexpected(read.error());
  return options;
}

[[gnu::flatten]] std::expected<MethodSet, ParseError> parse_allow(std::string_view text) {
  MethodSet methods;
  const auto read = read_tokens(
      text, ',', [&](std::string_view name) { methods.set(static_cast<std::size_t>(method_of(name))); });
  if (!read) return std::unexpected(read.error());
  return methods;
}

std::expected<Privacy, ParseError> parse_privacy(std::string_view text) {
  Privacy privacy;
  bool any = false;
  const auto read = read_tokens(text, ';', [&](std::string_view name) {
    any = true;
    for (const PrivacyValue& row : kPrivacyValues) {
      if (base::iequals(row.name, name)) {
        privacy.*row.field = true;
        return;
      }
    }
    privacy.other = true;
  });
  if (!read) return std::unexpected(read.error());
  if (!any) return std::unexpected(ParseError::Empty);
  return privacy;
}

}  // namespace ringfence::sip
