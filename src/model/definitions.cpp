// SPDX-License-Identifier: Apache-2.0
// All definitions in the order of Kind, and how they are found.
#include <algorithm>
#include <array>

#include "base/assert.h"
#include "model/tables.h"

namespace ringfence::model {
namespace {

std::array<Definition, kKinds> in_order() {
  return {reseller_definition(),
          contact_definition(),
          billing_profile_definition(),
          zone_definition(),
          fee_definition(),
          off_peak_definition(),
          contract_definition(),
          customer_definition(),
          domain_definition(),
          subscriber_definition(),
          number_definition(),
          fixed_contact_definition(),
          trusted_source_definition(),
          speed_dial_definition(),
          reminder_definition(),
          rewrite_set_definition(),
          rewrite_rule_definition(),
          time_set_definition(),
          period_definition(),
          ncos_level_definition(),
          ncos_pattern_definition(),
          peer_group_definition(),
          peer_definition(),
          peer_rule_definition(),
          inbound_rule_definition(),
          destination_set_definition(),
          destination_definition(),
          source_set_definition(),
          source_definition(),
          number_set_definition(),
          number_pattern_definition(),
          forward_definition(),
          preference_definition(),
          ban_definition(),
          admin_definition()};
}

/// '-' and '_' are one to people.
bool same_name(std::string_view name, std::string_view typed) {
  return std::ranges::equal(name, typed, [](char a, char b) { return a == b || (a == '_' && b == '-'); });
}

}  // namespace

std::span<const Definition> definitions() {
  static const std::array<Definition, kKinds> kDefinitions = in_order();
  return kDefinitions;
}

const Definition& definition(Kind kind) {
  RF_ASSERT(kind < Kind::None);
  return definitions()[static_cast<std::size_t>(kind)];
}

Kind kind_named(std::string_view name) {
  for (const Definition& known : definitions()) {
    if (same_name(known.name, name)) return known.kind;
  }
  return Kind::None;
}

const Field* find_field(const Definition& definition, std::string_view name) {
  for (const auto fields : {definition.fields, definition.inputs}) {
    const auto found =
        std::ranges::find_if(fields, [name](const Field& field) { return same_name(field.name, name); });
    if (found != fields.end()) return &*found;
  }
  return nullptr;
}

std::string dashed(std::string_view name) {
  std::string text{name};
  std::ranges::replace(text, '_', '-');
  return text;
}

}  // namespace ringfence::model
