// SPDX-License-Identifier: Apache-2.0
// TestModel: the directory as plain maps, with every look-up in the slow and obvious way.
#pragma once

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/change.h"
#include "directory/test_values.h"
#include "model/places.h"
#include "model/preferences.h"

namespace ringfence::directory::test {

inline const model::Value& cell(const EntryValues& values, std::size_t place) {
  return values.cells.at(place);
}
template <class Place>
const model::Value& cell(const EntryValues& values, Place place) {
  return cell(values, static_cast<std::size_t>(place));
}

struct TestModel {
  std::map<Id, Domain> domains;
  std::map<Id, SubscriberValues> subscribers;
  std::map<Id, Peer> peers;
  std::map<std::pair<Kind, Id>, EntryValues> entries;

  void take(const Domain& domain) { domains[domain.id] = domain; }
  void take(const SubscriberValues& values) { subscribers[values.id] = values; }
  void take(const Peer& peer) { peers[peer.id] = peer; }
  void take(const EntryValues& values) { entries[{values.kind, values.id}] = values; }
  void take(const Removal& removal) {
    if (removal.kind == Kind::Domain) domains.erase(removal.id);
    if (removal.kind == Kind::Subscriber) subscribers.erase(removal.id);
    if (removal.kind == Kind::Peer) peers.erase(removal.id);
    entries.erase({removal.kind, removal.id});
  }
  void take(const LoadBegin&) { *this = {}; }
  void take(const LoadEnd&) {}

  template <class Matches>
  std::vector<const EntryValues*> all(Kind kind, Matches matches) const {
    std::vector<const EntryValues*> found;
    for (const auto& [key, values] : entries) {
      if (key.first == kind && matches(values)) found.push_back(&values);
    }
    return found;
  }

  std::vector<Id> children(Kind kind, Kind parent_kind, Id parent) const {
    if (parent == 0) return {};  // as a null cell reads
    const auto fields = model::definition(kind).fields;
    std::vector<std::pair<std::int64_t, Id>> ranked;
    for (const EntryValues* values : all(kind, [](const auto&) { return true; })) {
      std::int64_t priority = 0;
      bool is_its = false;
      for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool names = fields[i].bond == model::Bond::Part && fields[i].refers_to == parent_kind;
        is_its = is_its || (names && model::id_of(cell(*values, i)) == parent);
        if (fields[i].name == "priority") priority = model::number_of(cell(*values, i));
      }
      if (is_its) ranked.emplace_back(priority, values->id);
    }
    std::ranges::sort(ranked);
    std::vector<Id> ids;
    for (const auto& [priority, id] : ranked) ids.push_back(id);
    return ids;
  }

  Id by_number(std::string_view digits) const {
    for (const auto& [id, values] : subscribers) {
      if (!digits.empty() && values.number == digits) return id;
    }
    const auto aliases = all(Kind::Number, [digits](const EntryValues& values) {
      return model::text_of(cell(values, model::NumberField::Number)) == digits;
    });
    const Id holder =
        aliases.empty() ? 0 : model::id_of(cell(*aliases.front(), model::NumberField::Subscriber));
    return subscribers.contains(holder) ? holder : 0;
  }

  State state_of(Kind kind, Id id, std::size_t place, State missing) const {
    const auto found = entries.find({kind, id});
    if (found == entries.end()) return missing;
    return model::state_named(model::text_of(cell(found->second, place))).value();
  }
  State effective_state(const SubscriberValues& values) const {
    const auto domain = domains.find(values.domain);
    return std::max(
        {values.state, domain != domains.end() ? domain->second.state : State::Locked,
         values.customer == 0 ? State::Active : state_of(Kind::Customer, values.customer, 1, State::Locked),
         state_of(Kind::Reseller, values.tenant, 1, State::Active)});
  }

  /// The canonical text, or nothing. Of two rows of one name the later counts.
  std::string_view own(const model::PreferenceInfo& info, Kind owner_kind, Id owner) const {
    const auto scope = std::ranges::find(model::kPrefScopes, owner_kind, &model::PrefScope::kind)->bit;
    if (!info.of(scope)) return {};
    std::string_view value;
    for (const Id id : children(Kind::Preference, owner_kind, owner)) {
      const EntryValues& row = entries.at({Kind::Preference, id});
      const bool is_it = model::text_of(cell(row, model::PreferenceField::Name)) == info.name;
      if (is_it) value = model::text_of(cell(row, model::PreferenceField::Setting));
    }
    return value;
  }
  std::string_view preference(const model::PreferenceInfo& info, const SubscriberValues& values) const {
    for (const auto& [kind, id] :
         {std::pair{Kind::Subscriber, values.id}, std::pair{Kind::Customer, values.customer},
          std::pair{Kind::Domain, values.domain}}) {
      if (const auto value = own(info, kind, id); !value.empty()) return value;
    }
    return info.fallback;
  }

  bool taken(const SubscriberValues& wanted) const {
    return std::ranges::any_of(subscribers, [&wanted](const auto& known) {
      const auto& [id, values] = known;
      if (id == wanted.id) return false;
      return (values.domain == wanted.domain && values.username == wanted.username) ||
             (!values.number.empty() && values.number == wanted.number);
    });
  }
  bool taken(const EntryValues& wanted) const {
    if (wanted.kind != Kind::Number) return false;
    return !all(Kind::Number, [&wanted](const EntryValues& known) {
              return known.id != wanted.id &&
                     cell(known, model::NumberField::Number) == cell(wanted, model::NumberField::Number);
            }).empty();
  }
};

}  // namespace ringfence::directory::test
