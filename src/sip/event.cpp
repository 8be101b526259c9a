// SPDX-License-Identifier: Apache-2.0
// Reading Event and Subscription-State.
#include "sip/event.h"

#include <array>

#include "base/ascii.h"
#include "sip/media_type.h"
#include "sip/numbers.h"

namespace ringfence::sip {
namespace {

struct PhaseName {
  SubscriptionPhase phase;
  std::string_view name;
};
constexpr auto kPhases = std::to_array<PhaseName>({
    {SubscriptionPhase::Active, "active"},
    {SubscriptionPhase::Pending, "pending"},
    {SubscriptionPhase::Terminated, "terminated"},
});

/// A number of seconds, when the parameter is there.
std::expected<std::optional<std::uint32_t>, ParseError> seconds_of(const Params& params,
                                                                   std::string_view name) {
  const auto param = params.find(name);
  if (!param) return std::nullopt;
  const auto seconds = parse_number(param->value);
  if (!seconds) return std::unexpected(seconds.error());
  return *seconds;
}

}  // namespace

std::expected<Event, ParseError> parse_event(std::string_view text) {
  const auto value = parse_token_with_params(text);
  if (!value) return std::unexpected(value.error());
  return Event{value->value, value->all_params().value("id"), value->params};
}

std::expected<SubscriptionState, ParseError> parse_subscription_state(std::string_view text) {
  const auto value = parse_token_with_params(text);
  if (!value) return std::unexpected(value.error());
  SubscriptionState state;
  state.phase_text = value->value;
  for (const PhaseName& row : kPhases) {
    if (base::iequals(row.name, value->value)) state.phase = row.phase;
  }
  const Params params = value->all_params();
  state.reason = params.value("reason");
  const auto expires = seconds_of(params, "expires");
  if (!expires) return std::unexpected(expires.error());
  state.expires = *expires;
  const auto retry_after = seconds_of(params, "retry-after");
  if (!retry_after) return std::unexpected(retry_after.error());
  state.retry_after = *retry_after;
  return state;
}

}  // namespace ringfence::sip
