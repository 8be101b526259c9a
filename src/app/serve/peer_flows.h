// SPDX-License-Identifier: Apache-2.0
// PeerFlows: keeps the kernel's map of known flows in step with the peers of the directory.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "directory/change.h"
#include "net/listener.h"
#include "net/selector.h"

namespace ringfence::app {

/// Peers are Trusted from the start: their datagrams belong in the known sockets. Control thread.
class PeerFlows {
 public:
  explicit PeerFlows(net::ListenerSet& listeners) : listeners_{listeners} {}

  /// Looks at the changes that were just applied.
  void follow(std::span<const directory::Change> changes);

 private:
  void set(directory::Id id, const base::Endpoint& address);
  void remove(directory::Id id);

  net::ListenerSet& listeners_;
  std::map<directory::Id, base::Endpoint> peers_;  // those over UDP
  std::map<directory::Id, base::Endpoint>
      before_;  // during a full load: what was there and has not come again
};

}  // namespace ringfence::app
