// SPDX-License-Identifier: Apache-2.0
// Headers that name another dialog: Replaces, Join and Target-Dialog.
#pragma once

#include <expected>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// A dialog by its identifiers, as the receiver of the header sees them. Replaces (RFC 3891 §6.1) and Join
/// (RFC 3911 §7.1) name the tags to-tag and from-tag, Target-Dialog (RFC 4538 §7) local-tag and remote-tag.
struct DialogReference {
  std::string_view call_id;
  std::string_view to_tag;    // Target-Dialog: local-tag
  std::string_view from_tag;  // Target-Dialog: remote-tag
  bool early_only = false;    // Replaces
};

/// @error MissingParameter  a tag is missing
/// @error NotAToken  the Call-ID is malformed
std::expected<DialogReference, ParseError> parse_replaces(std::string_view text);
std::expected<DialogReference, ParseError> parse_target_dialog(std::string_view text);

}  // namespace ringfence::sip
