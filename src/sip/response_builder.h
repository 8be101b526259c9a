// SPDX-License-Identifier: Apache-2.0
// Responses to received requests (RFC 3261 §8.2.6).
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

#include "sip/builder.h"
#include "sip/header_table.h"
#include "sip/message.h"

namespace ringfence::sip {

/// A header to be written: by id, or by name when id is Other.
struct HeaderLine {
  HeaderId id = HeaderId::Other;
  std::string_view value;
  std::string_view name{};
};

struct ResponseParts {
  unsigned status = 500;      // 100..699
  std::string_view reason{};  // empty: the usual phrase of the status
  std::string_view to_tag{};  // added to To when the request's To has none and the status is not 100
  std::string_view
      received{};           // source address for the top Via, without brackets; empty: leave the Via as it is
  std::uint16_t rport = 0;  // source port, written when the top Via asks with ;rport (RFC 3581 §4)
  std::span<const HeaderLine> headers{};
  std::string_view body_type{};
  std::string_view body{};
};

/// Copies every Via, From, To, Call-ID and CSeq as they are (§8.2.6.2), Record-Route in 101 to 299 of
/// requests that form dialogs (§12.1.1), Timestamp in 100 (§8.2.6.1). Mandatory headers that the request
/// lacks are left out, so that a broken request can be told so.
/// @error Unusable  there is no Via to answer to
std::expected<std::size_t, BuildError> build_response(const Message& request, const ResponseParts& parts,
                                                      std::span<char> out);

}  // namespace ringfence::sip
