// SPDX-License-Identifier: Apache-2.0
// What the directory holds: domains, subscribers and peers. A subscriber is one compact block, as there are
// millions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/bytes.h"
#include "crypto/hash.h"
#include "model/kind.h"
#include "model/limits.h"
#include "model/state.h"
#include "net/flow.h"

namespace ringfence::directory {

using model::Id;
using model::Kind;
using model::kMaxHost;
using model::kMaxNumber;
using model::kMaxUsername;
using model::State;

/// The hashes an HA1 may be kept as, in the order of their numbers.
inline constexpr std::array kHa1Kinds{crypto::HashKind::Md5, crypto::HashKind::Sha256,
                                      crypto::HashKind::Sha512_256};
static_assert(kHa1Kinds.size() == crypto::kHashKinds);

/// A realm of our own. `name` is canonical, as model::CanonicalHost makes it.
struct Domain {
  Id id = 0;
  Id tenant = 0;
  std::string name;
  State state = State::Active;
  std::string zone = "UTC";  ///< of its subscribers, by its IANA name

  friend bool operator==(const Domain&, const Domain&) = default;
};

/// A neighbour that sends us calls and takes ours; matched by address, port and transport.
struct Peer {
  Id id = 0;
  Id tenant = 0;
  std::string name;
  base::Endpoint address;
  net::Protocol protocol = net::Protocol::Udp;
  bool is_default = false;   ///< takes the calls to numbers that are not ours
  bool transit = false;      ///< may reach the default peer through us
  Id group = 0;              ///< a row of Kind::PeerGroup; 0: none
  std::uint16_t weight = 1;  ///< its share of the calls of the group
  bool enabled = true;       ///< whether calls are sent to it; those it sends us are heard either way
  std::string host;          ///< what the request URI names instead of the address; empty: nothing

  /// The default as far as calls go.
  [[nodiscard]] bool takes_the_rest() const { return is_default && enabled; }

  friend bool operator==(const Peer&, const Peer&) = default;
};

/// H(user:realm:password) for each hash we know; any of them may be missing. Wiped when it goes.
class Ha1Set {
 public:
  Ha1Set() = default;
  Ha1Set(const Ha1Set&) = default;
  Ha1Set& operator=(const Ha1Set&) = default;
  ~Ha1Set();

  /// The hash, or nothing when this subscriber has none of that kind.
  [[nodiscard]] base::Bytes get(crypto::HashKind kind) const;
  /// `value` must have the size of its kind.
  void set(crypto::HashKind kind, base::Bytes value);
  [[nodiscard]] bool empty() const { return present_ == 0; }

  friend bool operator==(const Ha1Set& a, const Ha1Set& b);

 private:
  std::array<std::byte, crypto::kHashKinds * crypto::kLongestHash> bytes_{};
  std::uint8_t present_ = 0;  // one bit for each kind
};

/// A subscriber as a change carries it.
struct SubscriberValues {
  Id id = 0;
  Id tenant = 0;
  Id domain = 0;
  State state = State::Active;
  std::string username;  ///< unescaped; case counts (RFC 3261 §19.1.4)
  std::string number;    ///< digits only; empty: none
  Ha1Set ha1;
  Id customer = 0;  ///< who pays; 0: nobody

  friend bool operator==(const SubscriberValues&, const SubscriberValues&) = default;
};

/// A subscriber as the snapshot keeps it: immutable, one block of 24 bytes, its texts and its HA1s.
class Subscriber {
 public:
  struct Destroy {
    void operator()(const Subscriber* subscriber) const;  ///< wipes the HA1s
  };
  using Owner = std::unique_ptr<const Subscriber, Destroy>;

  /// Texts within the bounds above.
  [[nodiscard]] static Owner make(const SubscriberValues& values);

  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  [[nodiscard]] Id id() const { return id_; }
  [[nodiscard]] Id tenant() const { return related(0); }
  [[nodiscard]] Id domain() const { return related(1); }
  /// 0: nobody pays for it.
  [[nodiscard]] Id customer() const { return related(2); }
  /// Its own; what its customer, domain and reseller make of it, Snapshot::effective_state() says.
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string_view username() const { return {tail(), username_size_}; }
  [[nodiscard]] std::string_view number() const { return {tail() + username_size_, number_size_}; }
  /// The HA1 of that kind, or nothing when there is none. Valid as long as the subscriber.
  [[nodiscard]] base::Bytes ha1(crypto::HashKind kind) const;

  [[nodiscard]] SubscriberValues values() const;
  [[nodiscard]] std::size_t bytes() const;  ///< size of the block

 private:
  static constexpr std::size_t kRelated = 3;
  using Halves = std::array<std::uint32_t, kRelated>;

  explicit Subscriber(const SubscriberValues& values);
  [[nodiscard]] Id related(std::size_t which) const {
    return wide_ ? Id{low_[which]} | (Id{high()[which]} << 32U) : Id{low_[which]};
  }
  /// Behind the header, and only when it is wide.
  [[nodiscard]] const Halves& high() const { return *reinterpret_cast<const Halves*>(this + 1); }
  [[nodiscard]] const char* tail() const {
    return reinterpret_cast<const char*>(this + 1) + (wide_ ? sizeof(Halves) : 0);
  }

  Id id_;
  Halves low_;  // of tenant, domain and customer: a platform that has given away 2^32 ids needs the others
  State state_;
  std::uint8_t username_size_;
  std::uint8_t number_size_;
  std::uint8_t ha1_present_ : 7;
  std::uint8_t wide_ : 1;
};

}  // namespace ringfence::directory
