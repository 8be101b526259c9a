// SPDX-License-Identifier: Apache-2.0
// Requests to calls of the service, records to rows.
#include "app/control/provisioning_verbs.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <utility>

#include "provisioning/import.h"

namespace ringfence::app::control {
namespace {

namespace json = boost::json;
using provisioning::Arguments;
using provisioning::Definition;
using provisioning::Kind;
using provisioning::Outcome;
using provisioning::Reason;
using provisioning::Record;
using provisioning::Service;
using provisioning::Verb;

// In the order of provisioning::Reason.
constexpr std::array kExits{Exit::Failed, Exit::Usage, Exit::NotFound, Exit::NotAllowed, Exit::Conflict};

Problem problem_of(const provisioning::Refusal& refusal) {
  return {kExits[static_cast<std::size_t>(refusal.reason)], refusal.failure};
}

json::value to_json(const provisioning::Cell& cell) {
  return std::visit(
      [](const auto& value) -> json::value {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
          return nullptr;
        } else {
          return json::value_from(value);
        }
      },
      cell);
}

void add_row(Rows& rows, const Record& record) {
  json::array row;
  for (const auto& [name, cell] : record.cells) row.push_back(to_json(cell));
  rows.rows.push_back(std::move(row));
}

/// Columns are those of the first record; of a list without records, those of its definition.
Rows rows_of(const Definition& definition, const std::vector<Record>& records) {
  Rows rows;
  if (records.empty()) {
    for (const auto& column : definition.columns) {
      if (column.in_list) rows.columns.emplace_back(column.name);
    }
  } else {
    for (const auto& [name, cell] : records.front().cells) rows.columns.emplace_back(name);
  }
  for (const Record& record : records) add_row(rows, record);
  return rows;
}

store::Actor actor_of(const Call& call) {
  return {call.caller.name, "cli"};
}

/// Every argument but the key. Flags may come as true.
std::optional<Arguments> arguments_of(const Request& request) {
  Arguments arguments;
  for (const auto& [name, value] : request.args) {
    if (name == "key" || name == "limit") continue;
    if (value.is_string()) {
      arguments.emplace(name, value.get_string());
    } else if (value.is_bool()) {
      arguments.emplace(name, value.get_bool() ? "true" : "false");
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

Outcome<provisioning::Answer> run(Service& service, Kind kind, Verb verb, const Call& call,
                                  const Arguments& arguments) {
  const std::string key{call.request.text("key").value_or("")};
  switch (verb) {
    case Verb::Add:
      return service.add(kind, key, arguments, actor_of(call));
    case Verb::Set:
      return service.set(kind, key, arguments, actor_of(call));
    case Verb::Rm:
      return service.remove(kind, key, actor_of(call));
    case Verb::Show:
      return service.show(kind, key);
    case Verb::Ls:
      break;
  }
  std::unreachable();
}

/// A long listing: one page, and the next when the client has taken it.
class Listing : public std::enable_shared_from_this<Listing> {
 public:
  Listing(Worker& worker, Service& service, const Definition& definition, Call call, Arguments arguments)
      : worker_{worker},
        service_{service},
        definition_{definition},
        call_{std::move(call)},
        arguments_{std::move(arguments)} {
    if (const json::value* limit = call_.request.args.if_contains("limit");
        limit != nullptr && limit->is_int64()) {
      left_ = limit->get_int64() > 0 ? static_cast<std::size_t>(limit->get_int64()) : 0;
    }
  }

  /// On the worker's thread.
  void send_page() {
    const auto wanted = std::min(left_, kPageRows);
    const auto page = service_.list(definition_.kind, arguments_, after_, wanted);
    if (!page) return call_.reply.fail(problem_of(page.error()));
    left_ -= std::min(left_, page->records.size());
    const Rows rows = rows_of(definition_, page->records);
    if (!page->next || left_ == 0) return call_.reply.finish(rows);
    after_ = *page->next;
    call_.reply.page(rows);
    call_.reply.when_drained(
        [self = shared_from_this()] { self->worker_.post([self] { self->send_page(); }); });
  }

 private:
  Worker& worker_;
  Service& service_;
  const Definition& definition_;
  Call call_;
  Arguments arguments_;
  store::Id after_ = 0;
  std::size_t left_ = SIZE_MAX;
};

void handle(Worker& worker, Service& service, const Definition& definition, Verb verb, Call call) {
  auto arguments = arguments_of(call.request);
  if (!arguments) {
    return call.reply.fail(
        {Exit::Usage,
         {fmt::format("cannot do \"{}\"", call.request.name()), "arguments are texts or true or false",
          "use the ringfence command of this release"}});
  }
  if (verb == Verb::Ls) {
    auto listing =
        std::make_shared<Listing>(worker, service, definition, std::move(call), std::move(*arguments));
    worker.post([listing] { listing->send_page(); });
    return;
  }
  worker.post([&service, &definition, verb, call = std::move(call), arguments = std::move(*arguments)] {
    auto answer = run(service, definition.kind, verb, call, arguments);
    if (!answer) return call.reply.fail(problem_of(answer.error()));
    Rows rows = rows_of(definition, {answer->record});
    rows.is_record = true;
    rows.notes = std::move(answer->notes);
    call.reply.finish(rows);
  });
}

/// An import while its file comes in. Chunks are checked by the worker, one at a time.
class FileImport : public std::enable_shared_from_this<FileImport> {
 public:
  FileImport(Worker& worker, Service& service, Call call)
      : worker_{worker}, actor_{actor_of(call)}, import_{service, actor_}, reply_{std::move(call.reply)} {}

  void start() {
    reply_.take_chunks([self = shared_from_this()](Chunk chunk) {
      self->worker_.post([self, chunk = std::move(chunk)] { self->take(chunk); });
    });
  }

 private:
  void take(const Chunk& chunk) {
    import_.feed(chunk.bytes);
    if (!chunk.end) return reply_.next_chunk();
    const auto summary =
        import_.finish([this](std::size_t stored, std::size_t of) { reply_.progress(stored, of); });
    if (!summary) return reply_.fail(problem_of(summary.error()));
    Rows rows;
    rows.columns = {"imported"};
    rows.rows.push_back(json::array{summary->subscribers});
    rows.is_record = true;
    rows.notes = summary->notes;
    reply_.finish(rows);
  }

  Worker& worker_;
  store::Actor actor_;
  provisioning::Import import_;
  Reply reply_;
};

}  // namespace

void serve_provisioning_verbs(Server& server, Worker& worker, Service& service) {
  for (const Definition& definition : provisioning::definitions()) {
    for (std::size_t i = 0; i < provisioning::kVerbs; ++i) {
      const auto verb = static_cast<Verb>(i);
      if (!definition.has(verb)) continue;
      server.on(fmt::format("{} {}", definition.name, provisioning::name_of(verb)),
                [&worker, &service, &definition, verb](Call call) {
                  handle(worker, service, definition, verb, std::move(call));
                });
    }
  }
  server.on("subscriber import", [&worker, &service](Call call) {
    std::make_shared<FileImport>(worker, service, std::move(call))->start();
  });
}

}  // namespace ringfence::app::control
