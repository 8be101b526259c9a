// SPDX-License-Identifier: Apache-2.0
// Node: what the shards of a sip process share: keys, snapshot, bindings, proofs. Built once, before any
// shard runs.
#pragma once

#include <filesystem>

#include "auth/nonce.h"
#include "auth/policy.h"
#include "auth/verify.h"
#include "base/quiescent.h"
#include "base/random.h"
#include "config/settings.h"
#include "crypto/key_ring.h"
#include "directory/directory.h"
#include "guard/source_table.h"
#include "location/location.h"
#include "observe/metrics.h"
#include "transport/transport.h"

namespace ringfence::app {

/// The long-lived keys of a node, kept in DIR/keys.
struct NodeRings {
  crypto::KeyRing nonces;
  crypto::KeyRing tokens;

  [[nodiscard]] static base::Result<NodeRings> open(const std::filesystem::path& directory,
                                                    base::Random& random);
  /// For simulations.
  [[nodiscard]] static NodeRings ephemeral(base::Random& random);
};

/// Settings and shared state of one sip process. Shards hold references into it; it outlives them.
struct Node {
  /// @param random  draws the seeds and secrets of this run
  Node(const config::Settings& with, unsigned shard_count, NodeRings keys, base::Random& random,
       std::chrono::sys_time<std::chrono::milliseconds> now);

  const config::Settings& settings;
  unsigned shards;
  base::WallTime born;
  base::HashSeed seed;  ///< of the ownership table, of tables of strangers' texts
  NodeRings rings;
  transport::NodeKeys transport_keys;
  observe::Registry metrics;
  base::QuiescentDomain readers;  ///< the shards, and the control thread behind them
  directory::Directory directory;
  location::Location location;
  guard::SourceTable sources;
  auth::DigestPolicy digest_policy;
  auth::NonceMint nonces;
  auth::DigestVerifier verifier;
};

}  // namespace ringfence::app
