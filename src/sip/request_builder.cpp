// SPDX-License-Identifier: Apache-2.0
// Writing requests.
#include "sip/request_builder.h"

#include <algorithm>

#include "sip/line_writer.h"
#include "sip/text.h"

namespace ringfence::sip {
namespace {

constexpr std::uint64_t kDefaultHops = 70;  // RFC 3261 §8.1.1.6

/// What ACK and CANCEL share with the INVITE they belong to.
RequestBuilder& write_hop_by_hop(RequestBuilder& builder, const Message& invite, Method method,
                                 std::string_view to) {
  builder.header(HeaderId::Via, invite.top_via().text);
  for (const HeaderView& row : invite.rows(HeaderId::Route)) builder.header(HeaderId::Route, row.value);
  return builder.header(HeaderId::MaxForwards, kDefaultHops)
      .header(HeaderId::From, invite.header(HeaderId::From))
      .header(HeaderId::To, to)
      .header(HeaderId::CallId, invite.call_id())
      .cseq(invite.cseq(), name_of(method));
}

bool is_usable(const Message& invite) {
  return invite.is_request() && invite.error() == ParseError::None;
}

}  // namespace

RequestBuilder::RequestBuilder(std::span<char> out, std::string_view method, std::string_view uri)
    : writer_{out} {
  unsafe_ = !is_token(method) || uri.empty() || uri.find_first_of(" \t\r\n") != std::string_view::npos ||
            !is_safe(uri);
  writer_.append(method).append(' ').append(uri).append(" SIP/2.0\r\n");
}

RequestBuilder& RequestBuilder::header(std::string_view name, std::string_view value) {
  if (!is_token(name)) unsafe_ = true;
  writer_.append(name).append(": ");
  // A value taken from a received message may hold folds; on our wire it is one line.
  const std::size_t start = writer_.size();
  if (is_safe(value)) {
    writer_.append(value);
  } else if (!append_unfolded(writer_, value)) {
    writer_.rewind(start);
    unsafe_ = true;
  }
  writer_.append("\r\n");
  return *this;
}

RequestBuilder& RequestBuilder::header(HeaderId id, std::uint64_t value) {
  writer_.append(name_of(id)).append(": ").append_decimal(value).append("\r\n");
  return *this;
}

RequestBuilder& RequestBuilder::cseq(std::uint32_t number, std::string_view method) {
  if (!is_token(method)) unsafe_ = true;
  writer_.append("CSeq: ").append_decimal(number).append(' ').append(method).append("\r\n");
  return *this;
}

std::expected<std::size_t, BuildError> RequestBuilder::finish(std::string_view body_type,
                                                              std::string_view body) {
  if (unsafe_ || !is_safe(body_type)) return std::unexpected(BuildError::UnsafeText);
  write_body(writer_, body_type, body);
  if (writer_.overflowed()) return std::unexpected(BuildError::NoRoom);
  return writer_.size();
}

std::expected<std::size_t, BuildError> build_ack_for_failure(const Message& invite, const Message& response,
                                                             std::span<char> out) {
  if (!is_usable(invite) || !response.has(HeaderId::To)) return std::unexpected(BuildError::Unusable);
  RequestBuilder builder{out, Method::Ack, invite.request_uri()};
  return write_hop_by_hop(builder, invite, Method::Ack, response.header(HeaderId::To)).finish();
}

std::expected<std::size_t, BuildError> build_cancel(const Message& invite, std::span<char> out,
                                                    std::span<const HeaderLine> headers) {
  if (!is_usable(invite)) return std::unexpected(BuildError::Unusable);
  RequestBuilder builder{out, Method::Cancel, invite.request_uri()};
  write_hop_by_hop(builder, invite, Method::Cancel, invite.header(HeaderId::To));
  for (const HeaderLine& line : headers) builder.header(name_of(line), line.value);
  return builder.finish();
}

}  // namespace ringfence::sip
