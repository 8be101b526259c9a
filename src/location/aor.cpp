// SPDX-License-Identifier: Apache-2.0
// Building the canonical address of record in a caller's buffer.
#include "location/aor.h"

#include "base/address.h"
#include "base/ascii.h"
#include "base/text_writer.h"

namespace ringfence::location {
namespace {

/// As a domain's canonical name spells it: addresses per RFC 5952, names in lower case without the final dot.
void append_host(base::TextWriter& out, std::string_view host) {
  if (const auto address = base::IpAddress::parse(host)) {
    std::array<char, base::Endpoint::kMaxText> text;
    out.append(std::string_view{text.data(), address->write(text.data(), true)});
    return;
  }
  if (host.ends_with('.')) host.remove_suffix(1);
  for (const char c : host) out.append(base::to_lower(c));
}

}  // namespace

std::optional<std::string_view> canonical_aor(const sip::Uri& uri, AorBuffer& out) {
  if (!uri.is_sip() || uri.user.empty()) return std::nullopt;
  const auto user = sip::unescape(uri.user, out);
  if (!user) return std::nullopt;
  base::TextWriter rest{std::span{out}.subspan(user->size())};
  rest.append('@');
  append_host(rest, uri.host);
  if (rest.overflowed()) return std::nullopt;
  return std::string_view{out.data(), user->size() + rest.size()};
}

std::optional<std::string_view> make_aor(std::string_view username, std::string_view domain, AorBuffer& out) {
  base::TextWriter text{out};
  text.append(username).append('@').append(domain);
  if (text.overflowed()) return std::nullopt;
  return text.view();
}

}  // namespace ringfence::location
