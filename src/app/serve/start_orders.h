// SPDX-License-Identifier: Apache-2.0
// StartOrders: what the supervisor tells a process it starts: the same configuration for all, read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/serve/data_dir.h"
#include "config/configuration.h"

namespace ringfence::app {

struct StartOrders {
  DataPaths paths;
  config::Sources sources;   ///< a restarted process must not see a file that changed meanwhile
  std::string listeners;     ///< ListenerSet::table(); empty for a process without sockets
  bool first_start = false;  ///< on an empty directory

  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static std::optional<StartOrders> decode(std::string_view bytes);
};

}  // namespace ringfence::app
