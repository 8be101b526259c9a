// SPDX-License-Identifier: Apache-2.0
// Entries of the audit as rows, page by page.
#include "app/control/audit_verbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <memory>
#include <utility>

#include "model/value_text.h"
#include "provisioning/arguments.h"
#include "provisioning/record.h"

namespace ringfence::app::control {
namespace {

namespace json = boost::json;
using store::AuditEntry;
using store::AuditQuery;

/// What was written as JSON, with its names and types; nothing when there was nothing before, or after.
json::value cells_of(const std::string& text) {
  if (text.empty()) return nullptr;
  boost::system::error_code not_json;
  json::value cells = json::parse(text, not_json);
  return not_json ? json::value(text) : cells;
}

json::array row_of(const AuditEntry& entry) {
  return {entry.id,         model::utc_text(entry.at),    entry.actor.name,
          entry.actor.door, store::name_of(entry.action), model::definition(entry.table).name,
          entry.key,        cells_of(entry.before),       cells_of(entry.after)};
}

Problem no_such_entity(std::string_view entity) {
  std::string known;
  for (const auto& of : model::definitions())
    known += fmt::format("{}{}", known.empty() ? "" : ", ", model::dashed(of.name));
  return {Exit::Usage,
          {"cannot show the audit", fmt::format("there is no entity \"{}\": it is one of {}", entity, known),
           "see ringfence audit ls --help"}};
}

/// The spelling under which the key of an entity is stored; for any entity it is taken as it was typed.
std::expected<std::string, Problem> canonical_key(model::Kind kind, std::string_view key) {
  if (kind == model::Kind::None) return std::string{key};
  auto checked = provisioning::check_key(model::definition(kind), provisioning::Verb::Show, key);
  if (!checked) return std::unexpected(Problem{Exit::Usage, std::move(checked.error().failure)});
  return std::move(*checked);
}

std::expected<AuditQuery, Problem> query_of(const Request& request) {
  AuditQuery query;
  if (const auto entity = request.text("entity")) {
    query.table = model::kind_named(*entity);
    if (query.table == model::Kind::None) return std::unexpected(no_such_entity(*entity));
  }
  if (const auto key = request.text("key"); key && !key->empty()) {
    auto canonical = canonical_key(query.table, *key);
    if (!canonical) return std::unexpected(std::move(canonical.error()));
    query.key = std::move(*canonical);
  }
  if (const json::value* limit = request.args.if_contains("limit"); limit != nullptr && limit->is_int64()) {
    query.limit = static_cast<std::size_t>(std::max<std::int64_t>(limit->get_int64(), 0));
  }
  return query;
}

/// One page, and the next when the client has taken it.
class AuditListing : public std::enable_shared_from_this<AuditListing> {
 public:
  AuditListing(Worker& worker, store::Store& store, Reply reply, AuditQuery query)
      : worker_{worker}, store_{store}, reply_{std::move(reply)}, query_{std::move(query)} {}

  void start() {
    worker_.post([self = shared_from_this()] { self->send_page(); });
  }

 private:
  /// On the worker's thread.
  void send_page() {
    Rows rows;
    rows.columns = {"id", "at", "actor", "door", "action", "entity", "key", "before", "after"};
    AuditQuery page = query_;
    page.limit = std::min(query_.limit, kPageRows);
    const auto read = store_.scan_audit(page, [&](const AuditEntry& entry) {
      rows.rows.push_back(row_of(entry));
      query_.before = entry.id;
      return true;
    });
    if (!read) return reply_.fail({Exit::Failed, read.error().failure});
    query_.limit -= rows.rows.size();
    if (rows.rows.size() < kPageRows || query_.limit == 0) return reply_.finish(rows);
    reply_.page(rows);
    reply_.when_drained([self = shared_from_this()] { self->start(); });
  }

  Worker& worker_;
  store::Store& store_;
  Reply reply_;
  AuditQuery query_;  // of what is left
};

}  // namespace

void serve_audit_verbs(Server& server, Worker& worker, store::Store& store) {
  server.on("audit ls", [&worker, &store](const Call& call) {
    auto query = query_of(call.request);
    if (!query) return call.reply.fail(query.error());
    std::make_shared<AuditListing>(worker, store, call.reply, std::move(*query))->start();
  });
}

}  // namespace ringfence::app::control
