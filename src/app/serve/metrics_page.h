// SPDX-License-Identifier: Apache-2.0
// The metrics page of the sip process: what each room counts, shard by shard, in the text format of
// Prometheus.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/serve/node.h"
#include "app/serve/shard_parts.h"
#include "journal/journal.h"

namespace ringfence::app {

/// Reads the shards' counters while they run; any thread.
[[nodiscard]] std::string metrics_page(const Node& node,
                                       const std::vector<std::unique_ptr<ShardParts>>& shards,
                                       const journal::Journal& journal);

}  // namespace ringfence::app
