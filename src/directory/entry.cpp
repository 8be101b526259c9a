// SPDX-License-Identifier: Apache-2.0
// The compact form of an entry: a header, a slot for each field, then the texts.
#include "directory/entry.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "base/assert.h"
#include "model/limits.h"
#include "model/rules.h"

namespace ringfence::directory {
namespace {

using model::Field;
using model::Type;
using model::Value;

bool is_text(Type type) {
  return type == Type::Text || type == Type::Blob;
}

std::size_t longest_text(const Field& field) {
  return field.rule == model::check_long_text ? model::kMaxListText : model::kMaxText;
}

bool fits_text(const Field& field, std::string_view text) {
  if (is_text(field.type)) return text.size() <= longest_text(field);
  return field.type == Type::Choice && std::ranges::find(field.choices, text) != field.choices.end();
}

bool fits_number(const Field& field, std::int64_t number) {
  switch (field.type) {
    case Type::Flag:
      return number == 0 || number == 1;
    case Type::Integer:
    case Type::Decimal:
      return number >= field.least && number <= field.most;
    case Type::Row:
      return number != 0;
    case Type::Time:
      return true;
    case Type::Choice:
    case Type::Text:
    case Type::Blob:
      break;
  }
  return false;
}

bool fits(const Field& field, const Value& value) {
  if (model::is_null(value)) return field.need == model::Need::Optional;
  const auto* number = std::get_if<std::int64_t>(&value);
  return number != nullptr ? fits_number(field, *number) : fits_text(field, model::text_of(value));
}

std::uint64_t choice_in(const Field& field, std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::find(field.choices, text) - field.choices.begin());
}

std::size_t text_bytes(const EntryValues& values, const model::Definition& definition) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < values.cells.size(); ++i) {
    if (is_text(definition.fields[i].type)) total += model::text_of(values.cells[i]).size();
  }
  return total;
}

}  // namespace

bool is_entry_kind(Kind kind) {
  if (kind >= Kind::None || kind == Kind::Domain || kind == Kind::Subscriber || kind == Kind::Peer)
    return false;
  return model::definition(kind).reach == model::Reach::Calls;
}

bool fits(const EntryValues& values) {
  if (!is_entry_kind(values.kind)) return false;
  const auto fields = model::definition(values.kind).fields;
  return std::ranges::equal(fields, values.cells,
                            [](const Field& field, const Value& value) { return fits(field, value); });
}

Entry::Entry(const EntryValues& values, const model::Definition& definition)
    : id_{values.id},
      tenant_{values.tenant},
      kind_{values.kind},
      fields_{static_cast<std::uint8_t>(definition.fields.size())} {
  auto* tail = reinterpret_cast<char*>(slots() + fields_);
  Slot used = 0;
  for (std::size_t i = 0; i < fields_; ++i) {
    const Value& value = values.cells[i];
    const std::string_view text = model::text_of(value);
    if (model::is_null(value)) nulls_ |= 1U << i;
    if (is_text(definition.fields[i].type)) {
      if (!text.empty()) std::memcpy(tail + used, text.data(), text.size());
      slots()[i] = (used << 32U) | text.size();
      used += text.size();
    } else if (definition.fields[i].type == Type::Choice && !model::is_null(value)) {
      slots()[i] = choice_in(definition.fields[i], text);
    } else {
      slots()[i] = static_cast<Slot>(model::number_of(value));
    }
  }
}

Entry::Owner Entry::make(const EntryValues& values) {
  RF_ASSERT(fits(values) && values.cells.size() <= kMostFields);
  const model::Definition& definition = model::definition(values.kind);
  const std::size_t slots = values.cells.size() * sizeof(Slot);
  void* block = ::operator new(sizeof(Entry) + slots + text_bytes(values, definition));
  return Owner{new (block) Entry{values, definition}};
}

void Entry::Destroy::operator()(const Entry* entry) const {
  entry->~Entry();
  ::operator delete(static_cast<void*>(const_cast<Entry*>(entry)));
}

Value Entry::value_at(std::size_t place, const Field& field) const {
  if (is_null(place)) return {};
  if (is_text(field.type)) return std::string{text(place)};
  if (field.type == Type::Choice) return std::string{field.choices[choice(place)]};
  return integer(place);
}

EntryValues Entry::values() const {
  EntryValues values{kind_, id_, tenant_, {}};
  const auto fields = model::definition(kind_).fields;
  for (std::size_t i = 0; i < fields.size(); ++i) values.cells.push_back(value_at(i, fields[i]));
  return values;
}

}  // namespace ringfence::directory
