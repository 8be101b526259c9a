// SPDX-License-Identifier: Apache-2.0
// The definitions of the tables.
#include "store/schema.h"

#include "base/assert.h"

namespace ringfence::store {
namespace {

template <class Place>
constexpr std::uint8_t at(Place place) {
  return static_cast<std::uint8_t>(place);
}

constexpr auto kDomainColumns = std::to_array<Column>({
    {"name", Type::Text, Need::Required},
});
constexpr auto kDomainUniques = std::to_array<Unique>({Unique{at(DomainColumn::Name)}});

constexpr auto kSubscriberColumns = std::to_array<Column>({
    {"domain", Type::Row, Need::Required, Show::Open, TableId::Domain},
    {"username", Type::Text, Need::Required},
    {"number", Type::Text, Need::Optional},
    {"state", Type::Text, Need::Required},
    {"ha1_md5", Type::Blob, Need::Optional, Show::Secret},
    {"ha1_sha256", Type::Blob, Need::Optional, Show::Secret},
    {"ha1_sha512_256", Type::Blob, Need::Optional, Show::Secret},
});
constexpr auto kSubscriberUniques = std::to_array<Unique>({
    Unique{at(SubscriberColumn::Domain), at(SubscriberColumn::Username)},
    Unique{at(SubscriberColumn::Number)},
});

constexpr auto kPeerColumns = std::to_array<Column>({
    {"name", Type::Text, Need::Required},
    {"address", Type::Text, Need::Required},
    {"transport", Type::Text, Need::Required},
    {"is_default", Type::Flag, Need::Required},
    {"transit", Type::Flag, Need::Required},
});
constexpr auto kPeerUniques = std::to_array<Unique>({
    Unique{at(PeerColumn::Name)},
    Unique{at(PeerColumn::Address), at(PeerColumn::Transport)},
});

constexpr auto kTables = std::to_array<Table>({
    {TableId::Domain, "domain", kDomainColumns, kDomainUniques, {at(DomainColumn::Name)}},
    {TableId::Subscriber,
     "subscriber",
     kSubscriberColumns,
     kSubscriberUniques,
     {at(SubscriberColumn::Username), at(SubscriberColumn::Domain)}},
    {TableId::Peer, "peer", kPeerColumns, kPeerUniques, {at(PeerColumn::Name)}},
});

static_assert(kDomainColumns.size() == at(DomainColumn::Name) + 1U);
static_assert(kSubscriberColumns.size() == at(SubscriberColumn::Ha1Sha512_256) + 1U);
static_assert(kPeerColumns.size() == at(PeerColumn::Transit) + 1U);

}  // namespace

std::span<const Table> tables() {
  return kTables;
}

const Table& table(TableId id) {
  for (const Table& candidate : kTables) {
    if (candidate.id == id) return candidate;
  }
  base::assertion_failed("every table has its definition", __FILE__, __LINE__);
}

}  // namespace ringfence::store
