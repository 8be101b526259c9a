// SPDX-License-Identifier: Apache-2.0
// SipClient: asks the sip process over the link between our processes, and gives up on answers that do not
// come.
#pragma once

#include <boost/json.hpp>

#include <expected>
#include <functional>
#include <map>

#include "app/serve/link.h"
#include "base/time.h"

namespace ringfence::app {

/// Web process, one thread: its loop.
class SipClient {
 public:
  enum class NoAnswer : std::uint8_t { Gone, TimedOut, Refused };
  using Answer = std::function<void(std::expected<boost::json::object, NoAnswer>)>;
  static constexpr base::Nanos kPatience = std::chrono::seconds{3};

  SipClient(Link& link, const base::Clock& clock) : link_{link}, clock_{clock} {}

  /// `then` is called once: with the answer, or why there is none.
  void ask(const boost::json::object& query, Answer then);

  void on_answer(const LinkFrame& frame);
  /// The link is a new one: what was asked over the old one is lost.
  void on_new_link();
  /// Gives up on overdue answers.
  void sweep();
  /// When sweep() has something to do; nothing: no question is open.
  [[nodiscard]] std::optional<base::MonoTime> next_sweep() const;

 private:
  struct Open {
    base::MonoTime until;
    Answer then;
  };
  void fail_all(NoAnswer why, base::MonoTime due_by);

  Link& link_;
  const base::Clock& clock_;
  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Open> open_;  // in the order of asking, so of time
};

}  // namespace ringfence::app
