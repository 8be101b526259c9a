// SPDX-License-Identifier: Apache-2.0
// The directory beside plain maps: after any changes, patches and loads, whole or broken off, both say the
// same.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "base/random.h"
#include "directory/directory.h"
#include "directory/test_model.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

using test::TestModel;

constexpr Id kMostIds = 40;     // random rows have ids from 1 to this
constexpr Id kMostParents = 6;  // and refer to rows from 1 to this
constexpr std::array kOwners{Kind::Subscriber, Kind::Customer, Kind::Domain, Kind::Peer};

struct Setting {
  Pref pref;
  std::array<std::string_view, 2> values;
};
/// Of each type and several scopes.
constexpr std::array kSettings{Setting{Pref::Cc, {"43", "44"}},
                               Setting{Pref::ConcurrentMax, {"1", "2"}},
                               Setting{Pref::BlockInMode, {"whitelist", "blacklist"}},
                               Setting{Pref::Clir, {"yes", "no"}},
                               Setting{Pref::SstExpires, {"90", "300"}},
                               Setting{Pref::UnauthCallerIpReason, {"No", "Go away"}}};

/// Some begin with others.
std::string random_number(base::Random& random) {
  return std::to_string(43).append(random.below(4), '1') + std::to_string(random.below(12));
}

model::Value random_cell(base::Random& random, const model::Field& field) {
  if (field.need == model::Need::Optional && random.below(2) == 0) return {};
  switch (field.type) {
    case model::Type::Flag:
      return static_cast<std::int64_t>(random.below(2));
    case model::Type::Row:
      return static_cast<std::int64_t>(1 + random.below(kMostParents));
    case model::Type::Integer:
    case model::Type::Decimal:
    case model::Type::Time:
      return field.least + static_cast<std::int64_t>(random.below(3));
    case model::Type::Choice:
      return std::string{field.choices[random.below(field.choices.size())]};
    case model::Type::Text:
    case model::Type::Blob:
      break;
  }
  return std::string(random.below(20), 't');
}

/// A preference has one owner and a name of the table; a number has digits.
EntryValues random_entry(base::Random& random, Kind kind, Id id) {
  if (kind == Kind::Preference) {
    const auto& [pref, values] = kSettings[random.below(kSettings.size())];
    return test::preference(id, std::string{model::preference(pref).name},
                            std::string{values[random.below(2)]}, kOwners[random.below(kOwners.size())],
                            1 + random.below(kMostParents));
  }
  if (kind == Kind::Number)
    return test::alias(id, random_number(random), 1 + random.below(kMostIds), random.below(2) == 0);
  EntryValues values{kind, id, 1, {}};
  for (const model::Field& field : model::definition(kind).fields)
    values.cells.push_back(random_cell(random, field));
  return values;
}

SubscriberValues random_subscriber(base::Random& random, Id id) {
  SubscriberValues values{id,
                          1 + random.below(3),
                          1 + random.below(kMostParents),
                          static_cast<State>(random.below(3)),
                          "user" + std::to_string(random.below(30)),
                          random.below(2) == 0 ? random_number(random) : "",
                          {},
                          random.below(kMostParents)};
  std::array<std::byte, 32> ha1{};
  random.fill(ha1);
  values.ha1.set(crypto::HashKind::Sha256, ha1);
  return values;
}

Peer random_peer(base::Random& random, Id id, const TestModel& model) {
  Peer peer{id, 1, "peer"};
  peer.address = {base::IpAddress::v4(192, 0, 2, 1),
                  static_cast<std::uint16_t>(5060 + id + 100 * random.below(3))};
  peer.enabled = random.below(3) != 0;
  peer.group = random.below(kMostParents);
  peer.is_default = random.below(4) == 0 && std::ranges::all_of(model.peers, [id](const auto& known) {
                      return known.first == id || !known.second.is_default;
                    });
  return peer;
}

/// One that a database would allow, so that no two rows hold one key; nothing when the dice fell on another.
std::optional<Change> random_change(base::Random& random, const TestModel& model) {
  const Id id = 1 + random.below(kMostIds);
  const auto kind = static_cast<Kind>(random.below(model::kKinds));
  const auto dice = random.below(10);
  if (dice == 0) return Change{Removal{kind, id}};
  if (dice == 1) {
    return Change{Domain{id, 1, "domain" + std::to_string(id) + (random.below(2) == 0 ? ".test" : ".example"),
                         static_cast<State>(random.below(3))}};
  }
  if (dice == 2) return Change{random_peer(random, id, model)};
  if (dice < 5) {
    const auto values = random_subscriber(random, id);
    return model.taken(values) ? std::nullopt : std::optional<Change>{values};
  }
  const Kind often = dice == 5 ? Kind::Preference : dice == 6 ? Kind::Number : kind;
  if (!is_entry_kind(often)) return std::nullopt;
  const auto values = random_entry(random, often, id);
  return model.taken(values) ? std::nullopt : std::optional<Change>{values};
}

/// As the text that a value is written as.
std::string read(const Preferences& preferences, const model::PreferenceInfo& info) {
  if (info.type == model::PrefType::Flag) return preferences.flag(info.id) ? "yes" : "no";
  if (info.type == model::PrefType::Integer) {
    const auto value = preferences.integer(info.id);
    return value ? std::to_string(*value) : "";
  }
  if (info.type == model::PrefType::Choice)
    return std::string{info.choices[preferences.choice(info.id).value()]};
  return std::string{preferences.text(info.id)};
}

void check_domains_and_peers(const Snapshot& now, const TestModel& model) {
  REQUIRE(now.domains() == model.domains.size());
  for (const auto& [id, domain] : model.domains) {
    REQUIRE(now.domain(id) != nullptr);
    REQUIRE(*now.domain(id) == domain);
    REQUIRE(now.domain(domain.name) == now.domain(id));
  }
  REQUIRE(now.peers() == model.peers.size());
  const Peer* default_peer = nullptr;
  for (const auto& [id, peer] : model.peers) {
    REQUIRE(*now.peer(id) == peer);
    REQUIRE(now.peer(peer.address, peer.protocol) == now.peer(id));
    if (peer.is_default && peer.enabled) default_peer = now.peer(id);
  }
  REQUIRE(now.default_peer() == default_peer);
}

void check_subscribers(const Snapshot& now, const TestModel& model) {
  REQUIRE(now.subscribers() == model.subscribers.size());
  for (const auto& [id, values] : model.subscribers) {
    const Subscriber* found = now.subscriber(id);
    REQUIRE(found != nullptr);
    REQUIRE(found->values() == values);
    REQUIRE(now.subscriber(values.username, Domain{values.domain, 1, ""}) == found);
    REQUIRE(now.effective_state(*found) == model.effective_state(values));
  }
}

void check_entries(const Snapshot& now, const TestModel& model) {
  REQUIRE(now.entries() == model.entries.size());
  for (const auto& [key, values] : model.entries) {
    const Entry* found = now.entry(key.first, key.second);
    REQUIRE(found != nullptr);
    REQUIRE(found->values() == values);
  }
}

void check_children(const Snapshot& now, const TestModel& model) {
  for (const model::Definition& definition : model::definitions()) {
    for (const model::Field& field : definition.fields) {
      if (field.bond != model::Bond::Part || !is_entry_kind(definition.kind)) continue;
      for (Id parent = 1; parent <= kMostParents; ++parent) {
        std::vector<Id> ids;
        for (const Entry* entry : now.children(definition.kind, field.refers_to, parent)) {
          REQUIRE(now.entry(definition.kind, entry->id()) == entry);
          ids.push_back(entry->id());
        }
        REQUIRE(ids == model.children(definition.kind, field.refers_to, parent));
      }
    }
  }
}

void check_numbers(const Snapshot& now, const TestModel& model, base::Random& random) {
  for (int i = 0; i < 50; ++i) {
    std::string digits = random_number(random);
    const Subscriber* found = now.by_number(digits);
    REQUIRE((found != nullptr ? found->id() : 0) == model.by_number(digits));
    digits.append(random.below(3), '1');
    std::string_view longest = digits;
    while (!longest.empty() && model.by_number(longest) == 0) longest.remove_suffix(1);
    const NumberMatch match = now.longest_number(digits);
    REQUIRE(match.number == longest);
    REQUIRE((match ? match.subscriber->id() : 0) == model.by_number(longest));
  }
}

void check_preferences(const Snapshot& now, const TestModel& model) {
  for (const Setting& setting : kSettings) {
    const auto& info = model::preference(setting.pref);
    for (const auto& [id, values] : model.subscribers) {
      REQUIRE(read(now.preferences(*now.subscriber(id)), info) == model.preference(info, values));
    }
    for (const auto& [id, peer] : model.peers) {
      const auto own = model.own(info, Kind::Peer, id);
      REQUIRE(read(now.preferences(*now.peer(id)), info) == (own.empty() ? info.fallback : own));
    }
  }
}

void check_equal(const Snapshot& now, const TestModel& model, base::Random& random) {
  check_domains_and_peers(now, model);
  check_subscribers(now, model);
  check_entries(now, model);
  check_children(now, model);
  check_numbers(now, model, random);
  check_preferences(now, model);
}

std::vector<Change> random_changes(base::Random& random, TestModel& model) {
  std::vector<Change> changes;
  for (auto wanted = random.below(40); wanted > 0; --wanted) {
    const auto change = random_change(random, model);
    if (!change) continue;
    std::visit([&model](const auto& value) { model.take(value); }, *change);
    changes.push_back(*change);
  }
  return changes;
}

}  // namespace

TEST_CASE("the snapshot equals plain maps after any sequence of changes and loads") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    base::SeededRandom random{seed};
    base::QuiescentDomain readers{1};
    Directory directory{readers, {random.next(), random.next()}};
    TestModel model;
    std::map<Id, Known<Subscriber>> known;  // from whatever step last saw the subscriber, removed or not
    for (int step = 0; step < 50; ++step) {
      const auto dice = random.below(10);
      if (dice < 2) {  // a load that is broken off, here or by the one after it, is never seen
        TestModel lost;
        REQUIRE(directory.apply(LoadBegin{}));
        REQUIRE(directory.apply(random_changes(random, lost)));
        check_equal(directory.snapshot(), model, random);
      }
      if (dice < 3) {
        TestModel loaded;
        REQUIRE(directory.apply(LoadBegin{}));
        for (int part = 0; part < 3; ++part) REQUIRE(directory.apply(random_changes(random, loaded)));
        check_equal(directory.snapshot(), model, random);
        REQUIRE(directory.apply(LoadEnd{}));
        model = loaded;
      } else {
        REQUIRE(directory.apply(random_changes(random, model)));
      }
      const Snapshot& now = directory.snapshot();
      check_equal(now, model, random);
      for (const auto& [id, seen] : known) REQUIRE(now.find(seen) == now.subscriber(id));
      for (const auto& [id, values] : model.subscribers) {
        if (random.below(3) == 0) known[id] = now.known(*now.subscriber(id));
      }
    }
    REQUIRE(directory.apply(LoadBegin{}));  // and one that its sender never ends
    REQUIRE(directory.apply(random_changes(random, model)));
  }
}
