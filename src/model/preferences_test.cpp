// SPDX-License-Identifier: Apache-2.0
// The table of preferences is whole, and each type refuses what it forbids.
#include "model/preferences.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "model/limits.h"
#include "model/value_text.h"

using namespace ringfence::model;

namespace {

std::string canonical(Pref id, std::string_view value) {
  const auto checked = check_preference(preference(id), value);
  return checked ? *checked : "refused: " + checked.error();
}

std::int64_t stored_number(Pref id, std::string_view value) {
  const Value stored = preference_value(preference(id), canonical(id, value));
  REQUIRE(std::holds_alternative<std::int64_t>(stored));
  return number_of(stored);
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

TEST_CASE("preferences stand in the order of Pref, and each has a name of its own by which it is found") {
  REQUIRE(preferences().size() == kPreferences);
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kPreferences; ++i) {
    const PreferenceInfo& info = preferences()[i];
    CAPTURE(info.name);
    CHECK(info.id == static_cast<Pref>(i));
    CHECK(&preference(info.id) == &info);
    CHECK(std::ranges::all_of(info.name, is_plain));
    CHECK(info.name.size() <= kMaxName);
    CHECK(names.insert(info.name).second);
    CHECK(preference_named(info.name) == info.id);
    CHECK(preference_named(dashed(info.name)) == info.id);
  }
}

TEST_CASE("the row of a preference is the one that its enumerator means") {
  CHECK(preference(Pref::RewriteRuleSet).name == "rewrite_rule_set");
  CHECK(preference(Pref::PaiClir).name == "pai_clir");
  CHECK(preference(Pref::Lock).name == "lock");
  CHECK(preference(Pref::ConcurrentMaxOutTotal).name == "concurrent_max_out_total");
  CHECK(preference(Pref::SingleCodec).name == "single_codec");
  CHECK(preference(Pref::Gpp9).name == "gpp9");
  CHECK(preference(Pref::BlockAdminCode).name == "block_admin_code");
  CHECK(preference(Pref::UnauthCallerIpReason).name == "unauth_caller_ip_reason");
}

TEST_CASE("a name is found whatever its case, with dashes or underscores, and no other is") {
  CHECK(preference_named("Block-In_MODE") == Pref::BlockInMode);
  CHECK(preference_named("transcode_PCMA") == Pref::TranscodePcma);
  for (const auto* wrong : {"", "cc ", "block_in", "block_in_modes", "zzz", "0", "block in mode", "\xff"}) {
    CAPTURE(wrong);
    CHECK_FALSE(preference_named(wrong));
  }
  CHECK(check_preference_name("Adm-NCOS") == std::string{"adm_ncos"});
  REQUIRE_FALSE(check_preference_name("ncosx"));
  CHECK(check_preference_name("ncosx").error() == "a preference that docs/preferences.md lists");
}

TEST_CASE("each row says whose it may be, what it may hold, and has a fallback that keeps its rule") {
  for (const PreferenceInfo& info : preferences()) {
    CAPTURE(info.name);
    CHECK_FALSE(info.help.empty());
    CHECK(info.scopes != 0);
    CHECK(info.scopes < 2 * kOfPeer);
    CHECK((info.type == PrefType::Choice) != info.choices.empty());
    if (info.type == PrefType::Integer) CHECK(info.least < info.most);
    if (info.type == PrefType::Set) CHECK(info.refers_to != Kind::None);
    if (info.type == PrefType::List) CHECK((info.rule != nullptr));
    if (info.type == PrefType::Flag || info.type == PrefType::Choice) CHECK_FALSE(info.fallback.empty());
    if (!info.fallback.empty()) CHECK(check_preference(info, info.fallback) == std::string{info.fallback});
    if (info.refers_to != Kind::None) CHECK(definition(info.refers_to).key.naming == Naming::Name);
  }
}

TEST_CASE("every refusal has a code of 400 to 699 and a reason, for whole domains") {
  for (auto id = static_cast<std::size_t>(Pref::BlockAdminCode); id < kPreferences; id += 2) {
    const PreferenceInfo& code = preferences()[id];
    const PreferenceInfo& reason = preferences()[id + 1];
    CAPTURE(code.name);
    REQUIRE(code.name.ends_with("_code"));
    const auto event = code.name.substr(0, code.name.size() - std::string_view{"code"}.size());
    CHECK(reason.name == std::string{event} + "reason");
    CHECK(code.scopes == kOfDomain);
    CHECK(reason.scopes == kOfDomain);
    CHECK(canonical(code.id, "700") == "refused: a whole number, 400 to 699");
    CHECK(canonical(reason.id, "Not now") == "Not now");
  }
  CHECK(preference(Pref::MaxCallsInCode).fallback == "486");
  CHECK(preference(Pref::NoCreditReason).fallback == "Insufficient Credit");
}

TEST_CASE("a reason cannot end the status line it stands in") {
  CHECK(canonical(Pref::CalleeBusyReason, "Grüß Gott, später!") == "Grüß Gott, später!");
  for (const auto* wrong :
       {"a\r\nVia: x", "a\nb", "", " a", "a ", "\"a\"", "<a>", "\xff", "\xc2\x85", "a\tb"}) {
    CAPTURE(wrong);
    CHECK_FALSE(check_preference(preference(Pref::CalleeBusyReason), wrong));
  }
}

TEST_CASE("a preference that is a flag is yes or no, and is kept as 1 or 0") {
  CHECK(canonical(Pref::Dnd, "true") == "yes");
  CHECK(canonical(Pref::Dnd, "maybe") == "refused: yes or no");
  CHECK(stored_number(Pref::Dnd, "yes") == 1);
  CHECK(stored_number(Pref::Dnd, "no") == 0);
}

TEST_CASE("a preference that is a number keeps its bounds; -1 switches calls off") {
  CHECK(stored_number(Pref::ConcurrentMaxOut, "-1") == -1);
  CHECK(stored_number(Pref::SstExpires, "0300") == 300);
  CHECK(canonical(Pref::ConcurrentMax, "-2") == "refused: a whole number, -1 to 1000000");
  CHECK(canonical(Pref::SstExpires, "89") == "refused: a whole number, 90 to 86400");
  CHECK(canonical(Pref::SstExpires, "300s") == "refused: a whole number, 90 to 86400");
}

TEST_CASE("a preference that is a choice is kept as its place among the choices") {
  CHECK(canonical(Pref::BlockOutMode, "Whitelist") == "whitelist");
  CHECK(stored_number(Pref::BlockOutMode, "blacklist") == 0);
  CHECK(stored_number(Pref::BlockOutMode, "whitelist") == 1);
  CHECK(stored_number(Pref::Lock, "ported") == 5);
  CHECK(canonical(Pref::BlockOutMode, "grey") == "refused: one of blacklist, whitelist");
}

TEST_CASE("a choice that another version stored is nothing, so that the fallback holds") {
  CHECK(is_null(preference_value(preference(Pref::BlockOutMode), "greylist")));
  CHECK(is_null(preference_value(preference(Pref::Cc), preference(Pref::Cc).fallback)));
}

TEST_CASE("a preference that is a text keeps the rule of its row") {
  CHECK(canonical(Pref::Cc, "+43") == "43");
  CHECK(canonical(Pref::Cc, "043") == "refused: a country code such as 43, 1 to 3 digits");
  CHECK(canonical(Pref::Ac, "0664") == "0664");
  CHECK(canonical(Pref::ConferencePin, "12a") == "refused: 1 to 32 digits");
  CHECK(canonical(Pref::EmergencyPrefix, "C*1") == "C*1");
  CHECK(canonical(Pref::EmergencyPrefix, "a@b") == "refused: 1 to 32 letters, digits and *");
  CHECK(canonical(Pref::Gpp0, "any, text") == "any, text");
  CHECK(canonical(Pref::Gpp0, "") == "refused: not empty");
  CHECK(text_of(preference_value(preference(Pref::Ac), "0664")) == "0664");
}

TEST_CASE("a list is its items with commas between them, each in its own spelling") {
  CHECK(canonical(Pref::AllowedIps, " 192.0.2.7 ,2001:DB8::/32") == "192.0.2.7/32,2001:db8::/32");
  CHECK(canonical(Pref::SdpMediaRemove, "Video, IMAGE") == "video,image");
  CHECK(canonical(Pref::CodecsList, "PCMA,opus/48000/2") == "PCMA,opus/48000/2");
  CHECK(canonical(Pref::BlockInList, "43*") == "43*");
  CHECK(canonical(Pref::NcosSet, "mobile,abroad") == "mobile,abroad");
  for (const auto* wrong : {"", ",", "a,", ",a", "a,,b", "a, ,b", "a\nb", "[a,b]"}) {
    CAPTURE(wrong);
    const auto checked = check_preference(preference(Pref::BlockInList), wrong);
    REQUIRE_FALSE(checked);
    CHECK(checked.error().starts_with("items with commas between them, each "));
  }
  CHECK(canonical(Pref::AllowedIps, "192.0.2.7,home").find("an address such as") != std::string::npos);
}

TEST_CASE("a list has an end: as many bytes as its bound, and not one more") {
  std::string longest(255, '1');
  while (longest.size() + 256 < kMaxListText) longest += "," + std::string(255, '1');
  REQUIRE(longest.size() == kMaxListText - 1);
  CHECK(canonical(Pref::BlockInList, longest) == longest);
  CHECK(canonical(Pref::BlockInList, longest + ",1") == "refused: a list of at most 4096 bytes in all");
  longest.insert(0, "1,");
  longest.pop_back();
  REQUIRE(longest.size() == kMaxListText);
  CHECK(canonical(Pref::BlockInList, longest) == longest);
}

TEST_CASE("a row of preferences has room for every value, and none for a name that nobody reads") {
  const Definition& rows = definition(Kind::Preference);
  const Field& name = *find_field(rows, "name");
  const Field& value = *find_field(rows, "value");
  CHECK(check_value(name, "Block-In-List") == std::string{"block_in_list"});
  CHECK_FALSE(check_value(name, "block_in_lists"));
  CHECK(check_value(value, std::string(kMaxListText, '1')));
  CHECK_FALSE(check_value(value, std::string(kMaxListText + 1, '1')));
  CHECK_FALSE(check_value(value, "a\nb"));
}

TEST_CASE("a list falls into the items it was made of") {
  CHECK(list_items("").empty());
  CHECK(list_items("a") == std::vector<std::string_view>{"a"});
  CHECK(list_items("a,b c,d") == std::vector<std::string_view>{"a", "b c", "d"});
}

TEST_CASE("a preference that names a row keeps the rule of names of its kind, and takes no id") {
  CHECK(canonical(Pref::RewriteRuleSet, "austria") == "austria");
  CHECK_FALSE(check_preference(preference(Pref::RewriteRuleSet), "id:17"));
  CHECK_FALSE(check_preference(preference(Pref::Ncos), ""));
  CHECK(preference(Pref::Ncos).refers_to == Kind::NcosLevel);
}

TEST_CASE("the password at a peer is a secret, and nothing that is a secret has a fallback") {
  CHECK(preference(Pref::PeerAuthPass).is_secret);
  for (const PreferenceInfo& info : preferences()) {
    if (info.is_secret) CHECK(info.fallback.empty());
  }
}

TEST_CASE("scopes are named in the order in which values are looked for") {
  CHECK(scopes_text(kOfPeer | kOfDomain | kOfSubscriber | kOfCustomer) ==
        "subscriber, customer, domain, peer");
  CHECK(scopes_text(preference(Pref::Cli).scopes) == "subscriber");
  CHECK(preference(Pref::InboundNpn).of(kOfPeer));
  CHECK_FALSE(preference(Pref::InboundNpn).of(kOfDomain));
}
