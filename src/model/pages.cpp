// SPDX-License-Identifier: Apache-2.0
// The writers of docs/model.md and docs/preferences.md.
#include "model/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/ascii.h"
#include "base/assert.h"
#include "model/field.h"
#include "model/preferences.h"
#include "model/roles.h"
#include "model/value_text.h"

namespace ringfence::model {
namespace {

// No value at all: a rule that refuses it says what it allows, so that the pages have the words that
// operators read when they break it.
constexpr std::string_view kImpossible = "\x01";

constexpr std::string_view kModelHead =
    "# What a platform holds\n\n"
    "<!-- Made from the tables in src/model: change them there, then run RF_WRITE_DOCS=1 rf_model_test. "
    "-->\n\n"
    "Everything that an operator gives is a row of one of these kinds. Database, checks, command line, "
    "import "
    "and export\n"
    "are made from the same tables as this page ([decision 0009](decisions/0009-model.md)). Beside the "
    "fields below\n"
    "each row has `id`, which is given once and never again, `tenant`, the id of its reseller, and `created` "
    "and `changed`\n"
    "in milliseconds since 1970, UTC. A row is named by its key, or by `id:` and its id.\n\n"
    "Rows that calls read are in the snapshot that the shards route by, and are live at the next call; the "
    "others are\n"
    "read in the office alone: by provisioning and billing. *Today* says what calls make of a kind now. "
    "*Kept* is stored\n"
    "and checked, and delivered to the shards when calls are to read it, but changes no call yet: it gets "
    "its "
    "effect with\n"
    "the feature that reads it.\n\n";

constexpr std::string_view kFieldsHead =
    "\n*Given to* says which verbs take a field: `add`, `set`, or `ls` as a condition; without one it is the "
    "key or a part\n"
    "of it, or code gives it. *Shown* is where: in lists, by `show` alone, or never, the audit included.\n";

constexpr std::string_view kRolesHead =
    "\n## Roles\n\nWhat an [administrator](#administrators) may see and do. Nobody logs in yet: who is at "
    "the "
    "command line\n"
    "of the machine may do everything.\n\n"
    "| Role | Sees | Changes rows | Manages administrators and resellers | In short "
    "|\n|---|---|---|---|---|\n";

constexpr std::string_view kPreferencesHead =
    "# Preferences\n\n"
    "<!-- Made from src/model/preference_table.h: change it there, then run RF_WRITE_DOCS=1 rf_model_test. "
    "-->\n\n"
    "How calls of a subscriber, customer, domain or peer are treated. Each is a row of the kind\n"
    "[preference](model.md#preferences): a name, a value, and whose it is. Names are the same in either "
    "case, "
    "and with `-`\n"
    "for `_`. A preference that is to have no value is removed.\n\n"
    "What holds for a subscriber is its own value, else its customer's, else its domain's, else the default. "
    "What holds\n"
    "for a peer is its own value, else the default. Only those whom the column *Whose* names can have "
    "one.\n\n"
    "None of them changes a call yet: they are kept, checked and delivered to the shards, and each gets its "
    "effect with\n"
    "the feature that reads it.\n";

struct AreaInfo {
  PrefArea area;
  std::string_view title;
};
constexpr auto kAreas = std::to_array<AreaInfo>({
    {PrefArea::Numbers, "Numbers"},
    {PrefArea::Caller, "The caller, as others see it"},
    {PrefArea::Blocking, "Blocking"},
    {PrefArea::Access, "Access and limits"},
    {PrefArea::Media, "NAT and media"},
    {PrefArea::Timers, "Timers and ringing"},
    {PrefArea::Applications, "Applications"},
    {PrefArea::PeerAuth, "Our account at a peer"},
    {PrefArea::Free, "For free use"},
    {PrefArea::Refusals, "Refusals: code and words"},
});

std::string row_of(std::initializer_list<std::string> cells) {
  std::string row = "|";
  for (const std::string& cell : cells) row += ' ' + cell + " |";
  return row + '\n';
}

std::string code(std::string_view text) {
  return text.empty() ? std::string{} : fmt::format("`{}`", text);
}

std::string yes_no(bool value) {
  return value ? "yes" : "no";
}

std::string title_of(const Definition& of) {
  std::string title{of.plural};
  if (title.front() >= 'a' && title.front() <= 'z') title.front() = static_cast<char>(title.front() - 0x20);
  return title;
}

/// To the chapter of the kind; its heading is the anchor that GitHub makes of it.
std::string link_to(const Definition& of, std::string_view text, std::string_view page = {}) {
  std::string anchor{of.plural};
  std::ranges::transform(anchor, anchor.begin(), [](char c) { return c == ' ' ? '-' : base::to_lower(c); });
  return fmt::format("[{}]({}#{})", text, page, anchor);
}

std::string rows_of(Kind kind, std::string_view page = {}) {
  return link_to(definition(kind), definition(kind).plural, page);
}

std::string what_is_allowed(const Checked& refused) {
  RF_ASSERT(!refused);
  return markdown_text(refused.error());
}

std::string value_of(const Field& field) {
  if (field.type != Type::Row) return what_is_allowed(check_value(field, kImpossible));
  const auto* bond = field.bond == Bond::Part ? "takes this row with it" : "cannot go while this row uses it";
  return fmt::format("one of the {}, which {}", rows_of(field.refers_to), bond);
}

std::string takers_of(const Field& field) {
  struct Taker {
    std::uint8_t use;
    std::string_view verb;
  };
  constexpr auto kTakers = std::to_array<Taker>({{kByAdd, "add"}, {kBySet, "set"}, {kByFilter, "ls"}});
  std::string takers;
  for (const Taker& taker : kTakers) {
    if (!field.used_by(taker.use)) continue;
    if (!takers.empty()) takers += ", ";
    takers += code(taker.verb);
  }
  return takers;
}

std::string field_row(const Field& field, bool is_input) {
  constexpr std::array<std::string_view, 3> kShown{"lists", "alone", "never"};
  return row_of({code(field.name), value_of(field), yes_no(field.need == Need::Required),
                 code(field.fallback), takers_of(field),
                 is_input ? "not kept" : std::string{kShown[static_cast<std::size_t>(field.show)]},
                 markdown_text(field.help)});
}

std::string kind_row(const Definition& of) {
  const bool calls = of.reach == Reach::Calls;
  return row_of({link_to(of, of.name), code(of.placeholder), calls ? "calls" : "office",
                 of.effect.empty() ? "kept" : markdown_text(of.effect), markdown_text(of.help)});
}

std::string kind_chapter(const Definition& of) {
  std::string page = fmt::format(
      "\n## {}\n\n`{}`: {}.\n\n"
      "| Field | Value | Needed | Default | Given to | Shown | Meaning |\n|---|---|---|---|---|---|---|\n",
      title_of(of), of.name, markdown_text(of.help));
  for (const Field& field : of.fields) page += field_row(field, false);
  for (const Field& field : of.inputs) page += field_row(field, true);
  return page;
}

std::string role_row(const RoleInfo& role) {
  return row_of({code(role.name), role.every_tenant ? "all resellers" : "its own reseller",
                 yes_no(role.writes), yes_no(role.administers), markdown_text(role.help)});
}

std::string value_of(const PreferenceInfo& info) {
  if (info.type == PrefType::Set) return "the name of one of the " + rows_of(info.refers_to, "model.md");
  std::string allowed = what_is_allowed(check_preference(info, kImpossible));
  if (info.refers_to != Kind::None) allowed += "; names of " + rows_of(info.refers_to, "model.md");
  return info.is_secret ? allowed + "; never shown" : allowed;
}

std::string preference_row(const PreferenceInfo& info) {
  return row_of({code(info.name), value_of(info), scopes_text(info.scopes), code(info.fallback),
                 markdown_text(info.help)});
}

std::string area_chapter(const AreaInfo& area) {
  std::string page = fmt::format(
      "\n## {}\n\n| Preference | Value | Whose | Default | Meaning |\n|---|---|---|---|---|\n", area.title);
  for (const PreferenceInfo& info : preferences()) {
    if (info.area == area.area) page += preference_row(info);
  }
  return page;
}

}  // namespace

std::string markdown_text(std::string_view text) {
  constexpr std::string_view kMarks = "\\`*[]<>|$~";
  const auto is_inside_word = [text](std::size_t i) {
    return i > 0 && i + 1 < text.size() && base::is_alnum(text[i - 1]) && base::is_alnum(text[i + 1]);
  };
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool emphasis = text[i] == '_' && !is_inside_word(i);
    if (emphasis || kMarks.find(text[i]) != kMarks.npos) shown += '\\';
    shown += text[i];
  }
  return shown;
}

std::string model_page() {
  std::string page{kModelHead};
  page += "| Kind | Key | Read by | Today | What it is |\n|---|---|---|---|---|\n";
  for (const Definition& of : definitions()) page += kind_row(of);
  page += kFieldsHead;
  for (const Definition& of : definitions()) page += kind_chapter(of);
  page += kRolesHead;
  for (const RoleInfo& role : kRoles) page += role_row(role);
  return page;
}

std::string preferences_page() {
  std::string page{kPreferencesHead};
  for (const AreaInfo& area : kAreas) page += area_chapter(area);
  return page;
}

}  // namespace ringfence::model
