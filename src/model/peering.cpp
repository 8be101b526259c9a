// SPDX-License-Identifier: Apache-2.0
// Carriers and neighbours: groups, servers, and the rules by which calls come and go.
#include "model/tables.h"

namespace ringfence::model {
namespace {

constexpr auto kNameInTenant = std::to_array<Unique>({{kFirst, true}});

constexpr auto kPeerGroupFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "of the group"),
    listed(
        integer("priority", 1, 100, "1", "N", "among groups whose rules match equally well; 1 is the best")),
    refers_to("contract", Kind::Contract, "NAME", "with whom"),
    refers_to("time_set", Kind::TimeSet, "ID", "when it is used; nothing: always"),
    listed(description_field()),
});

constexpr auto kPeerFields = std::to_array<Field>({
    key_field("name", check_name, "NAME", "a name for the carrier or neighbour"),
    listed(required(text("address", "ADDRESS",
                         "where it sends from and listens: 192.0.2.1:5060/udp, [2001:db8::1]:5060/tcp",
                         check_peer_address))),
    refers_to("group", Kind::PeerGroup, "NAME", "the group it belongs to"),
    text("host", "DOMAIN", "what the request URI names instead of the address", check_domain),
    integer("weight", 1, 1000, "1", "N", "its share of the calls of the group"),
    flag("enabled", "yes", "whether calls are sent to it"),
    flag("probe", "no", "whether it is asked with OPTIONS if it is alive"),
    {.name = "default",
     .type = Type::Flag,
     .need = Need::Required,
     .show = Show::Listed,
     .fallback = "no",
     .by_presence = true,
     .help = "send it the calls that are not for us; the first peer is the default by itself"},
    listed(flag("transit", "no",
                "yes: its calls to nobody of ours go on to the default peer, unless it is that one")),
});
constexpr std::array kAddress{std::uint8_t{1}};
constexpr auto kPeerUniques = std::to_array<Unique>({{kFirst}, {kAddress}});

constexpr auto kPeerRuleFields = std::to_array<Field>({
    part_of("peer_group", Kind::PeerGroup, "NAME", "the group that takes the call"),
    listed(text("callee_prefix", "DIGITS", "what the called number begins with; nothing: any", check_prefix)),
    listed(text("callee_pattern", "REGEX", "what the called URI must match as well (RE2)", check_regex)),
    listed(text("caller_pattern", "REGEX", "what the caller's URI must match as well (RE2)", check_regex)),
    flag("stopper", "no", "no worse rule is looked at when this one matches"),
    flag("enabled", "yes", "whether it is looked at"),
    description_field(),
});

constexpr auto kInboundFields = std::to_array<std::string_view>(
    {"from_user", "from_domain", "from_uri", "to_user", "to_domain", "to_uri", "ruri_user", "ruri_domain",
     "ruri_uri", "pai_user", "pai_domain", "pai_uri"});
constexpr auto kInboundRuleFields = std::to_array<Field>({
    part_of("peer_group", Kind::PeerGroup, "NAME", "the group whose peers it is for"),
    choice("field", kInboundFields, "ruri_uri", "FIELD", "what is compared"),
    listed(required(text("pattern", "REGEX", "what it must match (RE2)", check_regex))),
    listed(integer("priority", 0, 1'000'000, "100", "N", "the lowest is looked at first; all must match")),
    integer("reject_code", 400, 699, "", "CODE",
            "the answer when it does not match; nothing: another group may match"),
    text("reject_reason", "TEXT", "the words of that answer"),
    flag("enabled", "yes", "whether it is looked at"),
});

}  // namespace

const Definition& peer_group_definition() {
  static constexpr Definition kDefinition{.kind = Kind::PeerGroup,
                                          .name = "peer_group",
                                          .plural = "peer groups",
                                          .help = "peers that share rules",
                                          .placeholder = "NAME",
                                          .key = {Naming::Name, 0},
                                          .key_rule = check_name,
                                          .reach = Reach::Calls,
                                          .fields = kPeerGroupFields,
                                          .uniques = kNameInTenant};
  return kDefinition;
}

const Definition& peer_definition() {
  static constexpr Definition kDefinition{
      .kind = Kind::Peer,
      .name = "peer",
      .plural = "peers",
      .help = "carriers and neighbours",
      .placeholder = "NAME",
      .key = {Naming::Name, 0},
      .key_rule = check_name,
      .reach = Reach::Calls,
      .effect = "known by its address; the default one gets the calls that are not for us",
      .fields = kPeerFields,
      .uniques = kPeerUniques};
  return kDefinition;
}

const Definition& peer_rule_definition() {
  static constexpr Definition kDefinition{.kind = Kind::PeerRule,
                                          .name = "peer_rule",
                                          .plural = "peer rules",
                                          .help = "which calls go to a peer group",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kPeerRuleFields};
  return kDefinition;
}

const Definition& inbound_rule_definition() {
  static constexpr Definition kDefinition{.kind = Kind::InboundRule,
                                          .name = "inbound_rule",
                                          .plural = "inbound rules",
                                          .help = "which calls a peer group may send us",
                                          .placeholder = "ID",
                                          .key = {Naming::Numbered, Key::kNone, 0},
                                          .reach = Reach::Calls,
                                          .fields = kInboundRuleFields};
  return kDefinition;
}

}  // namespace ringfence::model
