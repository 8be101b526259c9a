// SPDX-License-Identifier: Apache-2.0
// The tables: domains, subscribers, peers.
#include "provisioning/definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provisioning/rules.h"

namespace ringfence::provisioning {
namespace {

constexpr std::array<std::string_view, kVerbs> kVerbNames{"add", "ls", "show", "set", "rm"};

template <class... Verbs>
constexpr std::uint8_t by(Verbs... verbs) {
  return static_cast<std::uint8_t>((0U | ... | (1U << static_cast<unsigned>(verbs))));
}

constexpr auto kDomainColumns = std::to_array<Column>({
    {"domain", true},
    {"id", true},
    {"subscribers", false},
    {"created", true},
    {"changed", false},
});

constexpr auto kSubscriberFields = std::to_array<Field>({
    {"password", "PW", "the phone's password; without it one is made up and shown once", check_password,
     by(Verb::Add, Verb::Set)},
    {"number", "DIGITS", "telephone number with country code, such as 43123456", check_number,
     by(Verb::Add, Verb::Set, Verb::Ls)},
    {"state", "STATE", "active, locked or terminated", check_state, by(Verb::Add, Verb::Set, Verb::Ls)},
    {"allow-weak-password", "", "take a password that is short or equals the user name, without a warning",
     check_flag, by(Verb::Add, Verb::Set), Field::Takes::Nothing},
    {"domain", "DOMAIN", "only subscribers of this domain", check_domain, by(Verb::Ls)},
    {"user", "PREFIX", "only user names that begin like this", check_text, by(Verb::Ls)},
});
constexpr auto kSubscriberColumns = std::to_array<Column>({
    {"subscriber", true},
    {"number", true},
    {"state", true},
    {"id", true},
    {"algorithms", false},
    {"created", false},
    {"changed", false},
});

constexpr auto kPeerFields = std::to_array<Field>({
    {"address", "ADDRESS", "where it sends from and listens: 192.0.2.1:5060/udp, [2001:db8::1]:5060/tcp",
     check_peer_address, by(Verb::Add, Verb::Set), Field::Takes::Value, true},
    {"default", "", "send it the calls that are not for us; the first peer is the default by itself",
     check_flag, by(Verb::Add, Verb::Set), Field::Takes::Nothing},
    {"transit", "YES|NO",
     "yes: its calls to nobody of ours go on to the default peer, unless it is that one; no unless given",
     check_yes_no, by(Verb::Add, Verb::Set)},
});
constexpr auto kPeerColumns = std::to_array<Column>({
    {"peer", true},
    {"address", true},
    {"default", true},
    {"transit", true},
    {"id", true},
    {"created", false},
    {"changed", false},
});

constexpr auto kDefinitions = std::to_array<Definition>({
    {Kind::Domain,
     "domain",
     "domains",
     "DOMAIN",
     "host name or address of a realm of our own",
     check_domain,
     by(Verb::Add, Verb::Ls, Verb::Show, Verb::Rm),
     {},
     kDomainColumns},
    {Kind::Subscriber, "subscriber", "subscribers", "USER@DOMAIN",
     "the subscriber, such as 1001@example.test", check_subscriber,
     by(Verb::Add, Verb::Ls, Verb::Show, Verb::Set, Verb::Rm), kSubscriberFields, kSubscriberColumns},
    {Kind::Peer, "peer", "peers", "NAME", "a name for the carrier or neighbour", check_peer_name,
     by(Verb::Add, Verb::Ls, Verb::Show, Verb::Set, Verb::Rm), kPeerFields, kPeerColumns},
});

std::string attempt(const Definition& definition, Verb verb, std::string_view key) {
  return fmt::format("cannot {} {}{}{}", name_of(verb), definition.name, key.empty() ? "" : " ", key);
}

std::string help_for(const Definition& definition, Verb verb) {
  return fmt::format("see ringfence {} {} --help", definition.name, name_of(verb));
}

std::string fields_of(const Definition& definition, Verb verb) {
  std::string names;
  for (const Field& field : definition.fields) {
    if (field.belongs_to(verb)) names += fmt::format("{}--{}", names.empty() ? "" : ", ", field.name);
  }
  return names.empty() ? "it takes none" : "it takes " + names;
}

}  // namespace

std::string_view name_of(Verb verb) {
  return kVerbNames[static_cast<std::size_t>(verb)];
}

std::span<const Definition> definitions() {
  return kDefinitions;
}
const Definition& definition(Kind kind) {
  return *std::ranges::find(kDefinitions, kind, &Definition::kind);
}

const Field* find_field(const Definition& definition, std::string_view name) {
  const auto found = std::ranges::find(definition.fields, name, &Field::name);
  return found != definition.fields.end() ? &*found : nullptr;
}

std::string_view value_in(const Arguments& arguments, std::string_view name) {
  const auto found = arguments.find(name);
  return found != arguments.end() ? std::string_view{found->second} : std::string_view{};
}

Outcome<std::string> check_key(const Definition& definition, Verb verb, std::string_view key) {
  auto checked = definition.check_key(key);
  if (checked) return std::move(*checked);
  return refuse(Reason::Usage, attempt(definition, verb, key),
                fmt::format("{} \"{}\" is not allowed: {}", definition.name, key, checked.error()),
                help_for(definition, verb));
}

Outcome<Arguments> check_arguments(const Definition& definition, Verb verb, std::string_view key,
                                   const Arguments& arguments) {
  Arguments checked;
  for (const auto& [name, value] : arguments) {
    const Field* field = find_field(definition, name);
    if (field == nullptr || !field->belongs_to(verb)) {
      return refuse(Reason::Usage, attempt(definition, verb, key),
                    fmt::format("there is no option --{}: {}", name, fields_of(definition, verb)),
                    help_for(definition, verb));
    }
    auto canonical = field->check(value);
    if (!canonical) {
      const bool secret = field->check == check_password;
      const std::string shown = secret ? std::string{} : fmt::format(" \"{}\"", value);
      return refuse(Reason::Usage, attempt(definition, verb, key),
                    fmt::format("{}{} is not allowed: {}", name, shown, canonical.error()),
                    help_for(definition, verb));
    }
    checked.emplace(name, std::move(*canonical));
  }
  for (const Field& field : definition.fields) {
    if (verb == Verb::Add && field.required && !checked.contains(field.name)) {
      return refuse(Reason::Usage, attempt(definition, verb, key),
                    fmt::format("--{} {} is missing: {}", field.name, field.placeholder, field.help),
                    help_for(definition, verb));
    }
  }
  return checked;
}

}  // namespace ringfence::provisioning
