// SPDX-License-Identifier: Apache-2.0
// Any text as a value of every field and preference, and as every key: what is taken has one spelling, which
// is stored and read back as itself, and checks take linear time.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "base/assert.h"
#include "model/limits.h"
#include "model/preferences.h"
#include "model/rules.h"
#include "model/value_text.h"

using namespace ringfence::model;

namespace {

/// The canonical spelling: it is its own, shows, and is not much longer than what was typed ("::" is
/// "::/128", a day is its beginning). Nothing when the text is refused, for which there are words.
template <class Check>
std::optional<std::string> canonical(Check check, std::string_view text) {
  const Checked once = check(text);
  if (!once) {
    RF_ASSERT(!once.error().empty());
    return std::nullopt;
  }
  RF_ASSERT(check(*once) == once);
  RF_ASSERT(is_printable_text(*once));
  RF_ASSERT(once->size() <= 4 * text.size() + 16);
  return *once;
}

void take_as_field(const Field& field, std::string_view text) {
  const auto spelled =
      canonical([&field](std::string_view typed) { return check_value(field, typed); }, text);
  if (!spelled || field.type == Type::Row) return;
  const Value stored = value_from(field, *spelled);
  RF_ASSERT(to_text(field, stored) == *spelled);
  const auto number = number_of(stored);
  const bool bounded = field.type == Type::Integer || field.type == Type::Decimal;
  if (bounded && !is_null(stored)) RF_ASSERT(number >= field.least && number <= field.most);
}

void take_as_row(const Definition& of, std::string_view text) {
  for (const auto fields : {of.fields, of.inputs}) {
    for (const Field& field : fields) take_as_field(field, text);
  }
  canonical([&of](std::string_view typed) { return check_key(of, typed); }, text);
}

/// The items of a list, put together again, are the list; and each is allowed alone.
void take_list_apart(const PreferenceInfo& info, std::string_view spelled) {
  RF_ASSERT(spelled.size() <= kMaxListText);
  std::string again;
  for (const std::string_view item : list_items(spelled)) {
    RF_ASSERT(check_preference(info, item) == std::string{item});
    if (!again.empty()) again += ',';
    again += item;
  }
  RF_ASSERT(again == spelled);
}

/// The snapshot has numbers for what code compares, and texts for all else.
void keep_in_snapshot(const PreferenceInfo& info, std::string_view spelled) {
  const Value kept = preference_value(info, spelled);
  const auto number = number_of(kept);
  switch (info.type) {
    case PrefType::Flag:
      RF_ASSERT(spelled == (number == 0 ? "no" : "yes"));
      break;
    case PrefType::Integer:
      RF_ASSERT(std::to_string(number) == spelled && number >= info.least && number <= info.most);
      break;
    case PrefType::Choice:
      RF_ASSERT(!is_null(kept) && info.choices[static_cast<std::size_t>(number)] == spelled);
      break;
    case PrefType::List:
    case PrefType::Text:
    case PrefType::Set:
      RF_ASSERT(text_of(kept) == spelled);
      break;
  }
}

void take_as_preference(const PreferenceInfo& info, std::string_view text) {
  const auto spelled =
      canonical([&info](std::string_view typed) { return check_preference(info, typed); }, text);
  if (!spelled) return;
  RF_ASSERT(!spelled->empty());
  keep_in_snapshot(info, *spelled);
  if (info.type == PrefType::List) take_list_apart(info, *spelled);
}

void take_as_name(std::string_view text) {
  canonical(check_preference_name, text);
  if (const auto id = preference_named(text)) RF_ASSERT(preference(*id).name.size() == text.size());
}

std::set<Rule> all_rules() {
  std::set<Rule> rules;
  for (const Definition& of : definitions()) {
    rules.insert(of.key_rule);
    for (const auto fields : {of.fields, of.inputs}) {
      for (const Field& field : fields) rules.insert(field.rule);
    }
  }
  for (const PreferenceInfo& info : preferences()) rules.insert(info.rule);
  rules.erase(nullptr);
  return rules;
}

/// So long a text takes a rule, or a list of its values, hours when it is not linear: the fuzzer's time limit
/// finds that.
void take_many_times(std::string_view text) {
  constexpr std::size_t kLong = 1 << 20;
  static const std::set<Rule> rules = all_rules();
  std::string many;
  while (!text.empty() && many.size() < kLong) many += text;
  for (const Rule rule : rules) (void)rule(many);
  for (const PreferenceInfo& info : preferences()) {
    if (info.type == PrefType::List) (void)check_preference(info, many);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kOneIn = 64;  // inputs: a long text takes as long as many short ones
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const Definition& of : definitions()) take_as_row(of, text);
  for (const PreferenceInfo& info : preferences()) take_as_preference(info, text);
  take_as_name(text);
  if (size % kOneIn == kOneIn - 1) take_many_times(text);
  return 0;
}
