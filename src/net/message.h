// SPDX-License-Identifier: Apache-2.0
// ShardMessage: what shards tell each other, in one fixed size that fits a ring slot.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>

#include "net/packet.h"

namespace ringfence::net {

/// Kinds that net knows. Rooms above number theirs from Upper.
enum class MessageKind : std::uint8_t {
  Packet = 0,            ///< a message handed to its owner shard; the layer above plugs the handler
  StreamSend = 1,        ///< write this packet on a connection of yours
  SendFailed = 2,        ///< a packet you sent did not leave
  ConnectionClosed = 3,  ///< a connection is gone
  StreamClose = 4,       ///< close a connection of yours
  StreamClassify = 5,    ///< a connection of yours has shown more (or less) than before
  Upper = 16,
};

/// A message between shards: a kind, at most one packet, and up to kBodyBytes of plain data.
struct ShardMessage {
  static constexpr std::size_t kBodyBytes = 112;

  std::uint8_t kind = 0;
  PacketRef packet;
  alignas(16) std::array<std::byte, kBodyBytes> body;

  template <class T>
  [[nodiscard]] static ShardMessage make(std::uint8_t kind, const T& value, PacketRef packet = {}) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kBodyBytes && alignof(T) <= 16);
    ShardMessage message;
    message.kind = kind;
    message.packet = std::move(packet);
    std::memcpy(message.body.data(), &value, sizeof(T));
    return message;
  }
  template <class Kind>
    requires std::is_enum_v<Kind>
  [[nodiscard]] static ShardMessage make(Kind kind, const auto& value, PacketRef packet = {}) {
    return make(static_cast<std::uint8_t>(kind), value, std::move(packet));
  }
  /// A message that is only its packet.
  [[nodiscard]] static ShardMessage of(MessageKind kind, PacketRef packet) {
    ShardMessage message;
    message.kind = static_cast<std::uint8_t>(kind);
    message.packet = std::move(packet);
    return message;
  }

  /// The body as the type it was made from.
  template <class T>
  [[nodiscard]] const T& as() const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kBodyBytes && alignof(T) <= 16);
    return *std::launder(reinterpret_cast<const T*>(body.data()));
  }
};
static_assert(sizeof(ShardMessage) == 128);

/// Body of MessageKind::SendFailed.
struct SendReport {
  Flow flow;
  std::uint64_t tag;
};

/// Body of MessageKind::ConnectionClosed.
struct CloseReport {
  ConnectionId connection;
  Flow flow;
};

}  // namespace ringfence::net
