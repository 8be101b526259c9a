// SPDX-License-Identifier: Apache-2.0
// From settings to what the shards share.
#include "app/serve/node.h"

namespace ringfence::app {
namespace {

/// Flows that may be Known or Validated at once: twice the bindings, for both sides of calls; 16 bytes each.
std::size_t flows_for(const config::Settings& settings) {
  return std::size_t{settings.limits.bindings} * 2;
}

base::HashSeed draw_seed(base::Random& random) {
  const auto k0 = random.next();
  return {k0, random.next()};
}

std::array<std::byte, 32> draw_key(base::Random& random) {
  std::array<std::byte, 32> key;
  random.fill(key);
  return key;
}

location::Options location_options(const config::Settings& settings, const base::HashSeed& seed,
                                   unsigned shards) {
  const auto& registrar = settings.registrar;
  return {.seed = seed,
          .shards = shards,
          .max_bindings = settings.limits.bindings,
          .policy = {.min_expires = registrar.min_expires,
                     .max_expires = registrar.max_expires,
                     .default_expires = registrar.default_expires,
                     .max_contacts = registrar.max_contacts,
                     .jitter_percent = registrar.expires_jitter.value}};
}

crypto::HashKind kind_of(config::DigestAlgorithm algorithm) {
  switch (algorithm) {
    case config::DigestAlgorithm::Md5:
      return crypto::HashKind::Md5;
    case config::DigestAlgorithm::Sha256:
      return crypto::HashKind::Sha256;
    case config::DigestAlgorithm::Sha512_256:
      return crypto::HashKind::Sha512_256;
  }
  return crypto::HashKind::Sha256;
}

auth::NonceBinding binding_of(config::NonceBinding binding) {
  switch (binding) {
    case config::NonceBinding::None:
      return auth::NonceBinding::None;
    case config::NonceBinding::Prefix:
      return auth::NonceBinding::Prefix;
    case config::NonceBinding::Address:
      return auth::NonceBinding::Address;
  }
  return auth::NonceBinding::Address;
}

auth::DigestPolicy policy_of(const config::AuthSettings& settings) {
  auth::DigestPolicy policy;
  policy.algorithms.clear();
  policy.qops.clear();
  for (const auto algorithm : settings.algorithms) policy.algorithms.push_back(kind_of(algorithm));
  for (const auto qop : settings.qop) {
    policy.qops.push_back(qop == config::Qop::Auth ? sip::DigestQop::Auth : sip::DigestQop::AuthInt);
  }
  policy.nonce_binding = binding_of(settings.nonce_binding);
  policy.nonce_lifetime = settings.nonce_lifetime;
  return policy;
}

}  // namespace

base::Result<NodeRings> NodeRings::open(const std::filesystem::path& directory, base::Random& random) {
  auto nonces = crypto::KeyRing::open(directory, "nonce", random);
  if (!nonces) return std::unexpected(nonces.error());
  auto tokens = crypto::KeyRing::open(directory, "route-token", random);
  if (!tokens) return std::unexpected(tokens.error());
  return NodeRings{std::move(*nonces), std::move(*tokens)};
}

NodeRings NodeRings::ephemeral(base::Random& random) {
  auto nonces = crypto::KeyRing::ephemeral(random);
  return {std::move(nonces), crypto::KeyRing::ephemeral(random)};
}

Node::Node(const config::Settings& with, unsigned shard_count, NodeRings keys, base::Random& random,
           base::WallTime now)
    : settings{with},
      shards{shard_count},
      born{now},
      seed{draw_seed(random)},
      rings{std::move(keys)},
      transport_keys{transport::BranchCodec{draw_seed(random), with.node.id},
                     transport::StatelessTags{draw_key(random)}, draw_seed(random)},
      metrics{shard_count},
      readers{shard_count + 1},
      directory{readers, draw_seed(random)},
      location{location_options(with, seed, shard_count), readers},
      sources{draw_seed(random), flows_for(with)},
      digest_policy{policy_of(with.auth)},
      nonces{rings.nonces, digest_policy.nonce_binding, digest_policy.nonce_lifetime},
      verifier{digest_policy, nonces, random} {}

}  // namespace ringfence::app
