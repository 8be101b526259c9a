// SPDX-License-Identifier: Apache-2.0
// Is a parsed message sane, and if not, what does RFC 3261 (and RFC 4475, which collects the cases) want done
// about it?
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sip/limits.h"
#include "sip/message.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// What is wrong with a request, and the response it asks for.
struct Defect {
  ParseError error = ParseError::None;
  std::uint16_t status = 0;  // 400, 416, 501, 505; 0: drop, whatever can_answer() says
  std::string_view reason;   // reason phrase, ours
};

/// The first defect of a request, nullopt when every element may work with it: what parse() found, then
/// Request-URI, Via, From, To, Contact, Route, Record-Route, Call-ID, CSeq and Date. What only one role may
/// judge (Require, Max-Forwards 0, body types, unknown methods) is left to that role.
[[nodiscard]] std::optional<Defect> check_request(const Message& request, const Limits& limits = {});

/// The same for a response; a response with a defect is dropped.
[[nodiscard]] std::optional<ParseError> check_response(const Message& response, const Limits& limits = {});

/// May this request be answered at all, defects or not? It has a request line, is no ACK (RFC 3261
/// §17.1.1.3), and its top Via names where the answer goes. Other mandatory headers may be missing: the
/// answer copies what is there (RFC 4475 §3.3.1).
[[nodiscard]] bool can_answer(const Message& request);

}  // namespace ringfence::sip
