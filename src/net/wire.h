// SPDX-License-Identifier: Apache-2.0
// Wire: what carries the bytes of stream connections; descriptors, or the simulated network.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/slot_map.h"
#include "net/flow.h"

namespace ringfence::net {

/// The lower side of Streams. Nothing here blocks. A layer that encrypts wraps another wire.
class Wire {
 public:
  using Handle = int;

  struct Io {
    enum What : std::uint8_t {
      Done,   ///< `bytes` were moved, at least one
      Again,  ///< nothing now; a readiness event follows
      End,    ///< reading: the other end will send no more
      Broken  ///< the connection is gone
    };
    What what = Again;
    std::size_t bytes = 0;
  };

  virtual ~Wire() = default;
  [[nodiscard]] virtual Io read(Handle handle, std::span<char> into) = 0;
  /// Writes as much as it takes of several pieces, in order.
  [[nodiscard]] virtual Io write(Handle handle, std::span<const std::string_view> pieces) = 0;
  /// Begins to open a connection to `flow.remote`; writability tells when it is done.
  [[nodiscard]] virtual std::optional<Handle> connect(const Flow& flow, base::SlotId connection) = 0;
  /// After writability: did the connection open?
  [[nodiscard]] virtual bool connected(Handle handle) = 0;
  /// Which readiness events are wanted from now on; none means only the loss of the connection is told.
  virtual void watch(Handle handle, base::SlotId connection, bool readable, bool writable) = 0;
  virtual void close(Handle handle) = 0;
};

}  // namespace ringfence::net
