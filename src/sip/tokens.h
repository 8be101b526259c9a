// SPDX-License-Identifier: Apache-2.0
// Lists of tokens: option tags, methods, event packages, privacy values.
#pragma once

#include <bitset>
#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/header_table.h"
#include "sip/method.h"
#include "sip/parse_error.h"
#include "sip/values.h"

namespace ringfence::sip {

/// Checks "a, b, c"; an empty text is an empty list (Supported, Accept and their kin allow it).
/// @error NotAToken  an element is empty or no token
std::expected<ListValues, ParseError> parse_token_list(std::string_view text);

/// Option tags we know (RFC 3261 §19.2 and the registry); names are compared without case.
enum class Option : std::uint8_t {
  Unknown,
  Reliable100,
  EventList,
  FromChange,
  Gruu,
  HistoryInfo,
  Ice,
  Join,
  MultipleRefer,
  NoReferSub,
  Outbound,
  Path,
  Precondition,
  Preference,
  Privacy,
  Replaces,
  ResourcePriority,
  SdpAnat,
  SecAgree,
  TargetDialog,
  Timer,
  Uui,
  Count,
};
using OptionSet = std::bitset<static_cast<std::size_t>(Option::Count)>;

[[nodiscard]] std::string_view name_of(Option option);
[[nodiscard]] Option option_of(std::string_view tag);

/// Adds the options of a Require, Proxy-Require or Supported value; unknown ones set Option::Unknown.
std::expected<OptionSet, ParseError> parse_options(std::string_view text);

using MethodSet = std::bitset<kMethods.size()>;
/// The methods of an Allow value; unknown ones set Method::Unknown.
std::expected<MethodSet, ParseError> parse_allow(std::string_view text);

/// Values of Privacy (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §5.3), separated by semicolons.
struct Privacy {
  bool none = false;
  bool id = false;
  bool header = false;
  bool session = false;
  bool user = false;
  bool history = false;
  bool critical = false;
  bool other = false;  // a value we do not know
};
std::expected<Privacy, ParseError> parse_privacy(std::string_view text);

}  // namespace ringfence::sip
