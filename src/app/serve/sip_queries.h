// SPDX-License-Identifier: Apache-2.0
// SipQueries: what the web process may ask the sip process, answered as JSON on the control thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/serve/node.h"
#include "app/serve/shard_parts.h"
#include "journal/journal.h"
#include "net/listener.h"
#include "net/mailboxes.h"

namespace ringfence::app {

/// A query is {"verb": "...", ...}; an answer is an object, with "error" when it failed.
class SipQueries {
 public:
  struct Parts {
    Node& node;
    const std::vector<std::unique_ptr<ShardParts>>& shards;
    const net::ListenerSet& listeners;
    const journal::Journal& journal;
    net::Mailboxes& mailboxes;
  };
  /// Sends the answer of the query with that id.
  using Answer = std::function<void(std::uint64_t id, std::string_view json)>;

  SipQueries(const Parts& parts, Answer answer) : parts_{parts}, answer_{std::move(answer)} {}

  /// Answers now, or when a shard has answered.
  void ask(std::uint64_t id, std::string_view json);
  /// A shard's message to control.
  void on_mail(net::ShardMessage& message);

 private:
  void drop(std::uint64_t id, std::string_view aor);

  Parts parts_;
  Answer answer_;
  std::map<std::uint64_t, std::string> dropping_;  // asked of a shard, by query; it reads the text
};

}  // namespace ringfence::app
