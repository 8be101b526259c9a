// SPDX-License-Identifier: Apache-2.0
// Event and Subscription-State (RFC 6665 §8.2).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/params.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// "presence.winfo;id=3": package with templates, compared with case; id identifies the subscription within a
/// dialog.
struct Event {
  std::string_view package;
  std::string_view id;
  std::string_view params;
};
std::expected<Event, ParseError> parse_event(std::string_view text);

enum class SubscriptionPhase : std::uint8_t { Other, Active, Pending, Terminated };

/// "terminated;reason=timeout;retry-after=30"
struct SubscriptionState {
  SubscriptionPhase phase = SubscriptionPhase::Other;
  std::string_view phase_text;
  std::string_view reason;
  std::optional<std::uint32_t> expires;      // seconds
  std::optional<std::uint32_t> retry_after;  // seconds
};
std::expected<SubscriptionState, ParseError> parse_subscription_state(std::string_view text);

}  // namespace ringfence::sip
