// SPDX-License-Identifier: Apache-2.0
// Child: what our processes have in common: links, orders, configuration, log.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "app/serve/link.h"
#include "app/serve/start_orders.h"
#include "config/configuration.h"

namespace ringfence::app {

/// The beginning of a process of ours.
struct Child {
  std::string_view role;  ///< "sip" or "web"
  Link supervisor;
  Link neighbour;
  StartOrders orders;
  config::Configuration configuration;

  /// Takes the inherited descriptors over (the listeners' excepted), waits for the orders and starts the log.
  [[nodiscard]] static base::Result<Child> begin(std::string_view role, std::span<const int> descriptors);
  /// The descriptors behind the common ones: the listeners.
  [[nodiscard]] static std::span<const int> listeners_of(std::span<const int> descriptors);

  /// Handles what the supervisor says: a new neighbour is taken in.
  /// @return false: stop
  [[nodiscard]] bool obey_supervisor(bool& neighbour_changed);
};

}  // namespace ringfence::app
