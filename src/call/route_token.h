// SPDX-License-Identifier: Apache-2.0
// Where our token stands in a message: a parameter of the Record-Route URI that comes back as the top Route.
#pragma once

#include <optional>
#include <string_view>

#include "base/text_writer.h"
#include "call/token.h"
#include "net/flow.h"
#include "net/shard.h"
#include "sip/message.h"

namespace ringfence::call {

/// The URI parameter that carries the token.
inline constexpr std::string_view kTokenParameter = "rf";

/// The token of one Route value; nullopt when it is not of our making.
[[nodiscard]] std::optional<std::string_view> token_of(std::string_view route_value);

/// The token of the top Route of a request (RFC 3261 §16.4), if that Route is of our making.
[[nodiscard]] std::optional<std::string_view> top_token(const sip::Message& request);

/// Writes the value of a Record-Route for the side that talks to us over `flow`:
/// `<sip:192.0.2.1:5060;transport=tcp;lr;rf=TOKEN>`.
void write_record_route(base::TextWriter& out, const net::Shard& shard, const net::Flow& flow,
                        const TokenSealer::Token& token);

/// The address of ours that the far end of a flow talks to.
[[nodiscard]] base::Endpoint own_address(const net::Shard& shard, const net::Flow& flow);

}  // namespace ringfence::call
