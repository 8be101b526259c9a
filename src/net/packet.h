// SPDX-License-Identifier: Apache-2.0
// Packet and PacketRef: one received or outgoing message, its bytes and a scratch area, owned by one shard at
// a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "base/time.h"
#include "net/flow.h"

namespace ringfence::net {

class PacketPool;

/// Scratch of the layer above inside every packet: the header index travels with its message and is never
/// rebuilt.
inline constexpr std::size_t kAnnexBytes = 2048;

/// A block of a PacketPool. Bytes are writable until they are handed on; a received message is read-only by
/// custom.
class alignas(64) Packet {
 public:
  Flow flow;
  base::MonoTime arrived{};  ///< the receiving shard's turn; for packets of our own: when they were taken
  SourceClass source = SourceClass::Unknown;
  std::uint32_t size = 0;  ///< bytes in use

  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;

  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] char* data() { return reinterpret_cast<char*>(this) + sizeof(Packet); }
  [[nodiscard]] const char* data() const { return reinterpret_cast<const char*>(this) + sizeof(Packet); }

  /// The annex as a T. It holds whatever was there before until the layer above writes it: begin with
  /// `make_annex`.
  template <class T>
  [[nodiscard]] T& annex() {
    static_assert(sizeof(T) <= kAnnexBytes && alignof(T) <= 64 && std::is_trivially_copyable_v<T>);
    return *std::launder(reinterpret_cast<T*>(annex_));
  }
  template <class T>
  T& make_annex() {
    static_assert(sizeof(T) <= kAnnexBytes && alignof(T) <= 64 && std::is_trivially_copyable_v<T>);
    return *::new (static_cast<void*>(annex_)) T{};
  }

 private:
  friend class PacketPool;
  friend class PacketRef;
  Packet() = default;

  std::uint32_t capacity_ = 0;
  std::uint32_t references_ = 0;
  PacketPool* home_ = nullptr;       // whose memory this is
  PacketPool* custodian_ = nullptr;  // the pool of the shard that holds it now: only this one may release it
  Packet* next_ = nullptr;           // in a free list or a batch on its way home
  alignas(64) std::byte annex_[kAnnexBytes];
};

/// A counted handle. Copies share the packet within the shard that holds it; the count is not atomic.
/// Across shards only the sole handle travels (`Shard::post` checks it).
class PacketRef {
 public:
  PacketRef() = default;
  PacketRef(const PacketRef& other) : packet_{other.packet_} {
    if (packet_ != nullptr) ++packet_->references_;
  }
  PacketRef(PacketRef&& other) noexcept : packet_{std::exchange(other.packet_, nullptr)} {}
  PacketRef& operator=(PacketRef other) noexcept {
    std::swap(packet_, other.packet_);
    return *this;
  }
  ~PacketRef() {
    if (packet_ != nullptr && --packet_->references_ == 0) release();
  }

  explicit operator bool() const { return packet_ != nullptr; }
  Packet* operator->() const { return packet_; }
  Packet& operator*() const { return *packet_; }
  [[nodiscard]] Packet* get() const { return packet_; }
  void reset() { *this = PacketRef{}; }

  /// The bytes in use.
  [[nodiscard]] std::string_view text() const { return {packet_->data(), packet_->size}; }
  /// All bytes of the packet, used or not: write here, then set `size`.
  [[nodiscard]] std::span<char> room() const { return {packet_->data(), packet_->capacity_}; }
  /// No other handle shares it.
  [[nodiscard]] bool unique() const { return packet_ != nullptr && packet_->references_ == 1; }

 private:
  friend class PacketPool;
  explicit PacketRef(Packet* packet) : packet_{packet} { ++packet_->references_; }
  void release();

  Packet* packet_ = nullptr;
};

}  // namespace ringfence::net
