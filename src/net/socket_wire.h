// SPDX-License-Identifier: Apache-2.0
// SocketWire: stream connections over TCP descriptors and one epoll instance.
#pragma once

#include <cstdint>

#include "net/listener.h"
#include "net/wire.h"

namespace ringfence::net {

/// What an epoll event is about, packed into its 64 bits of data. A connection's generation is part of it: an
/// event of a descriptor that was closed and reused within the same batch finds nobody.
struct EventTag {
  enum Kind : std::uint8_t { Mail, Known, Stranger, Accept, Stream };
  Kind kind;
  std::uint32_t index;       ///< of the socket, or the connection's slot (at most 24 bits)
  std::uint32_t generation;  ///< of the connection

  [[nodiscard]] std::uint64_t pack() const {
    return std::uint64_t{generation} << 32 | std::uint64_t{index & 0xff'ffff} << 8 | kind;
  }
  [[nodiscard]] static EventTag unpack(std::uint64_t data) {
    return {static_cast<Kind>(data & 0xff), static_cast<std::uint32_t>(data >> 8 & 0xff'ffff),
            static_cast<std::uint32_t>(data >> 32)};
  }
};

class SocketWire final : public Wire {
 public:
  /// @param epoll      not owned
  /// @param listeners  give outbound connections their local address; outlive the wire
  SocketWire(int epoll, std::span<const Listener> listeners) : epoll_{epoll}, listeners_{listeners} {}

  [[nodiscard]] Io read(Handle handle, std::span<char> into) override;
  [[nodiscard]] Io write(Handle handle, std::span<const std::string_view> pieces) override;
  [[nodiscard]] std::optional<Handle> connect(const Flow& flow, base::SlotId connection) override;
  [[nodiscard]] bool connected(Handle handle) override;
  void watch(Handle handle, base::SlotId connection, bool readable, bool writable) override;
  void close(Handle handle) override;

 private:
  int epoll_;
  std::span<const Listener> listeners_;
};

}  // namespace ringfence::net
