// SPDX-License-Identifier: Apache-2.0
// Reading a REGISTER.
#include "registrar/register_request.h"

#include <algorithm>

#include "base/text_writer.h"
#include "sip/name_addr.h"
#include "sip/numbers.h"
#include "sip/text.h"
#include "sip/tokens.h"

namespace ringfence::registrar {
namespace {

using location::ContactUpdate;
using sip::HeaderId;

/// One row per defect, in the order of the enum.
constexpr auto kReasons = std::to_array<std::string_view>({
    "Malformed Contact",
    "Malformed Expires",
    "Wildcard Needs Expires: 0 And No Other Contact",
    "Too Many Contacts",
    "reg-id Allows One Contact Only",
    "Path Too Long",
});

constexpr std::uint32_t kMaxRegId = 0x7fff'ffff;  // RFC 5626 §4.2: 1 to 2^31 - 1

bool supports(const sip::Message& request, sip::Option option) {
  for (const auto& row : request.rows(HeaderId::Supported)) {
    const auto options = sip::parse_options(row.value);
    if (options && options->test(static_cast<std::size_t>(option))) return true;
  }
  return false;
}

/// The instance without its quotes, if it can be told again as it is.
std::string_view instance_of(const sip::Params& params) {
  const auto param = params.find("+sip.instance");
  return param && param->quoted && sip::is_safe(param->value) ? param->value : std::string_view{};
}

}  // namespace

std::string_view reason_of(RegisterDefect defect) {
  return kReasons[static_cast<std::size_t>(defect)];
}

std::optional<RegisterDefect> RegisterRequest::read(const sip::Message& request, bool path_allowed,
                                                    RegisterRequest& out) {
  if (request.count(HeaderId::Expires) > 1) return RegisterDefect::BadExpires;
  if (request.has(HeaderId::Expires)) {
    out.expires_ = std::chrono::seconds{sip::lenient_seconds(request.header(HeaderId::Expires))};
  }
  out.call_id_ = request.call_id();
  out.cseq_ = request.cseq();
  const std::string_view agent = request.header(HeaderId::UserAgent);
  if (sip::is_safe(agent)) out.user_agent_ = agent;  // a folded one is not worth a copy
  if (path_allowed && !out.join_path(request)) return RegisterDefect::PathTooLong;
  return out.read_contacts(request);
}

std::optional<RegisterDefect> RegisterRequest::read_contacts(const sip::Message& request) {
  const bool outbound = supports(request, sip::Option::Outbound);
  for (const std::string_view value : request.values(HeaderId::Contact)) {
    if (const auto defect = add_contact(value, outbound)) return defect;
  }
  if (const auto defect = check_wildcard()) return defect;
  return check_flows();
}

std::optional<RegisterDefect> RegisterRequest::add_contact(std::string_view value, bool outbound) {
  const auto contact = sip::parse_contact(value);
  if (!contact) return RegisterDefect::BadContact;
  if (contact->wildcard) {
    if (wildcard_) return RegisterDefect::BadWildcard;
    wildcard_ = true;
    return std::nullopt;
  }
  if (count_ == contacts_.size()) return RegisterDefect::TooManyContacts;
  ContactUpdate& update = contacts_[count_++];
  update.uri = contact->address.uri;
  if (contact->expires) update.expires = std::chrono::seconds{*contact->expires};
  update.q = contact->q.value_or(location::Binding::kFullQ);

  const sip::Params params = contact->address.all_params();
  update.instance = instance_of(params);
  const auto reg_id = params.find("reg-id");
  if (!reg_id) return std::nullopt;
  const auto number = sip::parse_number(reg_id->value, kMaxRegId);
  if (!number || *number == 0) return RegisterDefect::BadContact;
  // RFC 5626 §6: a reg-id alone, or from a device that does not speak of outbound, counts for nothing.
  if (outbound && !update.instance.empty()) {
    update.reg_id = *number;
    uses_outbound_ = true;
  }
  return std::nullopt;
}

std::optional<RegisterDefect> RegisterRequest::check_wildcard() const {
  if (!wildcard_) return std::nullopt;
  const bool removes = expires_ && *expires_ == std::chrono::seconds{0};
  if (count_ > 0 || !removes) return RegisterDefect::BadWildcard;
  return std::nullopt;
}

std::optional<RegisterDefect> RegisterRequest::check_flows() const {
  if (!uses_outbound_) return std::nullopt;
  const auto binds = [this](const ContactUpdate& contact) {
    return contact.expires.value_or(expires_.value_or(std::chrono::seconds{1})) > std::chrono::seconds{0};
  };
  if (std::ranges::count_if(std::span{contacts_}.first(count_), binds) > 1)
    return RegisterDefect::SeveralFlows;
  return std::nullopt;
}

bool RegisterRequest::join_path(const sip::Message& request) {
  base::TextWriter out{path_};
  for (const auto& row : request.rows(HeaderId::Path)) {
    if (out.size() > 0) out.append(", ");
    if (!sip::append_unfolded(out, row.value)) return false;
  }
  path_size_ = out.size();
  return !out.overflowed();
}

location::RegisterUpdate RegisterRequest::update() const {
  location::RegisterUpdate update;
  update.call_id = call_id_;
  update.cseq = cseq_;
  update.contacts = std::span{contacts_}.first(count_);
  update.wildcard = wildcard_;
  update.expires = expires_;
  update.path = {path_.data(), path_size_};
  update.user_agent = user_agent_;
  return update;
}

}  // namespace ringfence::registrar
