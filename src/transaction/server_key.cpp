// SPDX-License-Identifier: Apache-2.0
// The parts of a request that name its transaction.
#include "transaction/server_key.h"

#include <span>

#include "base/bytes.h"

namespace ringfence::transaction {

namespace {

/// Hashes one part after another; each is hashed whole under a key that depends on all before it, so parts
/// cannot run into each other.
class Accumulator {
 public:
  explicit Accumulator(const base::HashSeed& seed) : seed_{seed} {}

  void add(base::Bytes part) {
    print_.high = base::hash_bytes({seed_.k0 ^ print_.high, seed_.k1}, part);
    print_.low = base::hash_bytes({seed_.k1 ^ print_.low, ~seed_.k0}, part);
  }
  void add(std::string_view part) { add(base::as_bytes(part)); }
  void add_nocase(std::string_view part) {
    print_.high = base::hash_text_nocase({seed_.k0 ^ print_.high, seed_.k1}, part);
    print_.low = base::hash_text_nocase({seed_.k1 ^ print_.low, ~seed_.k0}, part);
  }
  template <class T>
  void add_value(const T& value) {
    static_assert(std::has_unique_object_representations_v<T>);
    add(std::as_bytes(std::span(&value, 1)));
  }

  [[nodiscard]] Fingerprint result() const { return print_; }

 private:
  const base::HashSeed& seed_;
  Fingerprint print_;
};

std::string_view transaction_method(const sip::Message& request) {
  const bool of_invite = request.method() == sip::Method::Ack || request.method() == sip::Method::Cancel;
  return of_invite ? sip::name_of(sip::Method::Invite) : request.method_text();
}

}  // namespace

ServerKey server_key_of(const sip::Message& request, const net::Flow& source, const base::HashSeed& seed) {
  const sip::Via via = request.top_via();
  Accumulator parts{seed};
  parts.add_value(source.remote.address.raw());
  parts.add(transaction_method(request));
  if (via.has_rfc3261_branch()) {
    parts.add(via.branch);
    parts.add_nocase(via.host);
    parts.add_value(via.port.value_or(0));
    return {parts.result(), false};
  }
  parts.add(request.request_uri());
  parts.add(request.from_tag());
  parts.add(request.call_id());
  parts.add_value(request.cseq());
  parts.add(via.text);
  return {parts.result(), true};
}

std::uint64_t tag_hash(std::string_view tag, const base::HashSeed& seed) {
  return tag.empty() ? 0 : base::hash_text(seed, tag) | 1;
}

}  // namespace ringfence::transaction
