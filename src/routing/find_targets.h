// SPDX-License-Identifier: Apache-2.0
// FindTargets: the target set of a request outside a dialog (RFC 3261 §16.5).
#pragma once

#include <array>
#include <optional>

#include "directory/directory.h"
#include "location/location.h"
#include "net/shard.h"
#include "pipeline/proofs.h"
#include "pipeline/step.h"
#include "routing/counters.h"
#include "routing/egress.h"

namespace ringfence::routing {

/// A subscriber's registered contacts, or the default peer for numbers that are not ours. Only requests whose
/// sender is proven come here: who asks may know whether a user exists.
///
/// Answers 404 for nobody we know, 480 without a registered contact, 403 for a domain that is not ours. A
/// peer that wants to reach the default peer through us hears 404 too, unless it may pass (Peer::transit).
class FindTargets final : public pipeline::Step {
 public:
  FindTargets(net::Shard& shard, const directory::Directory& directory, const location::Location& location,
              const pipeline::Proofs& proofs, Counters& counters)
      : shard_{shard}, directory_{directory}, location_{location}, proofs_{proofs}, counters_{counters} {}

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

 private:
  struct Callee {
    const directory::Subscriber* subscriber = nullptr;
    const directory::Domain* domain = nullptr;
    std::string_view number{};  ///< what was dialled, when it reads as a number; in the caller's buffer
    /// As a SIP URI writes it, without parameters: they could name another place to a gateway (RFC 4694 rn).
    std::string_view user{};
    bool inactive = false;  ///< an account of ours, but locked or ended: not for anybody else either
    bool foreign = false;
  };
  using NumberBuffer = std::array<char, directory::kMaxNumber + 1>;

  [[nodiscard]] static std::string_view emergency_number(const sip::Message& request, NumberBuffer& buffer);
  [[nodiscard]] Callee find_callee(const sip::Message& request, const pipeline::Context& context,
                                   NumberBuffer& buffer) const;
  [[nodiscard]] const directory::Domain* domain_of(const sip::Uri& uri,
                                                   const pipeline::Context& context) const;
  [[nodiscard]] bool is_own_address(const sip::Uri& uri, const pipeline::Context& context) const;
  [[nodiscard]] std::optional<net::Flow> way_to(const location::Binding& binding) const;
  [[nodiscard]] pipeline::Verdict to_contacts(const Callee& callee, pipeline::Context& context);
  [[nodiscard]] std::string_view name_beyond(const Callee& callee, const pipeline::Context& context) const;
  [[nodiscard]] pipeline::Verdict to_default_peer(std::string_view user, pipeline::Context& context);

  net::Shard& shard_;
  Egress egress_{shard_};
  const directory::Directory& directory_;
  const location::Location& location_;
  const pipeline::Proofs& proofs_;
  Counters& counters_;
};

}  // namespace ringfence::routing
