// SPDX-License-Identifier: Apache-2.0
// What numbers look like (rewrite rules) and which of them may be called (NCOS levels).
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr auto kNameInTenant = std::to_array<Unique>({{kFirst, true}});

constexpr auto kRewriteSetFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the set"),
    listed(description_field()),
});

constexpr auto kDirections = std::to_array<std::string_view>({"in", "out"});
constexpr auto kParties = std::to_array<std::string_view>({"caller", "callee"});
constexpr auto kRewriteRuleFields = std::to_array<Field>({
    part_of("rewrite_set", Kind::RewriteSet, "NAME", "the set it belongs to"),
    choice("direction", kDirections, "in", "WAY",
           "in: as it came, to E.164; out: from E.164 to what the other expects"),
    choice("party", kParties, "callee", "PARTY", "whose number"),
    listed(integer("priority", 0, 1'000'000, "100", "N",
                   "the lowest is tried first, and the first match ends the search")),
    listed(required(text("pattern", "REGEX", "what the number must match (RE2)", check_regex))),
    {.name = "replacement",
     .need = Need::Required,
     .show = Show::Listed,
     .rule = check_replacement,
     .placeholder = "TEXT",
     .help = "with \\1 to \\9, ${caller_cc}, ${caller_ac}, ${callee_cc}, ${callee_ac}"},
    flag("enabled", "yes", "whether it is tried"),
    description_field(),
});

constexpr auto kModes = std::to_array<std::string_view>({"whitelist", "blacklist"});
constexpr auto kNcosLevelFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the level"),
    choice("mode", kModes, "blacklist", "MODE", "blacklist: what matches is refused; whitelist: all else is"),
    flag("local_ac", "no", "calls within the caller's area are allowed"),
    flag("intra_pbx", "no", "calls within the caller's telephone system are allowed"),
    refers_to("time_set", Kind::TimeSet, "ID", "when it holds; nothing: always"),
    flag("time_set_inverted", "no", "it holds outside of its time set"),
    listed(description_field()),
});
constexpr auto kNcosPatternFields = std::to_array<Field>({
    part_of("ncos_level", Kind::NcosLevel, "NAME", "the level it belongs to"),
    listed(
        required(text("pattern", "REGEX", "what the called number in E.164 must match (RE2)", check_regex))),
    listed(description_field()),
});

}  // namespace

const Definition& rewrite_set_definition() {
  static constexpr Definition kDefinition{.kind = Kind::RewriteSet,
                                          .name = "rewrite_set",
                                          .plural = "rewrite sets",
                                          .help = "how somebody writes numbers, and how we write them to him",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .reach = Reach::Calls,
                                          .fields = kRewriteSetFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& rewrite_rule_definition() {
  static constexpr Definition kDefinition{.kind = Kind::RewriteRule,
                                          .name = "rewrite_rule",
                                          .plural = "rewrite rules",
                                          .help = "the rules of rewrite sets",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kRewriteRuleFields};
  return kDefinition;
}

const Definition& ncos_level_definition() {
  static constexpr Definition kDefinition{.kind = Kind::NcosLevel,
                                          .name = "ncos_level",
                                          .plural = "NCOS levels",
                                          .help = "which numbers may be called (network class of service)",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .reach = Reach::Calls,
                                          .fields = kNcosLevelFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& ncos_pattern_definition() {
  static constexpr Definition kDefinition{.kind = Kind::NcosPattern,
                                          .name = "ncos_pattern",
                                          .plural = "NCOS patterns",
                                          .help = "the patterns of NCOS levels",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kNcosPatternFields};
  return kDefinition;
}

}  // namespace ringfence::model
