// SPDX-License-Identifier: Apache-2.0
// Domains, subscribers, what belongs to one subscriber, and whom nobody hears.
#include "model/preferences.h"
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr auto kDomainFields = std::to_array<Field>({
    key_field("name", check_domain, "DOMAIN", "host name or address of a realm of our own"),
    state_field("a locked domain's subscribers neither register nor call"),
    {.name = "zone",
     .need = Need::Required,
     .show = Show::Listed,
     .rule = check_zone,
     .fallback = "UTC",
     .placeholder = "ZONE",
     .help = "time zone of its subscribers, such as Europe/Vienna"},
});
constexpr auto kUniqueName = std::to_array<Unique>({{kFirst}});

constexpr Field hash_field(std::string_view name, std::int64_t bytes) {
  return {.name = name,
          .type = Type::Blob,
          .show = Show::Secret,
          .uses = kAtFirst,
          .most = bytes,
          .placeholder = "HEX",
          .help = "in place of a password: H(user:realm:password)"};
}
constexpr auto kSubscriberFields = std::to_array<Field>({
    {.name = "domain",
     .type = Type::Row,
     .need = Need::Required,
     .show = Show::Alone,
     .uses = kByKey,
     .refers_to = Kind::Domain,
     .placeholder = "DOMAIN",
     .help = "the domain it registers in"},
    key_field("username", check_username, "USER", "the part before the @"),
    alone(refers_to("customer", Kind::Customer, "NAME", "who pays for it")),
    filtered(listed(
        text("number", "DIGITS", "telephone number with country code, such as 43123456", check_number))),
    state_field("active, locked or terminated"),
    hash_field("ha1_md5", 16),
    hash_field("ha1_sha256", 32),
    hash_field("ha1_sha512_256", 32),
    text("email", "ADDRESS", "where mails go", check_email),
    text("zone", "ZONE", "time zone, where it is not the domain's", check_zone),
    filtered(text("external_id", "TEXT", "what another system calls it")),
    flag("administrative", "no", "may manage the other subscribers of its customer"),
});
constexpr auto kSubscriberInputs = std::to_array<Field>({
    text("password", "PW", "the phone's password; without it one is made up and shown once", check_password),
    {.name = "allow_weak_password",
     .type = Type::Flag,
     .by_presence = true,
     .help = "take a password that is short or equals the user name, without a warning"},
});
constexpr std::array kDomainAndUser{std::uint8_t{0}, std::uint8_t{1}};
constexpr std::array kPrimaryNumber{std::uint8_t{3}};
constexpr auto kSubscriberUniques = std::to_array<Unique>({{kDomainAndUser}, {kPrimaryNumber}});

constexpr auto kNumberFields = std::to_array<Field>({
    key_field("number", check_some_number, "DIGITS", "another number that reaches a subscriber"),
    {.name = "subscriber",
     .type = Type::Row,
     .need = Need::Required,
     .show = Show::Listed,
     .uses = kAlways,
     .refers_to = Kind::Subscriber,
     .bond = Bond::Part,
     .placeholder = "USER@DOMAIN",
     .help = "whom it reaches"},
    flag("device", "no", "yes: a phone may register with it, and gets its calls alone"),
});

constexpr auto kFixedContactFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "whom it reaches"),
    listed(required(
        text("contact", "URI", "where the device is, for ever: sip:door@192.0.2.7:5060", check_sip_uri))),
    decimal("q", 1, "1", "preference among the contacts of one subscriber (RFC 3261 §20.10), 0 to 1"),
});
constexpr std::array kFirstTwo{std::uint8_t{0}, std::uint8_t{1}};
constexpr auto kUniqueFirstTwo = std::to_array<Unique>({{kFirstTwo}});

constexpr auto kSourceProtocols = std::to_array<std::string_view>({"any", "udp", "tcp", "tls"});
constexpr auto kTrustedSourceFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "in whose name it calls"),
    listed(required(text("network", "CIDR", "calls from here need no password: 192.0.2.7 or 192.0.2.0/28",
                         check_network))),
    choice("protocol", kSourceProtocols, "any", "PROTOCOL", "over which it comes"),
    text("from_pattern", "REGEX", "what the From must match as well", check_regex),
});

constexpr auto kSpeedDialFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "who dials it"),
    {.name = "slot",
     .need = Need::Required,
     .show = Show::Listed,
     .uses = kFound,
     .rule = check_slot,
     .placeholder = "*N",
     .help = "what is dialled: *0 to *99"},
    listed(required(text("destination", "NUMBER|URI", "who is called then", check_destination))),
});

constexpr auto kRecurrences = std::to_array<std::string_view>({"never", "weekdays", "always"});
constexpr auto kReminderFields = std::to_array<Field>({
    part_of("subscriber", Kind::Subscriber, "USER@DOMAIN", "who is called"),
    listed(required(text("time", "HH:MM", "in the subscriber's time zone", check_clock))),
    choice("recur", kRecurrences, "never", "WHEN", "never: once, then it is switched off"),
    listed(flag("active", "yes", "whether it rings at all")),
});
constexpr auto kUniqueFirst = std::to_array<Unique>({{kFirst}});

constexpr Field owner(std::string_view name, Kind kind, std::string_view placeholder) {
  return {.name = name,
          .type = Type::Row,
          .show = Show::Listed,
          .uses = kFound,
          .refers_to = kind,
          .bond = Bond::Part,
          .placeholder = placeholder,
          .help = "whose preference"};
}
constexpr auto kPreferenceFields = std::to_array<Field>({
    {.name = "name",
     .need = Need::Required,
     .show = Show::Listed,
     .uses = kFound,
     .rule = check_preference_name,
     .placeholder = "NAME",
     .help = "one of docs/preferences.md"},
    {.name = "value",
     .need = Need::Required,
     .show = Show::Listed,
     .rule = check_long_text,
     .placeholder = "VALUE",
     .help = "as its type has it; items of a list are separated by commas"},
    owner("subscriber", Kind::Subscriber, "USER@DOMAIN"),
    owner("customer", Kind::Customer, "NAME"),
    owner("domain", Kind::Domain, "DOMAIN"),
    owner("peer", Kind::Peer, "NAME"),
});
constexpr std::array kNameForSubscriber{std::uint8_t{0}, std::uint8_t{2}};
constexpr std::array kNameForCustomer{std::uint8_t{0}, std::uint8_t{3}};
constexpr std::array kNameForDomain{std::uint8_t{0}, std::uint8_t{4}};
constexpr std::array kNameForPeer{std::uint8_t{0}, std::uint8_t{5}};
constexpr auto kPreferenceUniques =
    std::to_array<Unique>({{kNameForSubscriber}, {kNameForCustomer}, {kNameForDomain}, {kNameForPeer}});

constexpr auto kBanFields = std::to_array<Field>({
    key_field("target", check_ban_target, "CIDR|USER@DOMAIN", "an address, a network, or an account"),
    {.name = "until",
     .type = Type::Time,
     .show = Show::Listed,
     .placeholder = "TIME",
     .help = "2026-12-24T18:00:00Z; nothing: until it is removed"},
    listed(text("reason", "TEXT", "why")),
});

}  // namespace

const Definition& domain_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Domain,
      .name = "domain",
      .plural = "domains",
      .help = "realms of our own",
      .placeholder = "DOMAIN",
      .key = {Naming::Name, 0},
      .key_rule = check_domain,
      .reach = Reach::Calls,
      .effect = "its names are ours; unless it is active, nobody registers in it or calls from it",
      .fields = kDomainFields,
      .uniques = kUniqueName};
  return kDefinition;
}

const Definition& subscriber_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Subscriber,
      .name = "subscriber",
      .plural = "subscribers",
      .help = "who registers and calls",
      .placeholder = "USER@DOMAIN",
      .key = {Naming::Within, 1, 0},
      .key_rule = check_subscriber,
      .reach = Reach::Calls,
      .effect = "registers, calls, and is called by name and by number, unless its state forbids it",
      .fields = kSubscriberFields,
      .inputs = kSubscriberInputs,
      .uniques = kSubscriberUniques};
  return kDefinition;
}

const Definition& number_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Number,
                                          .name = "number",
                                          .plural = "numbers",
                                          .help = "further numbers of subscribers",
                                          .placeholder = "DIGITS",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_some_number,
                                          .reach = Reach::Calls,
                                          .effect = "calls to it reach its subscriber",
                                          .fields = kNumberFields,
                                          .uniques = kUniqueName};
  return kDefinition;
}

const Definition& fixed_contact_definition() {
  static constexpr Definition kDefinition{.kind = Kind::FixedContact,
                                          .name = "fixed_contact",
                                          .plural = "fixed contacts",
                                          .help = "permanent registrations of devices that never register",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kFixedContactFields,
                                          .uniques = kUniqueFirstTwo};
  return kDefinition;
}

const Definition& trusted_source_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::TrustedSource,
      .name = "trusted_source",
      .plural = "trusted sources",
      .help = "addresses that call in a subscriber's name without a password",
      .placeholder = "ID",
      .key = {Naming::Numbered, Key::kNone, 0},
      .reach = Reach::Calls,
      .fields = kTrustedSourceFields};
  return kDefinition;
}

const Definition& speed_dial_definition() {
  static constexpr Definition kDefinition{.kind = Kind::SpeedDial,
                                          .name = "speed_dial",
                                          .plural = "speed dials",
                                          .help = "short numbers of a subscriber",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kSpeedDialFields,
                                          .uniques = kUniqueFirstTwo};
  return kDefinition;
}

const Definition& reminder_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Reminder,
                                          .name = "reminder",
                                          .plural = "reminders",
                                          .help = "wake-up calls, one a subscriber",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kReminderFields,
                                          .uniques = kUniqueFirst};
  return kDefinition;
}

const Definition& preference_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Preference,
      .name = "preference",
      .plural = "preferences",
      .help = "how calls of a subscriber, customer, domain or peer are treated",
      .placeholder = "ID",
      .key = {Naming::Numbered},
      .reach = Reach::Calls,
      .fields = kPreferenceFields,
      .uniques = kPreferenceUniques};
  return kDefinition;
}

const Definition& ban_definition() {
  static constexpr Definition kDefinition{.kind = Kind::Ban,
                                          .name = "ban",
                                          .plural = "bans",
                                          .help = "whom nobody hears",
                                          .placeholder = "TARGET",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_ban_target,
                                          .reach = Reach::Calls,
                                          .fields = kBanFields,
                                          .uniques = kUniqueName};
  return kDefinition;
}

}  // namespace ringfence::model
