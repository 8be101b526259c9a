// SPDX-License-Identifier: Apache-2.0
// Recognising an emergency call by what was dialled.
#include "routing/emergency.h"

#include <algorithm>

#include "base/ascii.h"
#include "routing/dialled_number.h"
#include "sip/uri.h"

namespace ringfence::routing {
namespace {

/// "urn:service:sos" and its services, such as "urn:service:sos.fire" (RFC 5031 §4.2).
bool is_sos(const sip::Uri& uri) {
  constexpr std::string_view kService = "service:sos";
  const auto name = uri.opaque;
  return uri.scheme == sip::Scheme::Urn && base::iequals(name.substr(0, kService.size()), kService) &&
         (name.size() == kService.size() || name[kService.size()] == '.');
}

}  // namespace

pipeline::Verdict Emergency::on_request(const sip::Message& request, pipeline::Context& context) {
  if (is_emergency(request.request_uri())) {
    context.priority = pipeline::Priority::Emergency;
    counters_.add(Counter::Emergency);
  }
  return pipeline::Next{};
}

bool Emergency::is_emergency(std::string_view request_uri) const {
  const auto uri = sip::parse_uri(request_uri);
  if (!uri) return false;
  if (is_sos(*uri)) return true;
  std::array<char, 32> digits;
  const auto number = dialled_number(*uri, digits);
  return number && std::find(numbers_.begin(), numbers_.end(), *number) != numbers_.end();
}

}  // namespace ringfence::routing
