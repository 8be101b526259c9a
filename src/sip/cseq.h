// SPDX-License-Identifier: Apache-2.0
// CSeq, RAck and RSeq: the counters of a dialog.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// A CSeq value: a counter and the method it counts (RFC 3261 §20.16).
struct CSeq {
  static constexpr std::uint32_t kMax = 0x7fff'ffff;  // §8.1.1.5: below 2^31

  std::uint32_t number = 0;
  std::string_view method;  // a view into the parsed message

  friend bool operator==(const CSeq&, const CSeq&) = default;
};

/// @error NotANumber, TooLarge, MissingSpace, NotAToken
std::expected<CSeq, ParseError> parse_cseq(std::string_view text);

/// A RAck value: the RSeq it acknowledges, and CSeq number and method of the request (RFC 3262 §7.2).
struct RAck {
  std::uint32_t rseq = 0;
  std::uint32_t cseq = 0;
  std::string_view method;

  friend bool operator==(const RAck&, const RAck&) = default;
};

std::expected<RAck, ParseError> parse_rack(std::string_view text);

/// RSeq: 1 to 2^32-1 (RFC 3262 §7.1). Zero is refused.
std::expected<std::uint32_t, ParseError> parse_rseq(std::string_view text);

}  // namespace ringfence::sip
