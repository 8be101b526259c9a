// SPDX-License-Identifier: Apache-2.0
// Answering REGISTER, step by step as RFC 3261 §10.3 has it.
#include "registrar/registrar.h"

#include <algorithm>
#include <array>

#include "base/text_writer.h"
#include "observe/log.h"
#include "registrar/register_request.h"
#include "sip/date.h"
#include "sip/tokens.h"

namespace ringfence::registrar {
namespace {

using location::BindError;
using sip::HeaderId;

struct Refusal {
  BindError error;
  std::uint16_t status;
  std::string_view reason;
};
/// One row per error, in the order of the enum.
constexpr auto kRefusals = std::to_array<Refusal>({
    {BindError::TooBrief, 423, "Interval Too Brief"},
    {BindError::OutOfOrder, 500, "Overtaken By A Newer Request"},  // §10.3 step 7: the request fails
    {BindError::BadContact, 400, "Contact Is No SIP URI"},
    {BindError::TooLong, 400, "Contact Too Long"},
    {BindError::TooManyContacts, 403,
     "Too Many Contacts"},  // a rule, not a shortage: trying again does not help
    {BindError::Full, 503, "Service Unavailable"},
});
static_assert([] {
  for (std::size_t i = 0; i < kRefusals.size(); ++i) {
    if (static_cast<std::size_t>(kRefusals[i].error) != i) return false;
  }
  return true;
}());

constexpr std::string_view kRetryWhenFull = "120";  // seconds: some bindings will have expired

constexpr std::array kSupported{sip::Option::Path, sip::Option::Outbound};

std::string_view decimal(std::uint64_t value, std::span<char> out) {
  base::TextWriter text{out};
  text.append_decimal(value);
  return text.view();
}

}  // namespace

Answer Registrar::answer(const sip::Message& request, const Registrant& who,
                         pipeline::ReplyHeaders& headers) {
  if (requires_unsupported(request, headers)) {  // step 2
    counters_.add(Counter::BadExtension);
    return {420, "Bad Extension", {}};
  }
  RegisterRequest wanted;
  if (const auto defect = RegisterRequest::read(request, who.path_allowed, wanted)) {  // step 6
    counters_.add(Counter::Malformed);
    return {400, reason_of(*defect), {}};
  }
  location::RegisterUpdate update = wanted.update();
  update.aor = who.aor;
  update.flow = who.flow;
  if (has_own_contact(update)) {
    counters_.add(Counter::OwnContact);
    return {403, "Contact Leads Back Here", {}};
  }
  const auto result = bindings_.apply(update);  // step 7
  if (!result) return refuse(result.error(), who, headers);
  return confirm(*result, who, wanted.uses_outbound(), headers);  // step 8
}

/// Adds an Unsupported for each option that Require names and we lack (§8.2.2.3).
bool Registrar::requires_unsupported(const sip::Message& request, pipeline::ReplyHeaders& headers) const {
  bool lacking = false;
  for (const std::string_view tag : request.values(HeaderId::Require)) {
    if (std::ranges::find(kSupported, sip::option_of(tag)) != kSupported.end()) continue;
    lacking = true;
    if (!headers.add(HeaderId::Unsupported, tag)) break;  // those that are told are enough to fail
  }
  return lacking;
}

bool Registrar::has_own_contact(const location::RegisterUpdate& update) const {
  return std::ranges::any_of(update.contacts, [&](const location::ContactUpdate& contact) {
    const auto uri = sip::parse_uri(contact.uri);
    return uri && uri->is_sip() && policy_.is_ourselves(*uri, update.flow);
  });
}

Answer Registrar::refuse(BindError error, const Registrant& who, pipeline::ReplyHeaders& headers) const {
  const Refusal& refusal = kRefusals[static_cast<std::size_t>(error)];
  observe::log(observe::Level::Notice, "reg.refused",
               {{"aor", observe::Personal<std::string_view>{who.aor}},
                {"status", refusal.status},
                {"why", refusal.reason},
                {"from", observe::Personal<base::Endpoint>{who.flow.remote}}});
  std::array<char, 20> digits;
  const auto least = static_cast<std::uint64_t>(bindings_.policy().min_expires.count());
  bool told = true;
  if (error == BindError::TooBrief)
    told = headers.add(HeaderId::MinExpires, decimal(least, digits));  // MUST, §10.3 step 7
  if (error == BindError::Full) told = headers.add(HeaderId::RetryAfter, kRetryWhenFull);
  return {told ? refusal.status : std::uint16_t{500}, told ? refusal.reason : std::string_view{}, {}};
}

Answer Registrar::confirm(const location::BindResult& result, const Registrant& who, bool outbound,
                          pipeline::ReplyHeaders& headers) {
  std::array<char, sip::kDateSize> date;
  bool complete = headers.add(HeaderId::Date,
                              sip::write_date(std::chrono::floor<std::chrono::seconds>(clock_.wall()), date));
  if (outbound) complete = headers.add(HeaderId::Require, "outbound") && complete;  // RFC 5626 §6

  Answer answer{200, "OK", {}};
  const base::MonoTime now = clock_.now();
  // What came over this flow first: should there not be room for all, the device finds its own.
  for (const bool own : {true, false}) {
    if (result.record == nullptr) break;
    for (const location::Binding binding : *result.record) {
      if (!binding.live(now) || (binding.flow == who.flow) != own) continue;
      if (own) answer.flow_until = std::max(answer.flow_until.value_or(binding.expires), binding.expires);
      complete = list(binding, headers) && complete;
    }
  }
  if (!complete) counters_.add(Counter::Incomplete);
  counters_.add(Counter::Answered);
  if (result.added + result.removed > 0) {
    observe::log(observe::Level::Info, "reg.saved",
                 {{"aor", observe::Personal<std::string_view>{who.aor}},
                  {"added", result.added},
                  {"removed", result.removed},
                  {"from", observe::Personal<base::Endpoint>{who.flow.remote}}});
  }
  return answer;
}

/// One Contact of the answer, with the time it has left (§10.3 step 8).
bool Registrar::list(const location::Binding& binding, pipeline::ReplyHeaders& headers) const {
  std::array<char, 128> parameters;
  base::TextWriter text{parameters};
  text.append(">;expires=").append_decimal(static_cast<std::uint64_t>(binding.left(clock_.now()).count()));
  if (binding.q != location::Binding::kFullQ) text.append(";q=0.").append_padded(binding.q, 3);
  if (binding.reg_id != 0) text.append(";reg-id=").append_decimal(binding.reg_id);
  if (binding.instance.empty()) return headers.add(HeaderId::Contact, {"<", binding.contact, text.view()});
  return headers.add(HeaderId::Contact,
                     {"<", binding.contact, text.view(), ";+sip.instance=\"", binding.instance, "\""});
}

}  // namespace ringfence::registrar
