// SPDX-License-Identifier: Apache-2.0
// Authenticate: who sends this request? (RFC 3261 §22, RFC 7616, RFC 8760)
#pragma once

#include "auth/challenge.h"
#include "auth/counters.h"
#include "auth/nonce_count.h"
#include "auth/policy.h"
#include "auth/verify.h"
#include "directory/directory.h"
#include "location/location.h"
#include "net/shard.h"
#include "pipeline/runner.h"
#include "pipeline/step.h"
#include "transport/transport.h"

namespace ringfence::auth {

struct AuthenticateOptions {
  bool emergency_without_credentials = false;  ///< `emergency.unauthenticated: allow`, for strangers
};

/// The step outside dialogs. REGISTER is challenged with 401 for the domain of its To; other requests with
/// 407 for the domain of their From, or of their Request-URI when the From is not ours. Peers and trusted
/// sources need no credentials except to register. An emergency call from a known source needs none either.
///
/// The uses of a nonce are counted on the account's shard (the owner of its address of record); a request
/// that stands elsewhere waits for that shard's answer. One per shard.
class Authenticate final : public pipeline::Step {
 public:
  Authenticate(net::Shard& shard, transport::Transport& transport, pipeline::Runner& runner,
               const directory::Directory& directory, const location::Location& location,
               const DigestPolicy& policy, const NonceMint& mint, const DigestVerifier& verifier,
               NonceCounts& counts, const AuthenticateOptions& options);

  [[nodiscard]] pipeline::Verdict on_request(const sip::Message& request,
                                             pipeline::Context& context) override;

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  /// What the account's shard is asked, and what it says.
  struct CountQuestion {
    pipeline::ContextId context;
    net::ShardId from = 0;
    std::uint64_t account = 0;
    NonceId nonce;
    std::uint32_t nc = 0;
  };
  struct CountAnswer {
    pipeline::ContextId context;
    NonceUse use{};
  };

  /// Whose credentials are right, and the version of the directory both were found in.
  struct Account {
    const directory::Snapshot& now;
    const directory::Domain& domain;
    const directory::Subscriber& subscriber;
  };

  [[nodiscard]] static const directory::Domain* domain_of(const sip::Message& request,
                                                          const directory::Snapshot& now);
  [[nodiscard]] bool is_exempt(const sip::Message& request, pipeline::Context& context) const;
  [[nodiscard]] pipeline::Verdict check(const sip::Message& request, pipeline::Context& context,
                                        const directory::Snapshot& now, const directory::Domain& domain);
  [[nodiscard]] pipeline::Verdict accept(const sip::Message& request, pipeline::Context& context,
                                         const Account& account, const DigestResult& proof);
  [[nodiscard]] pipeline::Verdict after_count(const sip::Message& request, pipeline::Context& context,
                                              NonceUse use);
  [[nodiscard]] pipeline::Verdict challenge(const sip::Message& request, pipeline::Context& context,
                                            const directory::Domain& domain, bool stale);
  [[nodiscard]] const DigestPolicy& policy_for(const sip::Message& request) const;
  [[nodiscard]] std::size_t challenge_budget(const sip::Message& request,
                                             const pipeline::Context& context) const;
  void on_count_question(net::ShardMessage& message);
  void on_count_answer(net::ShardMessage& message);

  net::Shard& shard_;
  transport::Transport& transport_;
  pipeline::Runner& runner_;
  const directory::Directory& directory_;
  const location::Location& location_;
  const DigestPolicy& policy_;
  DigestPolicy
      md5_only_;  ///< the same for phones of auth/quirks.h; without algorithms when the policy has no MD5
  const NonceMint& mint_;
  const DigestVerifier& verifier_;
  NonceCounts& counts_;
  AuthenticateOptions options_;
  Counters counters_;
};

}  // namespace ringfence::auth
