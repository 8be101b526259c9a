// SPDX-License-Identifier: Apache-2.0
// The definitions one by one, as definitions.cpp lists them. For this room alone; others ask definitions().
#pragma once

#include "model/common_fields.h"

namespace ringfence::model {

// accounts.cpp
[[nodiscard]] const Definition& reseller_definition();
[[nodiscard]] const Definition& contact_definition();
[[nodiscard]] const Definition& contract_definition();
[[nodiscard]] const Definition& customer_definition();
[[nodiscard]] const Definition& admin_definition();
// subscribers.cpp
[[nodiscard]] const Definition& domain_definition();
[[nodiscard]] const Definition& subscriber_definition();
[[nodiscard]] const Definition& number_definition();
[[nodiscard]] const Definition& fixed_contact_definition();
[[nodiscard]] const Definition& trusted_source_definition();
[[nodiscard]] const Definition& speed_dial_definition();
[[nodiscard]] const Definition& reminder_definition();
[[nodiscard]] const Definition& preference_definition();
[[nodiscard]] const Definition& ban_definition();
// numbering.cpp
[[nodiscard]] const Definition& rewrite_set_definition();
[[nodiscard]] const Definition& rewrite_rule_definition();
[[nodiscard]] const Definition& ncos_level_definition();
[[nodiscard]] const Definition& ncos_pattern_definition();
// peering.cpp
[[nodiscard]] const Definition& peer_group_definition();
[[nodiscard]] const Definition& peer_definition();
[[nodiscard]] const Definition& peer_rule_definition();
[[nodiscard]] const Definition& inbound_rule_definition();
// forwards.cpp
[[nodiscard]] const Definition& time_set_definition();
[[nodiscard]] const Definition& period_definition();
[[nodiscard]] const Definition& destination_set_definition();
[[nodiscard]] const Definition& destination_definition();
[[nodiscard]] const Definition& source_set_definition();
[[nodiscard]] const Definition& source_definition();
[[nodiscard]] const Definition& number_set_definition();
[[nodiscard]] const Definition& number_pattern_definition();
[[nodiscard]] const Definition& forward_definition();
// billing.cpp
[[nodiscard]] const Definition& billing_profile_definition();
[[nodiscard]] const Definition& zone_definition();
[[nodiscard]] const Definition& fee_definition();
[[nodiscard]] const Definition& off_peak_definition();

}  // namespace ringfence::model
