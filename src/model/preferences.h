// SPDX-License-Identifier: Apache-2.0
// Preferences: how calls of a subscriber, customer, domain or peer are treated, as one table. Checks,
// the snapshot of the shards and the page docs/preferences.md read it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/field.h"
#include "model/pref.h"
#include "model/value.h"

namespace ringfence::model {

enum class PrefType : std::uint8_t {
  Flag,     ///< "yes" or "no"
  Integer,  ///< within PreferenceInfo::least and most
  Choice,   ///< one of PreferenceInfo::choices
  Text,     ///< as PreferenceInfo::rule has it
  List,     ///< items with commas between them, each as `rule` has it; at most kMaxListText bytes
  Set,      ///< the name of a row of PreferenceInfo::refers_to; whether there is one, provisioning looks up
};

/// What a preference is about: a chapter of docs/preferences.md.
enum class PrefArea : std::uint8_t {
  Numbers,
  Caller,
  Blocking,
  Access,
  Media,
  Timers,
  Applications,
  PeerAuth,
  Free,
  Refusals,
};

/// Whose preference it may be, in bits.
///
/// The value that holds for a subscriber is its own, else its customer's, else its domain's, else the
/// fallback; for a peer its own, else the fallback. A step whose bit the row lacks is passed over.
inline constexpr std::uint8_t kOfSubscriber = 1;
inline constexpr std::uint8_t kOfCustomer = 2;
inline constexpr std::uint8_t kOfDomain = 4;
inline constexpr std::uint8_t kOfPeer = 8;

struct PrefScope {
  std::uint8_t bit;
  Kind kind;  ///< of the row that has the preference
  std::string_view name;
};
/// In the order in which values are looked for.
inline constexpr auto kPrefScopes = std::to_array<PrefScope>({
    {kOfSubscriber, Kind::Subscriber, "subscriber"},
    {kOfCustomer, Kind::Customer, "customer"},
    {kOfDomain, Kind::Domain, "domain"},
    {kOfPeer, Kind::Peer, "peer"},
});

struct PreferenceInfo {
  Pref id = Pref::RewriteRuleSet;
  std::string_view name;  ///< letters in lower case, digits, '_'
  PrefType type = PrefType::Flag;
  std::uint8_t scopes = 0;
  std::string_view fallback;  ///< in its canonical spelling; empty: nothing
  std::span<const std::string_view> choices;
  std::int64_t least = 0;  ///< of an Integer
  std::int64_t most = 0;
  Rule rule = nullptr;          ///< of a Text or of each item of a List; null: any printable text
  Kind refers_to = Kind::None;  ///< of a Set, or of a List whose items are names of rows
  bool is_secret = false;       ///< never shown: not in lists, exports or the audit
  PrefArea area = PrefArea::Numbers;
  std::string_view help;

  [[nodiscard]] constexpr bool of(std::uint8_t scope) const { return (scopes & scope) != 0; }
};

/// All of them, in the order of Pref.
[[nodiscard]] std::span<const PreferenceInfo> preferences();
[[nodiscard]] const PreferenceInfo& preference(Pref id);
/// Whatever the case of its letters, and '-' and '_' are one.
[[nodiscard]] std::optional<Pref> preference_named(std::string_view name);

/// The canonical spelling, or the rule that the value breaks. Never empty: a preference that is to have no
/// value is removed. Linear in the size of the value.
[[nodiscard]] Checked check_preference(const PreferenceInfo& info, std::string_view value);
/// The name as the table has it, or where to find one.
[[nodiscard]] Checked check_preference_name(std::string_view name);

/// A canonical text, as check_preference() gave it, as the snapshot keeps it: a Flag as 0 or 1, an Integer as
/// itself, a Choice as its place among the choices, all others as the text. Null for an empty text, so that a
/// fallback can be given as well; and for a choice that is none, which only another version can have stored.
[[nodiscard]] Value preference_value(const PreferenceInfo& info, std::string_view canonical);

/// The items of a canonical List, as views into it; of an empty text none.
[[nodiscard]] std::vector<std::string_view> list_items(std::string_view canonical);

/// "subscriber, customer, domain"
[[nodiscard]] std::string scopes_text(std::uint8_t scopes);

}  // namespace ringfence::model
