// SPDX-License-Identifier: Apache-2.0
// Answers on their way to the server's thread.
#include "app/control/reply.h"

#include <atomic>
#include <utility>

#include "app/control/mailbox.h"

namespace ringfence::app::control {
namespace {

namespace json = boost::json;

json::object to_line(const Rows& rows) {
  json::object line{{"columns", rows.columns}, {"rows", rows.rows}};
  if (rows.is_record) line.emplace("record", true);
  if (!rows.notes.empty()) line.emplace("notes", json::value_from(rows.notes));
  return line;
}

}  // namespace

/// What the copies of one reply share.
struct Reply::State {
  std::shared_ptr<Mailbox> mailbox;
  ReplySink& sink;
  std::uint64_t connection;
  std::atomic<bool> ended{false};

  State(std::shared_ptr<Mailbox> through, ReplySink& to, std::uint64_t id)
      : mailbox{std::move(through)}, sink{to}, connection{id} {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    end(to_json(Problem{Exit::Failed, {"the command was given up", "the server is ending", "try again"}}));
  }

  void send(const json::object& line, bool last) {
    mailbox->post([&to = sink, id = connection, text = json::serialize(line) + "\n", last]() mutable {
      to.send(id, std::move(text), last);
    });
  }
  void end(const json::object& line) {
    if (!ended.exchange(true)) send(line, true);
  }
  /// Runs `work(sink, connection)` on the server's thread, unless the request has ended.
  template <class Work>
  void post(Work work) {
    if (ended) return;
    mailbox->post([&to = sink, id = connection, work = std::move(work)]() mutable { work(to, id); });
  }
};

Reply::Reply(std::shared_ptr<Mailbox> mailbox, ReplySink& sink, std::uint64_t connection)
    : state_{std::make_shared<State>(std::move(mailbox), sink, connection)} {}

void Reply::page(const Rows& rows) const {
  if (state_->ended) return;
  json::object line = to_line(rows);
  line.emplace("more", true);
  state_->send(line, false);
}

void Reply::progress(std::size_t done, std::size_t of) const {
  if (!state_->ended) state_->send({{"progress", json::array{done, of}}}, false);
}

void Reply::when_drained(std::function<void()> then) const {
  state_->post([then = std::move(then)](ReplySink& sink, std::uint64_t id) mutable {
    sink.when_drained(id, std::move(then));
  });
}

void Reply::take_chunks(std::function<void(Chunk)> take) const {
  state_->post([take = std::move(take)](ReplySink& sink, std::uint64_t id) mutable {
    sink.take_chunks(id, std::move(take));
  });
}

void Reply::next_chunk() const {
  state_->post([](ReplySink& sink, std::uint64_t id) { sink.next_chunk(id); });
}

void Reply::finish(const Rows& rows) const {
  json::object line = to_line(rows);
  line.emplace("ok", true);
  state_->end(line);
}

void Reply::finish(json::object value) const {
  state_->end({{"ok", true}, {"value", std::move(value)}});
}

void Reply::fail(const Problem& problem) const {
  state_->end(to_json(problem));
}

}  // namespace ringfence::app::control
