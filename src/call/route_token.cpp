// SPDX-License-Identifier: Apache-2.0
// Reading and writing the token in Route and Record-Route.
#include "call/route_token.h"

#include <array>

#include "sip/name_addr.h"

namespace ringfence::call {
namespace {

/// How a URI names the transport (RFC 3261 §19.1.1, RFC 7118 §5); UDP is what a URI without it means.
constexpr std::array<std::string_view, 5> kTransportParameter = {"", ";transport=tcp", ";transport=tls",
                                                                 ";transport=ws", ";transport=wss"};

}  // namespace

std::optional<std::string_view> token_of(std::string_view route_value) {
  const auto route = sip::parse_name_addr(route_value);
  if (!route) return std::nullopt;
  const auto uri = route->address();
  if (!uri || !uri->is_sip()) return std::nullopt;
  const auto token = uri->param(kTokenParameter);
  if (token.empty()) return std::nullopt;
  return token;
}

std::optional<std::string_view> top_token(const sip::Message& request) {
  for (const auto value : request.values(sip::HeaderId::Route)) return token_of(value);
  return std::nullopt;
}

base::Endpoint own_address(const net::Shard& shard, const net::Flow& flow) {
  base::Endpoint own = shard.listeners()[flow.listener].advertised;
  if (own.address.is_unspecified() && !flow.local.is_unspecified()) own.address = flow.local;
  return own;
}

void write_record_route(base::TextWriter& out, const net::Shard& shard, const net::Flow& flow,
                        const TokenSealer::Token& token) {
  std::array<char, base::Endpoint::kMaxText> address;
  const char* end = own_address(shard, flow).write(address.data());
  out.append("<sip:");
  out.append(std::string_view{address.data(), end});
  out.append(kTransportParameter[static_cast<std::size_t>(flow.protocol)]);
  out.append(";lr;");
  out.append(kTokenParameter);
  out.append('=');
  out.append(std::string_view{token.data(), token.size()});
  out.append('>');
}

}  // namespace ringfence::call
