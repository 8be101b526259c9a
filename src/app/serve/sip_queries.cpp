// SPDX-License-Identifier: Apache-2.0
// Status, registrations and metrics, as the web process and the command line see them.
#include "app/serve/sip_queries.h"

#include <boost/json.hpp>

#include <algorithm>

#include "app/serve/metrics_page.h"
#include "net/selector.h"
#include "pipeline/message_kinds.h"

namespace ringfence::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPage = 1000;

json::object status_of(const SipQueries::Parts& parts) {
  json::array listeners;
  for (const auto& listener : parts.listeners.listeners()) {
    listeners.push_back(json::object{{"protocol", net::name_of(listener.protocol)},
                                     {"address", listener.bound.to_string()},
                                     {"port", listener.bound.port}});
  }
  std::uint64_t calls = 0;
  for (const auto& shard : parts.shards) calls += shard->calls.live();
  const auto& snapshot = parts.node.directory.snapshot();
  const auto journal = parts.journal.statistics();
  const auto& selector = parts.listeners.selector();
  return {{"ready", true},
          {"shards", parts.node.shards},
          {"listeners", std::move(listeners)},
          {"calls", calls},
          {"bindings", parts.node.location.bindings()},
          {"domains", snapshot.domains()},
          {"subscribers", snapshot.subscribers()},
          {"peers", snapshot.peers()},
          {"journal",
           {{"waiting_bytes", journal.waiting_bytes},
            {"bytes_on_disk", journal.bytes_on_disk},
            {"failing", journal.failing}}},
          {"selector", {{"active", selector.active}, {"reason", selector.reason}}}};
}

json::object row_of(const location::AorRecord& record, const location::Binding& binding, base::MonoTime now) {
  return {{"aor", record.aor()},
          {"contact", binding.contact},
          {"source", binding.flow.remote.to_string()},
          {"transport", net::name_of(binding.flow.protocol)},
          {"expires", binding.left(now).count()},
          {"q", static_cast<double>(binding.q) / 1000.0},
          {"user_agent", binding.user_agent},
          {"call_id", binding.call_id},
          {"reloaded", binding.reloaded}};
}

void add_rows(json::array& rows, const location::AorRecord& record, base::MonoTime now) {
  for (const auto& binding : record) {
    if (binding.live(now)) rows.push_back(row_of(record, binding, now));
  }
}

/// {"verb": "reg.ls", "cursor": {"shard": 0, "place": 0}, "limit": 100}
json::object list_registrations(const SipQueries::Parts& parts, const json::object& query,
                                base::MonoTime now) {
  location::Cursor cursor;
  if (const auto* from = query.if_contains("cursor"); from != nullptr && from->is_object()) {
    cursor.shard = from->at("shard").to_number<net::ShardId>();
    cursor.place = from->at("place").to_number<std::uint64_t>();
  }
  const auto* limit = query.if_contains("limit");
  const auto most = limit != nullptr ? std::min(kMaxPage, limit->to_number<std::size_t>()) : kMaxPage;
  json::array rows;
  parts.node.location.list(cursor, most,
                           [&](const location::AorRecord& record) { add_rows(rows, record, now); });
  json::object answer{{"rows", std::move(rows)}};
  if (!cursor.finished) answer["cursor"] = json::object{{"shard", cursor.shard}, {"place", cursor.place}};
  return answer;
}

json::object show_registration(const SipQueries::Parts& parts, std::string_view aor, base::MonoTime now) {
  json::array rows;
  if (const auto* record = parts.node.location.find(aor)) add_rows(rows, *record, now);
  return {{"rows", std::move(rows)}};
}

}  // namespace

void SipQueries::ask(std::uint64_t id, std::string_view text) {
  // The web process is ours, but what it passes on came from a person: whatever does not fit is an error, not
  // an end.
  json::object answer;
  try {
    const json::object query = json::parse(text).as_object();
    const std::string_view verb = query.at("verb").as_string();
    const auto now = base::SystemClock{}.now();
    if (verb == "status") {
      answer = status_of(parts_);
    } else if (verb == "metrics") {
      answer = {{"text", metrics_page(parts_.node, parts_.shards, parts_.journal)}};
    } else if (verb == "reg.ls") {
      answer = list_registrations(parts_, query, now);
    } else if (verb == "reg.show") {
      answer = show_registration(parts_, query.at("aor").as_string(), now);
    } else if (verb == "reg.drop") {
      drop(id, query.at("aor").as_string());
      return;
    } else {
      answer = {{"error", "the sip process does not know this query"}};
    }
  } catch (const std::exception& problem) {
    answer = {{"error", problem.what()}};
  }
  answer_(id, json::serialize(answer));
}

void SipQueries::drop(std::uint64_t id, std::string_view aor) {
  const auto [asked, fresh] = dropping_.try_emplace(id, aor);
  const auto owner = parts_.node.location.owner_of(asked->second);
  const auto control = static_cast<net::ShardId>(parts_.node.shards);
  const DropBindings question{.id = id, .aor = &asked->second};
  if (!fresh || !parts_.mailboxes.post(
                    control, owner, net::ShardMessage::make(pipeline::MessageKind::DropBindings, question))) {
    if (fresh) dropping_.erase(asked);
    answer_(id, R"({"error": "the shard that owns this address of record cannot be asked now"})");
    return;
  }
  parts_.mailboxes.wake(control);
}

void SipQueries::on_mail(net::ShardMessage& message) {
  if (message.kind != static_cast<std::uint8_t>(pipeline::MessageKind::Dropped)) return;
  const auto& answer = message.as<DropBindings>();
  answer_(answer.id, json::serialize(json::object{{"dropped", answer.dropped}}));
  dropping_.erase(answer.id);
}

}  // namespace ringfence::app
