// SPDX-License-Identifier: Apache-2.0
// The table of indexes.
#include "directory/index.h"

#include <cstring>

namespace ringfence::directory {
namespace {

const base::HashSeed& seed_in(const void* context) {
  return *static_cast<const base::HashSeed*>(context);
}
const Domain& domain_in(const void* record) {
  return *static_cast<const Domain*>(record);
}
const Subscriber& subscriber_in(const void* record) {
  return *static_cast<const Subscriber*>(record);
}
const Peer& peer_in(const void* record) {
  return *static_cast<const Peer*>(record);
}

bool always(const void*) {
  return true;
}

using Hash = std::uint64_t;

constexpr std::array kIndexes{
    Index{Kind::Domain, &Tries::domains_by_id,
          [](const void* seed, const void* record) -> Hash {
            return hash_id(seed_in(seed), domain_in(record).id);
          },
          [](const void* a, const void* b) { return domain_in(a).id == domain_in(b).id; }, always},
    Index{Kind::Domain, &Tries::domains_by_name,
          [](const void* seed, const void* record) -> Hash {
            return hash_name(seed_in(seed), domain_in(record).name);
          },
          [](const void* a, const void* b) { return domain_in(a).name == domain_in(b).name; }, always},

    Index{Kind::Subscriber, &Tries::subscribers_by_id,
          [](const void* seed, const void* record) -> Hash {
            return hash_id(seed_in(seed), subscriber_in(record).id());
          },
          [](const void* a, const void* b) { return subscriber_in(a).id() == subscriber_in(b).id(); },
          always},
    Index{Kind::Subscriber, &Tries::subscribers_by_name,
          [](const void* seed, const void* record) -> Hash {
            return hash_user(seed_in(seed), subscriber_in(record).username(), subscriber_in(record).domain());
          },
          [](const void* a, const void* b) {
            return subscriber_in(a).domain() == subscriber_in(b).domain() &&
                   subscriber_in(a).username() == subscriber_in(b).username();
          },
          always},
    Index{Kind::Subscriber, &Tries::subscribers_by_number,
          [](const void* seed, const void* record) -> Hash {
            return hash_name(seed_in(seed), subscriber_in(record).number());
          },
          [](const void* a, const void* b) { return subscriber_in(a).number() == subscriber_in(b).number(); },
          [](const void* record) { return !subscriber_in(record).number().empty(); }},

    Index{Kind::Peer, &Tries::peers_by_id,
          [](const void* seed, const void* record) -> Hash {
            return hash_id(seed_in(seed), peer_in(record).id);
          },
          [](const void* a, const void* b) { return peer_in(a).id == peer_in(b).id; }, always},
    Index{Kind::Peer, &Tries::peers_by_address,
          [](const void* seed, const void* record) -> Hash {
            return hash_address(seed_in(seed), peer_in(record).address, peer_in(record).protocol);
          },
          [](const void* a, const void* b) {
            return peer_in(a).address == peer_in(b).address && peer_in(a).protocol == peer_in(b).protocol;
          },
          always},
};

}  // namespace

const std::array<Index, 7>& indexes() {
  return kIndexes;
}

std::uint64_t hash_address(const base::HashSeed& seed, const base::Endpoint& address,
                           net::Protocol protocol) {
  std::array<std::byte, 19> key{};
  std::memcpy(key.data(), address.address.raw().data(), 16);
  std::memcpy(key.data() + 16, &address.port, 2);
  key[18] = static_cast<std::byte>(protocol);
  return base::hash_bytes(seed, key);
}

}  // namespace ringfence::directory
