// SPDX-License-Identifier: Apache-2.0
// Taking over what the supervisor left for us.
#include "app/serve/child.h"

#include <fmt/format.h>
#include <poll.h>

#include "app/serve/log_options.h"
#include "app/serve/process.h"
#include "base/thread_name.h"
#include "observe/log.h"

namespace ringfence::app {
namespace {

constexpr std::size_t place_of(int inherited) {
  return static_cast<std::size_t>(inherited - Inherited::kSupervisor);
}

/// The first frame; nullopt when the supervisor is gone before it came.
std::optional<StartOrders> wait_for_orders(Link& supervisor) {
  while (supervisor.open()) {
    if (const auto frame = supervisor.receive()) {
      return frame->kind == LinkKind::Start ? StartOrders::decode(frame->payload) : std::nullopt;
    }
    pollfd wait{supervisor.descriptor(), POLLIN, 0};
    ::poll(&wait, 1, -1);
  }
  return std::nullopt;
}

}  // namespace

base::Result<Child> Child::begin(std::string_view role, std::span<const int> descriptors) {
  base::name_this_thread(fmt::format("ringfence-{}", role));
  Link supervisor{descriptors[place_of(Inherited::kSupervisor)]};
  Link neighbour{descriptors[place_of(Inherited::kNeighbour)]};
  auto orders = wait_for_orders(supervisor);
  if (!orders) return base::fail("no orders from the supervisor", "it is gone");
  auto configuration = config::Configuration::load(orders->sources);
  if (!configuration) return std::unexpected(configuration.error());
  const auto logging = log_options(configuration->settings().log, orders->paths);
  if (!logging) return std::unexpected(logging.error());
  observe::Log::start(*logging);
  return Child{role, std::move(supervisor), std::move(neighbour), std::move(*orders),
               std::move(*configuration)};
}

std::span<const int> Child::listeners_of(std::span<const int> descriptors) {
  return descriptors.subspan(place_of(Inherited::kFirstListener));
}

bool Child::obey_supervisor(bool& neighbour_changed) {
  while (auto frame = supervisor.receive()) {
    if (frame->kind == LinkKind::Stop) return false;
    if (frame->kind == LinkKind::NewNeighbour && frame->descriptor >= 0) {
      neighbour = Link{frame->descriptor};
      neighbour_changed = true;
    }
  }
  if (supervisor.open()) return true;
  observe::log(observe::Level::Error, "platform.supervisor_gone",
               {{"role", role}, {"next", "this process ends: there is nobody to start it again"}});
  return false;
}

}  // namespace ringfence::app
