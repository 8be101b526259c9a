// SPDX-License-Identifier: Apache-2.0
// What calls cost: profiles, zones, fees, and the times that are off-peak.
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr auto kNameInTenant = std::to_array<Unique>({{kFirst, true}});

constexpr auto kProfileFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the profile"),
    listed(flag("prepaid", "no", "calls are paid from a balance, and end with it")),
    {.name = "currency",
     .need = Need::Required,
     .show = Show::Listed,
     .rule = check_currency,
     .fallback = "EUR",
     .placeholder = "CCC",
     .help = "three letters, such as EUR"},
    decimal("interval_charge", 1'000'000, "0", "what each month costs, in cents"),
    integer("interval_free_time", 0, 1'000'000'000, "0", "SECONDS", "free seconds of each month"),
    decimal("interval_free_cash", 1'000'000, "0", "free cents of each month"),
    decimal("fraud_interval_limit", 1'000'000'000, "", "cents of a month above which a customer is locked"),
    integer("fraud_interval_lock", 0, 5, "0", "LEVEL", "the lock level then"),
    decimal("fraud_daily_limit", 1'000'000'000, "", "cents of a day above which a customer is locked"),
    integer("fraud_daily_lock", 0, 5, "0", "LEVEL", "the lock level then"),
    flag("ignore_domain", "no", "fees are found by the number alone, without its domain"),
    description_field(),
});

constexpr auto kZoneFields = std::to_array<Field>({
    part_of("billing_profile", Kind::BillingProfile, "NAME", "the profile it belongs to"),
    {.name = "name",
     .need = Need::Required,
     .show = Show::Listed,
     .uses = kAlways,
     .rule = check_text,
     .placeholder = "TEXT",
     .help = "what a bill says"},
    listed(text("detail", "TEXT", "what an itemised bill says")),
});
constexpr std::array kProfileAndName{std::uint8_t{0}, std::uint8_t{1}};
constexpr auto kZoneUniques = std::to_array<Unique>({{kProfileAndName}});

constexpr auto kDirections = std::to_array<std::string_view>({"in", "out"});
constexpr auto kMatchModes = std::to_array<std::string_view>(
    {"regex_longest_pattern", "regex_longest_match", "prefix", "exact_destination"});
constexpr Field rate(std::string_view name, std::string_view help) {
  return decimal(name, 1'000'000, "0", help);
}
constexpr Field interval(std::string_view name, std::string_view help) {
  return integer(name, 1, 86'400, "60", "SECONDS", help);
}
constexpr auto kFeeFields = std::to_array<Field>({
    part_of("billing_profile", Kind::BillingProfile, "NAME", "the profile it belongs to"),
    required(refers_to("zone", Kind::Zone, "ID", "the zone it is for")),
    listed(text("source", "PATTERN", "who calls; nothing: anybody")),
    filtered(listed(required(text("destination", "PATTERN", "who is called, as the match mode reads it")))),
    choice("direction", kDirections, "out", "WAY", "out: who calls pays; in: who is called does"),
    choice("match_mode", kMatchModes, "prefix", "MODE", "how source and destination are compared"),
    listed(rate("onpeak_init_rate", "cents a second of the first interval")),
    interval("onpeak_init_interval", "seconds of the first interval"),
    rate("onpeak_follow_rate", "cents a second of each one after it"),
    interval("onpeak_follow_interval", "seconds of each one after it"),
    rate("offpeak_init_rate", "the same at off-peak times"),
    interval("offpeak_init_interval", "the same at off-peak times"),
    rate("offpeak_follow_rate", "the same at off-peak times"),
    interval("offpeak_follow_interval", "the same at off-peak times"),
    flag("onpeak_use_free_time", "no", "free seconds are used first"),
    flag("offpeak_use_free_time", "no", "free seconds are used first, at off-peak times"),
});
constexpr std::array kFeeIdentity{std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4},
                                  std::uint8_t{5}};
constexpr auto kFeeUniques = std::to_array<Unique>({{kFeeIdentity, false, true}});

constexpr auto kOffPeakFields = std::to_array<Field>({
    part_of("billing_profile", Kind::BillingProfile, "NAME", "the profile it belongs to"),
    listed(integer("week_day", 0, 6, "", "DAY", "0 is Monday; each week")),
    listed(text("first_day", "DATE", "2026-12-24; or a range of days", check_day)),
    listed(text("last_day", "DATE", "the last of them", check_day)),
    listed(text("start", "HH:MM", "from when on; nothing: the whole day", check_clock)),
    listed(text("stop", "HH:MM", "until when, inclusive", check_clock)),
});

}  // namespace

const Definition& billing_profile_definition() {
  static constexpr Definition kDefinition{.kind = Kind::BillingProfile,
                                          .name = "billing_profile",
                                          .plural = "billing profiles",
                                          .help = "what calls cost",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .fields = kProfileFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& zone_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Zone,
                                          .name = "zone",
                                          .plural = "zones",
                                          .help = "destinations as a bill names them",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .fields = kZoneFields,
                                          .uniques = kZoneUniques};
  return kDefinition;
}

const Definition& fee_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Fee,
                                          .name = "fee",
                                          .plural = "fees",
                                          .help = "what a call to a destination costs",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .fields = kFeeFields,
                                          .uniques = kFeeUniques};
  return kDefinition;
}

const Definition& off_peak_definition() {
  static constexpr Definition kDefinition{.kind = Kind::OffPeak,
                                          .name = "off_peak",
                                          .plural = "off-peak times",
                                          .help = "when calls are cheaper",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .fields = kOffPeakFields};
  return kDefinition;
}

}  // namespace ringfence::model
