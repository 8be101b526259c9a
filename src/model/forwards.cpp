// SPDX-License-Identifier: Apache-2.0
// Call forwards, and the sets of destinations, times, sources and called numbers that they are made of.
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr Field set_name() {
  return {.name = "name",
          .need = Need::Required,
          .show = Show::Listed,
          .uses = kAlways,
          .rule = check_name,
          .placeholder = "NAME",
          .help = "of the set"};
}
constexpr std::array kOwnerAndName{std::uint8_t{0}, std::uint8_t{1}};
constexpr auto kUniqueName = std::to_array<Unique>({{kOwnerAndName}});
constexpr auto kTimeSetUniques = std::to_array<Unique>({{kOwnerAndName, true, true}});

constexpr auto kTimeSetFields = std::to_array<Field>({
    {.name = "subscriber",
     .type = Type::Row,
     .show = Show::Listed,
     .uses = kFound,
     .refers_to = Kind::Subscriber,
     .bond = Bond::Part,
     .placeholder = "USER@DOMAIN",
     .help = "whose it is; nothing: for NCOS levels and peer groups"},
    set_name(),
});
constexpr Field span(std::string_view name, Rule rule, std::string_view placeholder, std::string_view help) {
  return listed(text(name, placeholder, help, rule));
}
constexpr auto kPeriodFields = std::to_array<Field>({
    part_of("time_set", Kind::TimeSet, "ID", "the set it belongs to"),
    span("years", check_years, "Y[-Y]", "2026 or 2026-2030; of all that is given, each must hold"),
    span("months", check_months, "M[-M]", "1 to 12"),
    span("month_days", check_month_days, "D[-D]", "1 to 31"),
    span("week_days", check_week_days, "D[-D]", "1 (Sunday) to 7; 6-2 is Friday to Monday"),
    span("hours", check_hours, "H[-H]", "0 to 23; 22-5 goes over midnight"),
    span("minutes", check_minutes, "M[-M]", "0 to 59"),
});

constexpr auto kDestinationSetFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "whose it is"),
    set_name(),
});
constexpr auto kDestinationFields = std::to_array<Field>({
    part_of("destination_set", Kind::DestinationSet, "ID", "the set it belongs to"),
    listed(required(text("destination", "NUMBER|URI|WORD",
                         "a number, a SIP URI, or voicebox, conference, fax2mail, callthrough, localuser",
                         check_destination))),
    listed(integer("priority", 1, 1000, "1", "N", "the lowest is tried first")),
    listed(integer("ring_timeout", 1, 3600, "300", "SECONDS", "how long it rings before the next is tried")),
});

constexpr auto kModes = std::to_array<std::string_view>({"whitelist", "blacklist"});
constexpr Field mode(std::string_view help) {
  return choice("mode", kModes, "whitelist", "MODE", help);
}
constexpr auto kSourceSetFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "whose it is"),
    set_name(),
    mode("whitelist: for these callers; blacklist: for all others"),
});
constexpr auto kSourceFields = std::to_array<Field>({
    part_of("source_set", Kind::SourceSet, "ID", "the set it belongs to"),
    listed(required(
        text("pattern", "PATTERN", "a caller's number, with *, ? and [0-9]; or anonymous", check_glob))),
});
constexpr auto kNumberSetFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "whose it is"),
    set_name(),
    mode("whitelist: when one of these was called; blacklist: when any other was"),
});
constexpr auto kNumberPatternFields = std::to_array<Field>({
    part_of("number_set", Kind::NumberSet, "ID", "the set it belongs to"),
    listed(required(
        text("pattern", "PATTERN", "a called number of the subscriber, with *, ? and [0-9]", check_glob))),
});

constexpr auto kForwardTypes =
    std::to_array<std::string_view>({"cfu", "cfb", "cft", "cfna", "cfs", "cfr", "cfo"});
constexpr auto kForwardFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "whose calls"),
    choice(
        "type", kForwardTypes, "cfu", "TYPE",
        "cfu always, cfb when busy, cft after a time, cfna when not registered, cfs messages, cfr after an "
        "answer, cfo above the limit of calls"),
    required(refers_to("destination_set", Kind::DestinationSet, "ID", "where to")),
    refers_to("time_set", Kind::TimeSet, "ID", "when; nothing: always"),
    refers_to("source_set", Kind::SourceSet, "ID", "for which callers; nothing: for all"),
    refers_to("number_set", Kind::NumberSet, "ID", "for which called numbers; nothing: for all"),
    listed(integer("priority", 1, 1000, "1", "N", "the lowest that fits is taken")),
    integer("ring_timeout", 1, 3600, "", "SECONDS", "how long it rings before a cft"),
    listed(flag("enabled", "yes", "whether it is used")),
    flag("redirect", "no", "yes: the caller is told the destination (302) instead"),
});

}  // namespace

const Definition& time_set_definition() {
  static constexpr Definition kDefinition{.kind = Kind::TimeSet,
                                          .name = "time_set",
                                          .plural = "time sets",
                                          .help = "when something holds",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered},
                                          .reach = Reach::Calls,
                                          .fields = kTimeSetFields,
                                          .uniques = kTimeSetUniques};
  return kDefinition;
}

const Definition& period_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Period,
                                          .name = "period",
                                          .plural = "periods",
                                          .help = "the periods of time sets; one of them is enough",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kPeriodFields};
  return kDefinition;
}

const Definition& destination_set_definition() {
  static constexpr Definition kDefinition{.kind = Kind::DestinationSet,
                                          .name = "destination_set",
                                          .plural = "destination sets",
                                          .help = "where calls are forwarded to",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kDestinationSetFields,
                                          .uniques = kUniqueName};
  return kDefinition;
}

const Definition& destination_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Destination,
                                          .name = "destination",
                                          .plural = "destinations",
                                          .help = "the destinations of destination sets, tried in turn",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kDestinationFields};
  return kDefinition;
}

const Definition& source_set_definition() {
  static constexpr Definition kDefinition{.kind = Kind::SourceSet,
                                          .name = "source_set",
                                          .plural = "source sets",
                                          .help = "callers that a forward is for",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kSourceSetFields,
                                          .uniques = kUniqueName};
  return kDefinition;
}

const Definition& source_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Source,
                                          .name = "source",
                                          .plural = "sources",
                                          .help = "the callers of source sets",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kSourceFields};
  return kDefinition;
}

const Definition& number_set_definition() {
  static constexpr Definition kDefinition{.kind = Kind::NumberSet,
                                          .name = "number_set",
                                          .plural = "number sets",
                                          .help = "called numbers (B-numbers) that a forward is for",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kNumberSetFields,
                                          .uniques = kUniqueName};
  return kDefinition;
}

const Definition& number_pattern_definition() {
  static constexpr Definition kDefinition{.kind = Kind::NumberPattern,
                                          .name = "number_pattern",
                                          .plural = "number patterns",
                                          .help = "the numbers of number sets",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kNumberPatternFields};
  return kDefinition;
}

const Definition& forward_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Forward,
                                          .name = "forward",
                                          .plural = "forwards",
                                          .help = "where calls go instead",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kForwardFields};
  return kDefinition;
}

}  // namespace ringfence::model
