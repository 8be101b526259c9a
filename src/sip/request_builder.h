// SPDX-License-Identifier: Apache-2.0
// Requests of our own: the ACK to a failure, the CANCEL of an INVITE, and any other.
#pragma once

#include <expected>
#include <span>
#include <string_view>

#include "base/text_writer.h"
#include "sip/builder.h"
#include "sip/header_table.h"
#include "sip/message.h"
#include "sip/response_builder.h"

namespace ringfence::sip {

/// The ACK to a final response other than 2xx (RFC 3261 §17.1.1.3): Request-URI, top Via, From, Call-ID, CSeq
/// number and Route of the INVITE as it was sent, To of the response.
std::expected<std::size_t, BuildError> build_ack_for_failure(const Message& invite, const Message& response,
                                                             std::span<char> out);

/// The CANCEL of an INVITE as it was sent (§9.1): the same Request-URI, Call-ID, From, To, Route, CSeq number
/// and top Via. `headers` may add Reason (RFC 3326).
std::expected<std::size_t, BuildError> build_cancel(const Message& invite, std::span<char> out,
                                                    std::span<const HeaderLine> headers = {});

/// Writes a request from scratch, in the order of the calls. Values are checked: CR, LF and NUL make finish()
/// fail.
class RequestBuilder {
 public:
  RequestBuilder(std::span<char> out, std::string_view method, std::string_view uri);
  RequestBuilder(std::span<char> out, Method method, std::string_view uri)
      : RequestBuilder{out, name_of(method), uri} {}

  RequestBuilder& header(HeaderId id, std::string_view value) { return header(name_of(id), value); }
  RequestBuilder& header(std::string_view name, std::string_view value);
  RequestBuilder& header(HeaderId id, std::uint64_t value);
  /// "CSeq: 1 INVITE"
  RequestBuilder& cseq(std::uint32_t number, std::string_view method);
  /// Content-Type, Content-Length and the body; ends the message.
  std::expected<std::size_t, BuildError> finish(std::string_view body_type = {}, std::string_view body = {});

 private:
  base::TextWriter writer_;
  bool unsafe_ = false;
};

}  // namespace ringfence::sip
