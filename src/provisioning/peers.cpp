// SPDX-License-Identifier: Apache-2.0
// Peers, and how the default moves between them.
#include "provisioning/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/rules.h"

namespace ringfence::provisioning {
namespace {

using model::PeerField;
using store::Condition;
using store::Row;

constexpr std::int64_t kYes = 1;
constexpr std::int64_t kNo = 0;

std::string_view name_in(const Row& row) {
  return store::text_of(row[PeerField::Name]);
}
bool is(const Row& row, PeerField flag) {
  return store::number_of(row[flag]) != 0;
}

}  // namespace

Outcome<void> Peers::demote_default(const Row& but, Effects& effects) {
  auto known = store().find(Kind::Peer, {Condition::equal(PeerField::Default, kYes)});
  if (!known) return refuse(std::move(known.error()));
  if (!*known || (*known)->id == but.id) return {};
  (**known)[PeerField::Default] = kNo;
  return update(**known, effects);
}

/// Whoever sends from a peer's address is trusted, and the default gets everybody's calls: a reseller may
/// change what else there is of a peer, and neither adds one nor moves it.
Outcome<void> Peers::check_own(const Row& row, const Row* before) {
  constexpr std::array kEverybodys{PeerField::Address, PeerField::Default, PeerField::Transit};
  const bool same = before != nullptr && std::ranges::all_of(kEverybodys, [&](PeerField field) {
                      return row[field] == (*before)[field];
                    });
  if (same) return {};
  return refuse(Reason::NotAllowed, fmt::format("cannot place peer {}", name_in(row)),
                "the address of a peer is trusted by all resellers, and default and transit lead their calls",
                "leave --reseller out; a peer of a reseller's group is the reseller's");
}

/// A peer that is added while there is no default becomes it.
Outcome<void> Peers::finish(Row& row, const Row* before, const Arguments&, Effects& effects) {
  if (workshop_.scope != 0) return check_own(row, before);
  if (before == nullptr) {
    const auto defaults = store().count(Kind::Peer, {Condition::equal(PeerField::Default, kYes)});
    if (!defaults) return refuse(defaults.error());
    if (*defaults == 0) row[PeerField::Default] = kYes;
  } else if (is(*before, PeerField::Default) && !is(row, PeerField::Default)) {
    return refuse(Reason::Conflict, fmt::format("cannot take the default from peer {}", name_in(row)),
                  "calls that are not for us would have no way", "ringfence peer set ANOTHER --default");
  }
  if (!is(row, PeerField::Default)) return {};
  if (!is(row, PeerField::Enabled)) {
    effects.notes.emplace_back("the default peer is disabled: calls that are not for us have no way");
  }
  return demote_default(row, effects);
}

Outcome<void> Peers::may_remove(const Row& row, Effects& effects) {
  const auto others = store().count(Kind::Peer, {});
  if (!others) return refuse(others.error());
  if (is(row, PeerField::Default) && *others > 1) {
    effects.notes.emplace_back("no peer is the default now; choose one: ringfence peer set NAME --default");
  }
  return {};
}

Outcome<directory::Change> Peers::change(const Row& row) {
  const auto address = model::parse_peer_address(store::text_of(row[PeerField::Address]));
  if (!address) {
    return refuse(Reason::Failed, fmt::format("cannot use peer {}", name_in(row)),
                  fmt::format("the database holds the address {}", store::text_of(row[PeerField::Address])),
                  fmt::format("ringfence peer rm {}", name_in(row)));
  }
  return directory::Peer{row.id,
                         row.tenant,
                         std::string{name_in(row)},
                         address->endpoint,
                         address->protocol,
                         is(row, PeerField::Default),
                         is(row, PeerField::Transit),
                         store::id_of(row[PeerField::Group]),
                         static_cast<std::uint16_t>(store::number_of(row[PeerField::Weight])),
                         is(row, PeerField::Enabled),
                         std::string{store::text_of(row[PeerField::Host])}};
}

}  // namespace ringfence::provisioning
