// SPDX-License-Identifier: Apache-2.0
// Requests to calls of the service, records to rows.
#include "app/control/provisioning_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "provisioning/export.h"
#include "provisioning/import.h"

namespace ringfence::app::control {
namespace {

namespace json = boost::json;
using model::Definition;
using model::Kind;
using provisioning::Arguments;
using provisioning::Outcome;
using provisioning::Reason;
using provisioning::Record;
using provisioning::Scope;
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

/// Columns are those of the first record; without a record those of `otherwise`.
Rows rows_of(const std::vector<Record>& records, std::span<const std::string_view> otherwise = {}) {
  Rows rows;
  if (records.empty()) {
    for (const auto name : otherwise) rows.columns.emplace_back(name);
  } else {
    for (const auto& [name, cell] : records.front().cells) rows.columns.emplace_back(name);
  }
  for (const Record& record : records) add_row(rows, record);
  return rows;
}

store::Actor actor_of(const Call& call) {
  return {call.caller.name, "cli"};
}

/// What a request says beside its arguments.
constexpr auto kWords = std::to_array<std::string_view>({"key", "limit", "after", "reseller", "secrets"});

/// Flags may come as true.
std::optional<Arguments> arguments_of(const Request& request) {
  Arguments arguments;
  for (const auto& [name, value] : request.args) {
    if (std::ranges::find(kWords, std::string_view{name}) != kWords.end()) continue;
    if (value.is_string()) {
      arguments.emplace(name, value.get_string());
    } else if (value.is_bool()) {
      arguments.emplace(name, value.get_bool() ? "yes" : "no");
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

Scope scope_of(const Request& request) {
  return {std::string{request.text("reseller").value_or("")}};
}

/// A number among the words; the fallback when there is none above 0.
std::uint64_t number_in(const Request& request, std::string_view word, std::uint64_t fallback) {
  const json::value* value = request.args.if_contains(word);
  return value != nullptr && value->is_int64() && value->get_int64() > 0
             ? static_cast<std::uint64_t>(value->get_int64())
             : fallback;
}

Outcome<provisioning::Answer> run(Service& service, Kind kind, Verb verb, const Call& call,
                                  const Arguments& arguments) {
  const std::string key{call.request.text("key").value_or("")};
  const Scope scope = scope_of(call.request);
  switch (verb) {
    case Verb::Add:
      return service.add(kind, key, arguments, actor_of(call), scope);
    case Verb::Set:
      return service.set(kind, key, arguments, actor_of(call), scope);
    case Verb::Rm:
      return service.remove(kind, key, actor_of(call), arguments, scope);
    case Verb::Show:
      return service.show(kind, key, arguments, scope);
    case Verb::Ls:
      break;
  }
  std::unreachable();
}

/// A long listing: one page, and the next when the client has taken it.
class Listing : public std::enable_shared_from_this<Listing> {
 public:
  enum class Form : std::uint8_t { List, Export };

  Listing(Worker& worker, Service& service, const Definition& definition, Form form, Call call,
          Arguments arguments)
      : worker_{worker},
        service_{service},
        definition_{definition},
        form_{form},
        call_{std::move(call)},
        arguments_{std::move(arguments)},
        after_{number_in(call_.request, "after", 0)},
        left_{number_in(call_.request, "limit", SIZE_MAX)} {}

  /// On the worker's thread.
  void send_page() {
    if (form_ == Form::Export && sent_ == 0) count();
    const auto page = next_page(std::min<std::size_t>(left_, kPageRows));
    if (!page) return call_.reply.fail(problem_of(page.error()));
    left_ -= std::min(left_, page->records.size());
    sent_ += page->records.size();
    if (form_ == Form::Export) call_.reply.progress(sent_, std::max(sent_, total_));
    const auto columns = form_ == Form::List ? provisioning::list_columns(definition_)
                                             : provisioning::export_columns(definition_);
    const Rows rows = rows_of(page->records, columns);
    if (!page->next || left_ == 0) return call_.reply.finish(rows);
    after_ = *page->next;
    call_.reply.page(rows);
    call_.reply.when_drained(
        [self = shared_from_this()] { self->worker_.post([self] { self->send_page(); }); });
  }

 private:
  /// For the progress bar alone, so it may be wrong by what changes meanwhile.
  void count() {
    const auto counted = service_.count(definition_.kind, arguments_, scope_of(call_.request));
    total_ = counted ? std::min<std::size_t>(*counted, left_) : 0;
  }
  [[nodiscard]] Outcome<provisioning::Page> next_page(std::size_t wanted) {
    const Scope scope = scope_of(call_.request);
    if (form_ == Form::List) return service_.list(definition_.kind, arguments_, after_, wanted, scope);
    const bool secrets = call_.request.args.contains("secrets");
    return service_.export_page(definition_.kind, arguments_, after_, wanted,
                                secrets ? provisioning::Secrets::Written : provisioning::Secrets::Left,
                                scope);
  }

  Worker& worker_;
  Service& service_;
  const Definition& definition_;
  Form form_;
  Call call_;
  Arguments arguments_;
  store::Id after_;
  std::size_t left_;
  std::size_t sent_ = 0;
  std::size_t total_ = 0;
};

/// The arguments, or the client is told what is wrong with them.
std::optional<Arguments> take_arguments(const Call& call) {
  auto arguments = arguments_of(call.request);
  if (!arguments) {
    call.reply.fail({Exit::Usage,
                     {fmt::format("cannot do \"{}\"", call.request.name()),
                      "arguments are texts or true or false", "use the ringfence command of this release"}});
  }
  return arguments;
}

void list(Worker& worker, Service& service, const Definition& definition, Listing::Form form, Call call) {
  auto arguments = take_arguments(call);
  if (!arguments) return;
  auto listing =
      std::make_shared<Listing>(worker, service, definition, form, std::move(call), std::move(*arguments));
  worker.post([listing] { listing->send_page(); });
}

void handle(Worker& worker, Service& service, const Definition& definition, Verb verb, Call call) {
  if (verb == Verb::Ls) return list(worker, service, definition, Listing::Form::List, std::move(call));
  auto arguments = take_arguments(call);
  if (!arguments) return;
  worker.post([&service, &definition, verb, call = std::move(call), arguments = std::move(*arguments)] {
    auto answer = run(service, definition.kind, verb, call, arguments);
    if (!answer) return call.reply.fail(problem_of(answer.error()));
    Rows rows = rows_of({answer->record});
    rows.is_record = true;
    rows.notes = std::move(answer->notes);
    call.reply.finish(rows);
  });
}

/// What holds for one owner of preferences, all in one answer: there are some two hundred.
void show_effective(Worker& worker, Service& service, Call call) {
  auto arguments = take_arguments(call);
  if (!arguments) return;
  worker.post([&service, call = std::move(call), arguments = std::move(*arguments)] {
    const auto records = service.effective_preferences(arguments, scope_of(call.request));
    if (!records) return call.reply.fail(problem_of(records.error()));
    call.reply.finish(rows_of(*records));
  });
}

/// An import while its file comes in. Chunks are checked by the worker, one at a time.
class FileImport : public std::enable_shared_from_this<FileImport> {
 public:
  FileImport(Worker& worker, Service& service, Kind kind, Call call)
      : worker_{worker},
        actor_{actor_of(call)},
        import_{service, kind, actor_, scope_of(call.request)},
        reply_{std::move(call.reply)} {}

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
    rows.rows.push_back(json::array{summary->rows});
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
  for (const Definition& definition : model::definitions()) {
    const std::string name = model::dashed(definition.name);
    for (const auto& verb : provisioning::kVerbTable) {
      server.on(fmt::format("{} {}", name, verb.name),
                [&worker, &service, &definition, verb = verb.verb](Call call) {
                  handle(worker, service, definition, verb, std::move(call));
                });
    }
    server.on(name + " export", [&worker, &service, &definition](Call call) {
      list(worker, service, definition, Listing::Form::Export, std::move(call));
    });
    server.on(name + " import", [&worker, &service, kind = definition.kind](Call call) {
      std::make_shared<FileImport>(worker, service, kind, std::move(call))->start();
    });
  }
  server.on("preference effective",
            [&worker, &service](Call call) { show_effective(worker, service, std::move(call)); });
}

}  // namespace ringfence::app::control
