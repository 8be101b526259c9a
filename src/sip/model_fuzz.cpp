// SPDX-License-Identifier: Apache-2.0
// Any text as the value of each structured header: what was read, written down from its parts alone, reads
// the same, and reading takes linear time.
#include <cstdint>
#include <optional>
#include <string>

#include "base/assert.h"
#include "sip/cseq.h"
#include "sip/event.h"
#include "sip/identity.h"
#include "sip/media_type.h"
#include "sip/numbers.h"
#include "sip/reason.h"
#include "sip/replaces.h"
#include "sip/session_timer.h"
#include "sip/tokens.h"
#include "sip/via.h"
#include "sip/window_counter.h"

namespace {

using namespace ringfence::sip;

std::string quoted(std::string_view name, std::string_view value) {
  return value.empty() ? std::string{}
                       : std::string{";"}.append(name).append("=\"").append(value).append("\"");
}
std::string numbered(std::string_view name, std::uint32_t value) {
  return std::string{";"}.append(name).append("=").append(std::to_string(value));
}
std::string numbered(std::string_view name, const std::optional<std::uint32_t>& value) {
  return value ? numbered(name, *value) : std::string{};
}

// --- how each model is written ---

std::string written(const CSeq& cseq) {
  return std::to_string(cseq.number).append(" ").append(cseq.method);
}
std::string written(const RAck& rack) {
  return std::to_string(rack.rseq).append(" ").append(written(CSeq{rack.cseq, rack.method}));
}
std::string written(std::uint32_t number) {
  return std::to_string(number);
}
std::string written(const Event& event) {
  return std::string{event.package}.append(event.params);
}
std::string written(const SubscriptionState& state) {
  return std::string{state.phase_text} + quoted("reason", state.reason) + numbered("expires", state.expires) +
         numbered("retry-after", state.retry_after);
}
std::string written(const Reason& reason) {
  return std::string{reason.protocol} + numbered("cause", reason.cause) + quoted("text", reason.text);
}
std::string written(const Warning& warning) {
  std::string code = std::to_string(1000U + warning.code).substr(1);
  return code.append(" ").append(warning.agent).append(" \"").append(warning.text).append("\"");
}
std::string written(const SessionExpires& timer) {
  std::string text = std::to_string(timer.seconds);
  if (timer.refresher != Refresher::Unspecified)
    text += timer.refresher == Refresher::Uac ? ";refresher=uac" : ";refresher=uas";
  return text;
}
std::string written(const RetryAfter& retry) {
  return std::to_string(retry.seconds) + numbered("duration", retry.duration);
}
std::string written(const MediaType& type) {
  return std::string{type.type}.append("/").append(type.subtype).append(type.params);
}
std::string written(const TokenWithParams& value) {
  return std::string{value.value}.append(value.params);
}
std::string written(const Disposition& disposition) {
  return std::string{disposition.type}.append(disposition.handling_optional ? ";handling=optional" : "");
}
std::string written(const NameAddr& address) {
  const char* const quote = address.display_quoted ? "\"" : "";
  return std::string{quote}
      .append(address.display)
      .append(quote)
      .append(" <")
      .append(address.uri)
      .append(">")
      .append(address.params);
}
std::string written(const Contact& contact) {
  return contact.wildcard ? "*" : written(contact.address);
}
std::string written(const RemoteParty& party) {
  return written(party.address);
}
std::string written(const Diversion& diversion) {
  return written(diversion.address);
}
std::string written(const HistoryInfo& entry) {
  return written(entry.address);
}
std::string written(const Identity& identity) {
  const bool plain = identity.token.find_first_of("; \t\r\n") == std::string_view::npos;
  const char* const quote = plain ? "" : "\"";
  std::string text = std::string{quote}.append(identity.token).append(quote);
  text.append(";info=<").append(identity.info).append(">");
  return text + quoted("alg", identity.alg) + quoted("ppt", identity.ppt);
}
std::string written(const Params& params) {
  std::string text;
  for (const Param& param : params) {
    text.append(";").append(param.name);
    if (param.has_value) text.append("=\"").append(param.value).append("\"");
  }
  return text;
}
std::string written(const MethodSet& methods) {
  std::string text;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    if (!methods[i]) continue;
    const std::string_view name = name_of(static_cast<Method>(i));
    text.append(text.empty() ? "" : ", ").append(name.empty() ? "X-NO-METHOD" : name);
  }
  return text;
}
std::string written(const OptionSet& options) {
  std::string text;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (!options[i]) continue;
    const std::string_view name = name_of(static_cast<Option>(i));
    text.append(text.empty() ? "" : ", ").append(name.empty() ? "x-no-option" : name);
  }
  return text;
}
std::string written(const Via& via) {
  std::string text = std::string{"SIP/"}.append(via.version).append("/").append(via.transport);
  text.append(" ").append(via.host);
  if (via.port) text.append(":").append(std::to_string(*via.port));
  return text.append(via.params);
}

/// A reference to a dialog, with the names that its header gives to the tags.
std::string written(const DialogReference& dialog, std::string_view to_name, std::string_view from_name) {
  return std::string{dialog.call_id} + quoted(to_name, dialog.to_tag) + quoted(from_name, dialog.from_tag) +
         (dialog.early_only ? ";early-only" : "");
}

// --- when two models are the same ---

bool same(const NameAddr& a, const NameAddr& b) {
  return a.display == b.display && a.uri == b.uri && a.tag == b.tag && a.params == b.params;
}
bool same(const Contact& a, const Contact& b) {
  return a.wildcard == b.wildcard && a.q == b.q && a.expires == b.expires && same(a.address, b.address);
}
bool same(const RemoteParty& a, const RemoteParty& b) {
  return a.called == b.called && a.screened == b.screened && a.hidden == b.hidden &&
         same(a.address, b.address);
}
bool same(const Diversion& a, const Diversion& b) {
  return a.reason == b.reason && a.counter == b.counter && a.hidden == b.hidden && same(a.address, b.address);
}
bool same(const HistoryInfo& a, const HistoryInfo& b) {
  return a.index == b.index && a.origin == b.origin && same(a.address, b.address);
}
bool same(const Identity& a, const Identity& b) {
  return a.token == b.token && a.info == b.info && a.alg == b.alg && a.ppt == b.ppt;
}
bool same(const DialogReference& a, const DialogReference& b) {
  return a.call_id == b.call_id && a.to_tag == b.to_tag && a.from_tag == b.from_tag &&
         a.early_only == b.early_only;
}
bool same(const SubscriptionState& a, const SubscriptionState& b) {
  return a.phase == b.phase && a.phase_text == b.phase_text && a.reason == b.reason &&
         a.expires == b.expires && a.retry_after == b.retry_after;
}
bool same(const Reason& a, const Reason& b) {
  return a.protocol == b.protocol && a.cause == b.cause && a.text == b.text;
}
bool same(const Via& a, const Via& b) {
  return a.version == b.version && a.transport == b.transport && a.host == b.host && a.port == b.port &&
         a.branch == b.branch && a.received == b.received && a.maddr == b.maddr && a.ttl == b.ttl &&
         a.rport.present == b.rport.present && a.rport.value == b.rport.value;
}
/// The others are what they are written as.
bool same(const auto& a, const auto& b) {
  return written(a) == written(b);
}

/// Passes over the text that a reader may take: itself, and look-ups among parameters that it has checked.
constexpr std::size_t kPasses = 80;

template <class Model, class Write>
void round_trip(std::expected<Model, ParseError> (*parse)(std::string_view), std::string_view text,
                Write write) {
  const auto read = read_in_linear_time(text.size(), kPasses, [&] { return parse(text); });
  if (!read) return;
  const std::string again = write(*read);
  const auto reread = parse(again);
  RF_ASSERT(reread.has_value());
  RF_ASSERT(same(*read, *reread));
}
template <class Model>
void round_trip(std::expected<Model, ParseError> (*parse)(std::string_view), std::string_view text) {
  round_trip(parse, text, [](const Model& model) { return written(model); });
}

std::expected<std::uint32_t, ParseError> parse_any_number(std::string_view text) {
  return parse_number(text);
}

void read_addresses(std::string_view text) {
  round_trip(parse_name_addr, text);
  round_trip(parse_contact, text);
  round_trip(parse_remote_party, text);
  round_trip(parse_diversion, text);
  round_trip(parse_history_info, text);
  round_trip(parse_identity, text);
  round_trip(parse_via, text);
}

void read_dialogs(std::string_view text) {
  const auto with = [](std::string_view to_name, std::string_view from_name) {
    return [=](const DialogReference& dialog) { return written(dialog, to_name, from_name); };
  };
  round_trip(parse_replaces, text, with("to-tag", "from-tag"));
  round_trip(parse_target_dialog, text, with("local-tag", "remote-tag"));
  round_trip(parse_event, text);
  round_trip(parse_subscription_state, text);
  round_trip(parse_reason, text);
  round_trip(parse_warning, text);
  round_trip(parse_session_expires, text);
  round_trip(parse_retry_after, text);
}

void read_small_values(std::string_view text) {
  round_trip(parse_cseq, text);
  round_trip(parse_rack, text);
  round_trip(parse_rseq, text);
  round_trip(parse_min_se, text);
  round_trip(parse_any_number, text);
  round_trip(parse_media_type, text);
  round_trip(parse_token_with_params, text);
  round_trip(parse_content_disposition, text);
  round_trip(parse_params, text);
  round_trip(parse_allow, text);
  round_trip(parse_options, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_addresses(text);
  read_dialogs(text);
  read_small_values(text);
  return 0;
}
