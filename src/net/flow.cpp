// SPDX-License-Identifier: Apache-2.0
// The names of transports and source classes.
#include "net/flow.h"

#include <array>

namespace ringfence::net {
namespace {

constexpr auto kProtocolNames = std::to_array<std::string_view>({"UDP", "TCP", "TLS", "WS", "WSS"});
constexpr auto kSourceNames =
    std::to_array<std::string_view>({"denied", "unknown", "validated", "known", "trusted"});
static_assert(kProtocolNames.size() == static_cast<std::size_t>(Protocol::Wss) + 1);
static_assert(kSourceNames.size() == static_cast<std::size_t>(SourceClass::Trusted) + 1);

}  // namespace

std::string_view name_of(Protocol protocol) {
  return kProtocolNames[static_cast<std::size_t>(protocol)];
}
std::string_view name_of(SourceClass source) {
  return kSourceNames[static_cast<std::size_t>(source)];
}

}  // namespace ringfence::net
