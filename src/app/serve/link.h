// SPDX-License-Identifier: Apache-2.0
// Link: framed messages between two processes of one platform over a socket pair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/failure.h"

namespace ringfence::app {

/// What processes tell each other. Both ends are the same executable, so the numbers may change between
/// versions.
enum class LinkKind : std::uint8_t {
  Start,          ///< supervisor to child, first: what it needs to begin (StartOrders)
  Ready,          ///< a child serves
  Stop,           ///< finish and exit
  NewNeighbour,   ///< the other child was restarted: here is the new socket to it (descriptor attached)
  WantDirectory,  ///< sip to web: send all of it
  Changes,        ///< web to sip: serialised directory changes, to be applied as one
  Query,          ///< web to sip: a verb as JSON; answered by Answer with the same id
  Answer,
};

struct LinkFrame {
  LinkKind kind{};
  std::uint64_t id = 0;
  std::string payload;
  int descriptor = -1;  ///< owned by whoever receives the frame
};

/// One end. Not for a shard; one thread. Never blocks: poll `descriptor()` for reading, and for writing while
/// `wants_write()`.
class Link {
 public:
  static constexpr std::size_t kMaxPayload = 16u << 20;
  static constexpr std::size_t kMaxQueued = 256u << 20;  ///< a neighbour that does not read is taken for dead

  /// Takes the descriptor over.
  explicit Link(int descriptor);
  Link(Link&& other) noexcept { *this = std::move(other); }
  Link& operator=(Link&& other) noexcept;
  ~Link();

  /// Two connected ends, both close-on-exec.
  [[nodiscard]] static base::Result<std::pair<int, int>> make_pair();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool open() const { return descriptor_ >= 0; }
  [[nodiscard]] bool wants_write() const { return sent_ < output_.size(); }

  /// Queues a frame and writes what fits. A descriptor is duplicated by the kernel, the caller keeps its own;
  /// a frame with one must find the queue empty (it is sent at once or not at all).
  /// @return false: the neighbour is gone; the link is closed
  bool send(LinkKind kind, std::uint64_t id, std::string_view payload, int attached = -1);
  bool flush();

  /// The next whole frame that has arrived; nullopt: nothing complete, or the link closed (see `open`).
  [[nodiscard]] std::optional<LinkFrame> receive();

 private:
  void close();
  bool fill();

  int descriptor_ = -1;
  std::string input_;
  std::size_t consumed_ = 0;
  std::string output_;
  std::size_t sent_ = 0;
  int received_descriptor_ = -1;
};

}  // namespace ringfence::app
