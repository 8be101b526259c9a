// SPDX-License-Identifier: Apache-2.0
// Reply: how a verb answers, from whatever thread it runs on, in as many lines as it needs.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/control/protocol.h"

namespace ringfence::app::control {

class Mailbox;

/// What replies come down to, on the server's thread.
class ReplySink {
 public:
  virtual void send(std::uint64_t connection, std::string line, bool last) = 0;
  virtual void when_drained(std::uint64_t connection, std::function<void()> then) = 0;
  virtual void take_chunks(std::uint64_t connection, std::function<void(Chunk)> take) = 0;
  virtual void next_chunk(std::uint64_t connection) = 0;

 protected:
  ~ReplySink() = default;
};

/// A table, or a page of one.
struct Rows {
  boost::json::array columns;
  boost::json::array rows;         ///< arrays as long as `columns`
  bool is_record = false;          ///< one row, to be shown by itself
  std::vector<std::string> notes;  ///< for people
};

/// A handle; copies answer the same request. Any thread. When the last copy goes without an end, the client
/// is told so; when the client goes, all of this does nothing.
class Reply {
 public:
  /// @param sink  reached through the mailbox only, so not after the mailbox was closed
  Reply(std::shared_ptr<Mailbox> mailbox, ReplySink& sink, std::uint64_t connection);

  // Before the end, any number of times.
  void page(const Rows& rows) const;
  void progress(std::size_t done, std::size_t of) const;
  /// Runs `then` on the server's thread when the client has taken what was sent: a long listing goes on then.
  void when_drained(std::function<void()> then) const;
  /// From now on chunks of a file come to `take`, on the server's thread, and none before next_chunk().
  void take_chunks(std::function<void(Chunk)> take) const;
  void next_chunk() const;

  // One of these ends it; what comes later is ignored.
  void finish(const Rows& rows) const;
  void finish(boost::json::object value) const;
  void fail(const Problem& problem) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ringfence::app::control
