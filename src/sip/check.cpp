// SPDX-License-Identifier: Apache-2.0
// The sanity of whole messages.
#include "sip/check.h"

#include <array>

#include "base/ascii.h"
#include "sip/chars.h"
#include "sip/date.h"

namespace ringfence::sip {
namespace {

using Outcome = ParseError;  // None: go on

/// What every element must be able to read in a request line (RFC 3261 §8.2.2.1, §16.3 check 2).
Outcome check_request_uri(const Message& request) {
  const auto uri = parse_uri(request.request_uri());
  // A scheme may be unknown in a URI whose rest follows rules of its own: ask for the scheme first.
  if (!uri) return ParseError::BadRequestUri;
  if (uri->scheme == Scheme::Other) return ParseError::UnsupportedScheme;
  // §19.1.1 table 1: no headers in a Request-URI; they would smuggle header fields into what we send.
  if (!uri->headers.empty()) return ParseError::RequestUriHasHeaders;
  return ParseError::None;
}

Outcome check_method(const Message& request) {
  if (request.method_text() == request.cseq_method()) return ParseError::None;
  return request.method() == Method::Unknown ? ParseError::UnknownMethodMismatch
                                             : ParseError::CSeqMethodMismatch;
}

Outcome check_vias(const Message& message, const Limits& limits) {
  std::size_t count = 0;
  for (const std::string_view value : message.values(HeaderId::Via)) {
    if (++count > limits.vias) return ParseError::TooManyVias;
    // parse() has read the top one already.
    if (count > 1 && !parse_via(value)) return ParseError::BadVia;
  }
  // RFC 4475 §3.2.1: the cookie promises an identifier and none follows.
  return base::iequals(message.branch(), Via::kMagicCookie) ? ParseError::MissingBranchId : ParseError::None;
}

/// word [ "@" word ] (RFC 3261 §20.8).
Outcome check_call_id(const Message& message) {
  const std::string_view id = message.call_id();
  const std::size_t at = id.find('@');
  const bool sane = consists_of(kWord, id.substr(0, at)) &&
                    (at == std::string_view::npos || consists_of(kWord, id.substr(at + 1)));
  return sane ? ParseError::None : ParseError::BadCallId;
}

/// Any scheme will do in From and To (RFC 4475 §3.3.4), but it must be a URI.
Outcome check_dialog_ends(const Message& message) {
  if (!message.from().address()) return ParseError::BadFrom;
  if (!message.to().address()) return ParseError::BadTo;
  return ParseError::None;
}

Outcome check_contacts(const Message& message, const Limits& limits) {
  std::size_t count = 0;
  for (const std::string_view value : message.values(HeaderId::Contact)) {
    if (++count > limits.contacts) return ParseError::TooManyContacts;
    const auto contact = parse_contact(value);
    if (!contact || (!contact->wildcard && !contact->address.address())) return ParseError::BadContact;
  }
  return ParseError::None;
}

/// Route and Record-Route allow no address without brackets (RFC 3261 §25.1).
Outcome check_route_set(const Message& message, HeaderId id, ParseError error) {
  for (const std::string_view value : message.values(id)) {
    const auto address = parse_name_addr(value);
    if (!address || !address->bracketed || !address->address()) return error;
  }
  return ParseError::None;
}

Outcome check_date(const Message& message) {
  return !message.has(HeaderId::Date) || parse_date(message.header(HeaderId::Date)) ? ParseError::None
                                                                                    : ParseError::BadDate;
}

Outcome check_common(const Message& message, const Limits& limits) {
  if (const Outcome found = check_vias(message, limits); found != ParseError::None) return found;
  if (const Outcome found = check_call_id(message); found != ParseError::None) return found;
  if (const Outcome found = check_dialog_ends(message); found != ParseError::None) return found;
  if (const Outcome found = check_contacts(message, limits); found != ParseError::None) return found;
  if (const Outcome found = check_route_set(message, HeaderId::Route, ParseError::BadRoute);
      found != ParseError::None)
    return found;
  return check_route_set(message, HeaderId::RecordRoute, ParseError::BadRecordRoute);
}

Outcome defect_of(const Message& request, const Limits& limits) {
  if (request.error() != ParseError::None) return request.error();
  if (const Outcome found = check_request_uri(request); found != ParseError::None) return found;
  if (const Outcome found = check_method(request); found != ParseError::None) return found;
  if (const Outcome found = check_common(request, limits); found != ParseError::None) return found;
  return check_date(request);
}

}  // namespace

std::optional<Defect> check_request(const Message& request, const Limits& limits) {
  const ParseError error = request.is_request() || request.error() != ParseError::None
                               ? defect_of(request, limits)
                               : ParseError::NotSip;
  if (error == ParseError::None) return std::nullopt;
  const ParseErrorInfo& info = info_of(error);
  return Defect{error, info.status, info.reason};
}

std::optional<ParseError> check_response(const Message& response, const Limits& limits) {
  if (response.error() != ParseError::None) return response.error();
  if (!response.is_response()) return ParseError::NotSip;
  const ParseError error = check_common(response, limits);
  return error == ParseError::None ? std::nullopt : std::optional{error};
}

bool can_answer(const Message& request) {
  return request.is_request() && request.method() != Method::Ack && request.index().via.readable;
}

}  // namespace ringfence::sip
