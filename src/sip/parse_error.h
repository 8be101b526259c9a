// SPDX-License-Identifier: Apache-2.0
// Every way in which a message or a value can be wrong, with its text and the response it asks for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ringfence::sip {

/// Why a text was refused. The first group is about messages, the second about single values.
enum class ParseError : std::uint8_t {
  None,  // stands for "no defect" inside MessageIndex; a reader never returns it
  NotSip,
  MessageTooLarge,
  BadRequestLine,
  BadRequestUri,
  RequestUriHasHeaders,
  UnsupportedScheme,
  UnsupportedVersion,
  BadStatusLine,
  BadHeaderLine,
  BareLineEnd,
  ControlCharacter,
  NoEndOfHeaders,
  TooManyHeaders,
  HeaderTooLong,
  DuplicateHeader,
  MissingVia,
  MissingFrom,
  MissingTo,
  MissingCallId,
  MissingCSeq,
  BadVia,
  MissingBranchId,
  TooManyVias,
  BadFrom,
  BadTo,
  BadCallId,
  BadCSeq,
  CSeqMethodMismatch,
  UnknownMethodMismatch,
  BadMaxForwards,
  BadContentLength,
  BodyTooShort,
  BadContact,
  TooManyContacts,
  BadRoute,
  BadRecordRoute,
  BadDate,
  // single values
  Empty,
  NotAToken,
  NotANumber,
  TooLarge,
  MissingSpace,
  MissingScheme,
  BadUser,
  BadHost,
  BadPort,
  BadNumber,
  BadEscape,
  BadParameter,
  DuplicateParameter,
  TooManyParameters,
  BadQuotedString,
  UnterminatedAngle,
  BadDisplayName,
  NeedsAngleBrackets,
  NotDigest,
  MissingParameter,
  TrailingText,
};

/// One row of the table of refusals.
struct ParseErrorInfo {
  ParseError error;
  std::uint16_t status;     // what a request with this defect is answered with; 0: never answered
  std::string_view reason;  // the reason phrase of that response
  std::string_view text;    // for logs and `explain`
};

inline constexpr auto kParseErrors = std::to_array<ParseErrorInfo>({
    {ParseError::None, 0, "", "no defect"},
    {ParseError::NotSip, 0, "", "neither a SIP request line nor a SIP status line"},
    {ParseError::MessageTooLarge, 0, "", "larger than the limit for messages"},
    {ParseError::BadRequestLine, 400, "Malformed Request-Line",
     "white space or structure of the request line is wrong"},
    {ParseError::BadRequestUri, 400, "Malformed Request-URI", "the Request-URI is not a URI"},
    {ParseError::RequestUriHasHeaders, 400, "Headers In Request-URI", "a Request-URI must not carry headers"},
    {ParseError::UnsupportedScheme, 416, "Unsupported URI Scheme",
     "the scheme of the Request-URI is not sip, sips, tel or urn"},
    {ParseError::UnsupportedVersion, 505, "Version Not Supported", "the version is not SIP/2.0"},
    {ParseError::BadStatusLine, 0, "", "the status line is malformed"},
    {ParseError::BadHeaderLine, 400, "Malformed Header Line", "a line without a header name and colon"},
    {ParseError::BareLineEnd, 400, "Bare CR Or LF", "CR without LF or LF without CR in the header"},
    {ParseError::ControlCharacter, 400, "Control Character In Header",
     "an unescaped control character in the header"},
    {ParseError::NoEndOfHeaders, 400, "Missing Empty Line", "the header does not end with an empty line"},
    {ParseError::TooManyHeaders, 400, "Too Many Header Fields", "more header fields than the limit"},
    {ParseError::HeaderTooLong, 400, "Header Field Too Long", "a header field longer than the limit"},
    {ParseError::DuplicateHeader, 400, "Duplicate Header Field",
     "a header field that may occur once occurs again"},
    {ParseError::MissingVia, 0, "", "there is no Via"},
    {ParseError::MissingFrom, 400, "Missing From", "there is no From"},
    {ParseError::MissingTo, 400, "Missing To", "there is no To"},
    {ParseError::MissingCallId, 400, "Missing Call-ID", "there is no Call-ID"},
    {ParseError::MissingCSeq, 400, "Missing CSeq", "there is no CSeq"},
    {ParseError::BadVia, 400, "Malformed Via", "a Via is malformed"},
    {ParseError::MissingBranchId, 400, "Missing Transaction Identifier",
     "the branch is the magic cookie alone"},
    {ParseError::TooManyVias, 400, "Too Many Vias", "more Vias than the limit"},
    {ParseError::BadFrom, 400, "Malformed From", "From is malformed"},
    {ParseError::BadTo, 400, "Malformed To", "To is malformed"},
    {ParseError::BadCallId, 400, "Malformed Call-ID", "Call-ID is malformed"},
    {ParseError::BadCSeq, 400, "Malformed CSeq", "CSeq is malformed or its number is not below 2^31"},
    {ParseError::CSeqMethodMismatch, 400, "CSeq Method Mismatch",
     "the method in CSeq is not that of the request"},
    {ParseError::UnknownMethodMismatch, 501, "Not Implemented",
     "an unknown method that CSeq does not repeat"},
    {ParseError::BadMaxForwards, 400, "Malformed Max-Forwards", "Max-Forwards is not a number from 0 to 255"},
    {ParseError::BadContentLength, 400, "Malformed Content-Length", "Content-Length is not a number"},
    {ParseError::BodyTooShort, 400, "Content-Length Exceeds Body",
     "the body is shorter than Content-Length says"},
    {ParseError::BadContact, 400, "Malformed Contact", "a Contact is malformed"},
    {ParseError::TooManyContacts, 400, "Too Many Contacts", "more Contacts than the limit"},
    {ParseError::BadRoute, 400, "Malformed Route", "a Route is malformed"},
    {ParseError::BadRecordRoute, 400, "Malformed Record-Route", "a Record-Route is malformed"},
    {ParseError::BadDate, 400, "Malformed Date", "Date is not an RFC 1123 date in GMT"},
    {ParseError::Empty, 400, "Bad Request", "the value is empty"},
    {ParseError::NotAToken, 400, "Bad Request", "a token was expected"},
    {ParseError::NotANumber, 400, "Bad Request", "a decimal number was expected"},
    {ParseError::TooLarge, 400, "Bad Request", "a number is too large, or a text longer than its limit"},
    {ParseError::MissingSpace, 400, "Bad Request", "white space was expected"},
    {ParseError::MissingScheme, 400, "Bad Request", "a URI without a scheme"},
    {ParseError::BadUser, 400, "Bad Request", "the user part of a URI is malformed"},
    {ParseError::BadHost, 400, "Bad Request", "the host is malformed"},
    {ParseError::BadPort, 400, "Bad Request", "the port is not a number from 1 to 65535"},
    {ParseError::BadNumber, 400, "Bad Request", "the telephone number is malformed"},
    {ParseError::BadEscape, 400, "Bad Request", "a percent sign without two hexadecimal digits"},
    {ParseError::BadParameter, 400, "Bad Request", "a parameter is malformed"},
    {ParseError::DuplicateParameter, 400, "Bad Request", "a parameter occurs twice"},
    {ParseError::TooManyParameters, 400, "Bad Request", "more parameters than the limit"},
    {ParseError::BadQuotedString, 400, "Bad Request",
     "a quoted string does not end or holds a wrong character"},
    {ParseError::UnterminatedAngle, 400, "Bad Request", "'<' without '>'"},
    {ParseError::BadDisplayName, 400, "Bad Request", "a display name that needs quotes has none"},
    {ParseError::NeedsAngleBrackets, 400, "Bad Request",
     "a URI with '?' or ',' must stand between '<' and '>'"},
    {ParseError::NotDigest, 400, "Bad Request", "an authentication scheme other than Digest"},
    {ParseError::MissingParameter, 400, "Bad Request", "a required parameter is missing"},
    {ParseError::TrailingText, 400, "Bad Request", "text after the end of the value"},
});

[[nodiscard]] constexpr const ParseErrorInfo& info_of(ParseError error) {
  return kParseErrors[static_cast<std::size_t>(error)];
}
/// For logs: what was wrong, in words of ours only.
[[nodiscard]] constexpr std::string_view text_of(ParseError error) {
  return info_of(error).text;
}

static_assert([] {
  for (std::size_t i = 0; i < kParseErrors.size(); ++i) {
    if (static_cast<std::size_t>(kParseErrors[i].error) != i) return false;
  }
  return kParseErrors.size() == static_cast<std::size_t>(ParseError::TrailingText) + 1;
}());

}  // namespace ringfence::sip
