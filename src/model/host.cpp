// SPDX-License-Identifier: Apache-2.0
// One spelling for each host.
#include "model/host.h"

#include <algorithm>
#include <optional>

#include "base/address.h"
#include "base/ascii.h"
#include "model/limits.h"

namespace ringfence::model {
namespace {

constexpr std::size_t kMaxLabel = 63;  // RFC 1035 §2.3.4

/// Only texts like these can be addresses; the others are spared a look at each digit.
bool may_be_address(std::string_view host) {
  return host.front() == '[' || base::is_digit(host.back());
}

std::optional<base::IpAddress> address_in(std::string_view host) {
  if (!may_be_address(host)) return std::nullopt;
  if (host.find(':') != host.npos && host.front() != '[')
    return std::nullopt;  // RFC 3261 §25.1: IPv6reference
  return base::IpAddress::parse(host);
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxLabel || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return base::is_alnum(c) || c == '-' || c == '_'; });
}

std::string_view without_final_dot(std::string_view host) {
  if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
  return host;
}

}  // namespace

CanonicalHost::CanonicalHost(std::string_view host) {
  host = without_final_dot(host);
  if (host.empty() || host.size() > kMaxHost) return;
  if (const auto address = address_in(host)) {
    size_ = static_cast<std::size_t>(address->write(text_.data(), true) - text_.data());
    return;
  }
  size_ = static_cast<std::size_t>(std::transform(host.begin(), host.end(), text_.begin(), base::to_lower) -
                                   text_.begin());
}

bool is_host(std::string_view text) {
  text = without_final_dot(text);
  if (text.empty() || text.size() > kMaxHost) return false;
  if (address_in(text)) return true;
  std::string_view last;
  while (true) {
    const auto dot = text.find('.');
    last = text.substr(0, dot);
    if (!is_label(last)) return false;
    if (dot == text.npos) break;
    text.remove_prefix(dot + 1);
  }
  return base::is_alpha(last.front());  // RFC 3261 §25.1, toplabel: so "192.0.2.300" is no name
}

}  // namespace ringfence::model
