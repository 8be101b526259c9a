// SPDX-License-Identifier: Apache-2.0
// From a verb to a question for the sip process, and its answer to a table.
#include "app/serve/sip_verbs.h"

#include <unistd.h>

#include <array>

namespace ringfence::app {
namespace {

namespace json = boost::json;
using control::Call;
using control::Problem;
using control::Reply;
using control::Rows;

/// The columns of `reg ls` and `reg show`, as the sip process names its values.
constexpr auto kColumns = std::to_array<std::string_view>(
    {"aor", "contact", "source", "transport", "expires", "q", "user_agent", "call_id", "reloaded"});

Problem problem_of(SipClient::NoAnswer why) {
  switch (why) {
    case SipClient::NoAnswer::Gone:
      return {Exit::Failed,
              {"the sip process is not running just now", "it is being started again",
               "try again in a second; `ringfence status` tells when it is back"}};
    case SipClient::NoAnswer::TimedOut:
      return {Exit::Failed,
              {"the sip process did not answer in time", "it is starting, or very busy", "try again"}};
    case SipClient::NoAnswer::Refused:
      return {Exit::Failed, {"the sip process could not answer", {}, "look at its log"}};
  }
  return {};
}

Rows table_of(const json::object& answer) {
  Rows table;
  for (const auto column : kColumns) table.columns.emplace_back(column);
  for (const auto& row : answer.at("rows").as_array()) {
    json::array cells;
    for (const auto column : kColumns) cells.push_back(row.as_object().at(column));
    table.rows.emplace_back(std::move(cells));
  }
  return table;
}

void list_page(SipClient& sip, const Reply& reply, const json::value& cursor) {
  json::object query{{"verb", "reg.ls"}, {"limit", control::kPageRows}};
  if (!cursor.is_null()) query["cursor"] = cursor;
  sip.ask(query, [&sip, reply](auto answer) {
    if (!answer) {
      reply.fail(problem_of(answer.error()));
      return;
    }
    const auto* next = answer->if_contains("cursor");
    if (next == nullptr) {
      reply.finish(table_of(*answer));
      return;
    }
    reply.page(table_of(*answer));
    reply.when_drained([&sip, reply, cursor = *next] { list_page(sip, reply, cursor); });
  });
}

/// "sip:1001@example.test" and "1001@example.test" are the same to a person.
std::optional<std::string> aor_of(const Call& call) {
  auto key = call.request.text("key");
  if (!key || key->empty()) {
    call.reply.fail({Exit::Usage, {"an address of record is missing", {}, "type it as 1001@example.test"}});
    return std::nullopt;
  }
  if (key->starts_with("sip:")) key->remove_prefix(4);
  return std::string{*key};
}

void show(SipClient& sip, const Call& call) {
  const auto aor = aor_of(call);
  if (!aor) return;
  sip.ask({{"verb", "reg.show"}, {"aor", *aor}}, [reply = call.reply, aor = *aor](auto answer) {
    if (!answer) {
      reply.fail(problem_of(answer.error()));
    } else if (answer->at("rows").as_array().empty()) {
      reply.fail({Exit::NotFound, {"no contact is registered for " + aor, {}, "ringfence reg ls"}});
    } else {
      reply.finish(table_of(*answer));
    }
  });
}

void drop(SipClient& sip, const Call& call) {
  const auto aor = aor_of(call);
  if (!aor) return;
  sip.ask({{"verb", "reg.drop"}, {"aor", *aor}}, [reply = call.reply, aor = *aor](auto answer) {
    if (!answer) {
      reply.fail(problem_of(answer.error()));
    } else if (!answer->at("dropped").as_bool()) {
      reply.fail({Exit::NotFound, {"no contact is registered for " + aor, {}, "ringfence reg ls"}});
    } else {
      Rows rows{.columns = {"dropped"}, .rows = {}, .is_record = true, .notes = {}};
      rows.rows.push_back(json::array{aor});  // in braces a lone array would be taken for the rows themselves
      reply.finish(rows);
    }
  });
}

/// What the running platform knows about itself, one row per check: verdict, check, detail, fix.
Rows findings_in(const json::object& status) {
  Rows table;
  table.columns = {"verdict", "check", "detail", "fix"};
  const auto add = [&](bool good, std::string_view check, std::string_view detail, std::string_view fix) {
    table.rows.emplace_back(json::array{good ? "ok" : "warning", check, detail, good ? "" : fix});
  };
  const auto& selector = status.at("selector").as_object();
  const bool chooses = selector.at("active").as_bool();
  add(chooses, "socket selection",
      chooses ? "the kernel keeps known flows apart from strangers"
              : std::string_view{selector.at("reason").as_string()},
      "run with CAP_BPF and CAP_NET_ADMIN; until then a flood of strangers shares its queue with everybody");
  const bool writes = !status.at("journal").as_object().at("failing").as_bool();
  add(writes, "journal", writes ? "on disk" : "cannot be written",
      "make room on the disk: registrations survive a crash of ours only while the rings have room");
  const auto peers = status.at("peers").to_number<std::uint64_t>();
  add(peers == 0, "peers", std::to_string(peers) + " trusted by address alone",
      "an address on UDP can be forged: let carriers reach you over a network where they cannot, or filter "
      "at its edge");
  return table;
}

}  // namespace

void serve_sip_verbs(control::Server& server, SipClient& sip, base::MonoTime started,
                     const base::Clock& clock, std::function<std::string()> metrics) {
  server.on("status", [&sip, &clock, started, metrics = std::move(metrics)](const Call& call) {
    sip.ask({{"verb", "status"}}, [&clock, started, metrics, reply = call.reply](auto answer) {
      if (!answer) {
        reply.fail(problem_of(answer.error()));
        return;
      }
      auto& status = *answer;
      status["metrics"] = metrics();
      status["version"] = RINGFENCE_VERSION;
      status["uptime"] = std::chrono::floor<std::chrono::seconds>(clock.now() - started).count();
      status["supervisor"] = ::getppid();
      reply.finish(std::move(status));
    });
  });
  server.on("doctor", [&sip](const Call& call) {
    sip.ask({{"verb", "status"}}, [reply = call.reply](auto answer) {
      if (answer)
        reply.finish(findings_in(*answer));
      else
        reply.fail(problem_of(answer.error()));
    });
  });
  server.on("reg ls", [&sip](const Call& call) { list_page(sip, call.reply, nullptr); });
  server.on("reg show", [&sip](const Call& call) { show(sip, call); });
  server.on("reg drop", [&sip](const Call& call) { drop(sip, call); });
}

}  // namespace ringfence::app
