// SPDX-License-Identifier: Apache-2.0
// What we know of each header field, one row each: parser, builder, topology hiding and docs read it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sip/method.h"

namespace ringfence::sip {

/// A header field we know by name. The values are positions in kHeaders and may change between builds: never
/// store them.
enum class HeaderId : std::uint8_t {
  Other,  // any name not in kHeaders
  Via,
  From,
  To,
  CallId,
  CSeq,
  MaxForwards,
  Contact,
  Route,
  RecordRoute,
  ContentLength,
  ContentType,
  ContentDisposition,
  ContentEncoding,
  ContentLanguage,
  ContentId,
  MimeVersion,
  Expires,
  MinExpires,
  Date,
  Timestamp,
  RetryAfter,
  Authorization,
  ProxyAuthorization,
  WwwAuthenticate,
  ProxyAuthenticate,
  AuthenticationInfo,
  ProxyAuthenticationInfo,
  Require,
  ProxyRequire,
  Supported,
  Unsupported,
  Allow,
  Accept,
  AcceptEncoding,
  AcceptLanguage,
  AlertInfo,
  CallInfo,
  ErrorInfo,
  InReplyTo,
  Organization,
  Priority,
  ReplyTo,
  Server,
  Subject,
  UserAgent,
  Warning,
  Path,
  ServiceRoute,
  FlowTimer,
  MaxBreadth,
  RAck,
  RSeq,
  SessionExpires,
  MinSe,
  Event,
  AllowEvents,
  SubscriptionState,
  SuppressIfMatch,
  SipEtag,
  SipIfMatch,
  ReferTo,
  ReferredBy,
  ReferSub,
  Replaces,
  Join,
  TargetDialog,
  Reason,
  PAssertedIdentity,
  PPreferredIdentity,
  RemotePartyId,
  Privacy,
  Identity,
  IdentityInfo,
  Diversion,
  HistoryInfo,
  PAssertedService,
  PPreferredService,
  PAssociatedUri,
  PCalledPartyId,
  PVisitedNetworkId,
  PAccessNetworkInfo,
  PChargingFunctionAddresses,
  PChargingVector,
  PServedUser,
  PEarlyMedia,
  PMediaAuthorization,
  AcceptContact,
  RejectContact,
  RequestDisposition,
  ResourcePriority,
  AcceptResourcePriority,
  AnswerMode,
  PrivAnswerMode,
  SecurityClient,
  SecurityServer,
  SecurityVerify,
  Geolocation,
  GeolocationRouting,
  GeolocationError,
  InfoPackage,
  RecvInfo,
  FeatureCaps,
  SessionId,
  UserToUser,
};
/// How the values of a header field are written (RFC 3261 §7.3.1).
enum class Values : std::uint8_t {
  One,   // one row, one value; a second row makes the message malformed
  List,  // rows and commas both separate values
  Each,  // every row is one value, and commas belong to it
};

/// What a stranger learns from a header field (topology hiding reads this).
enum class Reveals : std::uint8_t { Nothing, Addresses, Software };

struct HeaderInfo {
  HeaderId id;
  std::string_view name;  // as we write it; matched without case
  char compact;           // RFC 3261 §7.3.3; '-' when there is none
  Values values;
  Reveals reveals;
  std::string_view defined;  // where to read about it
};

inline constexpr auto kHeaders = std::to_array<HeaderInfo>({
    {HeaderId::Other, "", '-', Values::Each, Reveals::Nothing, ""},
    {HeaderId::Via, "Via", 'v', Values::List, Reveals::Addresses, "RFC 3261 §20.42"},
    {HeaderId::From, "From", 'f', Values::One, Reveals::Nothing, "RFC 3261 §20.20"},
    {HeaderId::To, "To", 't', Values::One, Reveals::Nothing, "RFC 3261 §20.39"},
    {HeaderId::CallId, "Call-ID", 'i', Values::One, Reveals::Addresses, "RFC 3261 §20.8"},
    {HeaderId::CSeq, "CSeq", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.16"},
    {HeaderId::MaxForwards, "Max-Forwards", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.22"},
    {HeaderId::Contact, "Contact", 'm', Values::List, Reveals::Addresses, "RFC 3261 §20.10"},
    {HeaderId::Route, "Route", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.34"},
    {HeaderId::RecordRoute, "Record-Route", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.30"},
    {HeaderId::ContentLength, "Content-Length", 'l', Values::One, Reveals::Nothing, "RFC 3261 §20.14"},
    {HeaderId::ContentType, "Content-Type", 'c', Values::One, Reveals::Nothing, "RFC 3261 §20.15"},
    {HeaderId::ContentDisposition, "Content-Disposition", '-', Values::One, Reveals::Nothing,
     "RFC 3261 §20.11"},
    {HeaderId::ContentEncoding, "Content-Encoding", 'e', Values::List, Reveals::Nothing, "RFC 3261 §20.12"},
    {HeaderId::ContentLanguage, "Content-Language", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.13"},
    {HeaderId::ContentId, "Content-ID", '-', Values::One, Reveals::Addresses, "RFC 8262 §1"},
    {HeaderId::MimeVersion, "MIME-Version", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.24"},
    {HeaderId::Expires, "Expires", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.19"},
    {HeaderId::MinExpires, "Min-Expires", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.23"},
    {HeaderId::Date, "Date", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.17"},
    {HeaderId::Timestamp, "Timestamp", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.38"},
    {HeaderId::RetryAfter, "Retry-After", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.33"},
    {HeaderId::Authorization, "Authorization", '-', Values::Each, Reveals::Nothing, "RFC 3261 §20.7"},
    {HeaderId::ProxyAuthorization, "Proxy-Authorization", '-', Values::Each, Reveals::Nothing,
     "RFC 3261 §20.28"},
    {HeaderId::WwwAuthenticate, "WWW-Authenticate", '-', Values::Each, Reveals::Nothing, "RFC 3261 §20.44"},
    {HeaderId::ProxyAuthenticate, "Proxy-Authenticate", '-', Values::Each, Reveals::Nothing,
     "RFC 3261 §20.27"},
    {HeaderId::AuthenticationInfo, "Authentication-Info", '-', Values::Each, Reveals::Nothing,
     "RFC 3261 §20.6"},
    {HeaderId::ProxyAuthenticationInfo, "Proxy-Authentication-Info", '-', Values::Each, Reveals::Nothing,
     "RFC 7615 §4"},
    {HeaderId::Require, "Require", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.32"},
    {HeaderId::ProxyRequire, "Proxy-Require", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.29"},
    {HeaderId::Supported, "Supported", 'k', Values::List, Reveals::Nothing, "RFC 3261 §20.37"},
    {HeaderId::Unsupported, "Unsupported", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.40"},
    {HeaderId::Allow, "Allow", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.5"},
    {HeaderId::Accept, "Accept", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.1"},
    {HeaderId::AcceptEncoding, "Accept-Encoding", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.2"},
    {HeaderId::AcceptLanguage, "Accept-Language", '-', Values::List, Reveals::Nothing, "RFC 3261 §20.3"},
    {HeaderId::AlertInfo, "Alert-Info", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.4"},
    {HeaderId::CallInfo, "Call-Info", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.9"},
    {HeaderId::ErrorInfo, "Error-Info", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.18"},
    {HeaderId::InReplyTo, "In-Reply-To", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.21"},
    {HeaderId::Organization, "Organization", '-', Values::One, Reveals::Software, "RFC 3261 §20.25"},
    {HeaderId::Priority, "Priority", '-', Values::One, Reveals::Nothing, "RFC 3261 §20.26"},
    {HeaderId::ReplyTo, "Reply-To", '-', Values::One, Reveals::Addresses, "RFC 3261 §20.31"},
    {HeaderId::Server, "Server", '-', Values::One, Reveals::Software, "RFC 3261 §20.35"},
    {HeaderId::Subject, "Subject", 's', Values::One, Reveals::Nothing, "RFC 3261 §20.36"},
    {HeaderId::UserAgent, "User-Agent", '-', Values::One, Reveals::Software, "RFC 3261 §20.41"},
    {HeaderId::Warning, "Warning", '-', Values::List, Reveals::Addresses, "RFC 3261 §20.43"},
    {HeaderId::Path, "Path", '-', Values::List, Reveals::Addresses, "RFC 3327 §4"},
    {HeaderId::ServiceRoute, "Service-Route", '-', Values::List, Reveals::Addresses, "RFC 3608 §5"},
    {HeaderId::FlowTimer, "Flow-Timer", '-', Values::One, Reveals::Nothing, "RFC 5626 §11"},
    {HeaderId::MaxBreadth, "Max-Breadth", '-', Values::One, Reveals::Nothing, "RFC 5393 §5.3.1"},
    {HeaderId::RAck, "RAck", '-', Values::One, Reveals::Nothing, "RFC 3262 §7.2"},
    {HeaderId::RSeq, "RSeq", '-', Values::One, Reveals::Nothing, "RFC 3262 §7.1"},
    {HeaderId::SessionExpires, "Session-Expires", 'x', Values::One, Reveals::Nothing, "RFC 4028 §4"},
    {HeaderId::MinSe, "Min-SE", '-', Values::One, Reveals::Nothing, "RFC 4028 §5"},
    {HeaderId::Event, "Event", 'o', Values::One, Reveals::Nothing, "RFC 6665 §8.2.1"},
    {HeaderId::AllowEvents, "Allow-Events", 'u', Values::List, Reveals::Nothing, "RFC 6665 §8.2.2"},
    {HeaderId::SubscriptionState, "Subscription-State", '-', Values::One, Reveals::Nothing,
     "RFC 6665 §8.2.3"},
    {HeaderId::SuppressIfMatch, "Suppress-If-Match", '-', Values::One, Reveals::Nothing, "RFC 5839 §4"},
    {HeaderId::SipEtag, "SIP-ETag", '-', Values::One, Reveals::Nothing, "RFC 3903 §11.3.1"},
    {HeaderId::SipIfMatch, "SIP-If-Match", '-', Values::One, Reveals::Nothing, "RFC 3903 §11.3.2"},
    {HeaderId::ReferTo, "Refer-To", 'r', Values::One, Reveals::Addresses, "RFC 3515 §2.1"},
    {HeaderId::ReferredBy, "Referred-By", 'b', Values::One, Reveals::Addresses, "RFC 3892 §3"},
    {HeaderId::ReferSub, "Refer-Sub", '-', Values::One, Reveals::Nothing, "RFC 4488 §4"},
    {HeaderId::Replaces, "Replaces", '-', Values::One, Reveals::Addresses, "RFC 3891 §6.1"},
    {HeaderId::Join, "Join", '-', Values::One, Reveals::Addresses, "RFC 3911 §7.1"},
    {HeaderId::TargetDialog, "Target-Dialog", '-', Values::One, Reveals::Addresses, "RFC 4538 §7"},
    {HeaderId::Reason, "Reason", '-', Values::List, Reveals::Nothing, "RFC 3326 §2"},
    {HeaderId::PAssertedIdentity, "P-Asserted-Identity", '-', Values::List, Reveals::Addresses,
     "RFC 3325 §9.1"},
    {HeaderId::PPreferredIdentity, "P-Preferred-Identity", '-', Values::List, Reveals::Addresses,
     "RFC 3325 §9.2"},
    {HeaderId::RemotePartyId, "Remote-Party-ID", '-', Values::List, Reveals::Addresses,
     "draft-ietf-sip-privacy-04 §5"},
    {HeaderId::Privacy, "Privacy", '-', Values::One, Reveals::Nothing, "RFC 3323 §4.2"},
    {HeaderId::Identity, "Identity", 'y', Values::Each, Reveals::Nothing, "RFC 8224 §4"},
    {HeaderId::IdentityInfo, "Identity-Info", 'n', Values::One, Reveals::Addresses, "RFC 4474 §9"},
    {HeaderId::Diversion, "Diversion", '-', Values::List, Reveals::Addresses, "RFC 5806 §4"},
    {HeaderId::HistoryInfo, "History-Info", '-', Values::List, Reveals::Addresses, "RFC 7044 §5"},
    {HeaderId::PAssertedService, "P-Asserted-Service", '-', Values::List, Reveals::Nothing, "RFC 6050 §4.1"},
    {HeaderId::PPreferredService, "P-Preferred-Service", '-', Values::List, Reveals::Nothing,
     "RFC 6050 §4.2"},
    {HeaderId::PAssociatedUri, "P-Associated-URI", '-', Values::List, Reveals::Addresses, "RFC 7315 §4.1"},
    {HeaderId::PCalledPartyId, "P-Called-Party-ID", '-', Values::One, Reveals::Addresses, "RFC 7315 §4.2"},
    {HeaderId::PVisitedNetworkId, "P-Visited-Network-ID", '-', Values::List, Reveals::Addresses,
     "RFC 7315 §4.3"},
    {HeaderId::PAccessNetworkInfo, "P-Access-Network-Info", '-', Values::List, Reveals::Addresses,
     "RFC 7315 §4.4"},
    {HeaderId::PChargingFunctionAddresses, "P-Charging-Function-Addresses", '-', Values::One,
     Reveals::Addresses, "RFC 7315 §4.5"},
    {HeaderId::PChargingVector, "P-Charging-Vector", '-', Values::One, Reveals::Addresses, "RFC 7315 §4.6"},
    {HeaderId::PServedUser, "P-Served-User", '-', Values::One, Reveals::Addresses, "RFC 5502 §6"},
    {HeaderId::PEarlyMedia, "P-Early-Media", '-', Values::List, Reveals::Nothing, "RFC 5009 §8"},
    {HeaderId::PMediaAuthorization, "P-Media-Authorization", '-', Values::List, Reveals::Nothing,
     "RFC 3313 §5.1"},
    {HeaderId::AcceptContact, "Accept-Contact", 'a', Values::List, Reveals::Nothing, "RFC 3841 §9.2"},
    {HeaderId::RejectContact, "Reject-Contact", 'j', Values::List, Reveals::Nothing, "RFC 3841 §9.2"},
    {HeaderId::RequestDisposition, "Request-Disposition", 'd', Values::List, Reveals::Nothing,
     "RFC 3841 §9.1"},
    {HeaderId::ResourcePriority, "Resource-Priority", '-', Values::List, Reveals::Nothing, "RFC 4412 §3.1"},
    {HeaderId::AcceptResourcePriority, "Accept-Resource-Priority", '-', Values::List, Reveals::Nothing,
     "RFC 4412 §3.2"},
    {HeaderId::AnswerMode, "Answer-Mode", '-', Values::One, Reveals::Nothing, "RFC 5373 §4"},
    {HeaderId::PrivAnswerMode, "Priv-Answer-Mode", '-', Values::One, Reveals::Nothing, "RFC 5373 §4"},
    {HeaderId::SecurityClient, "Security-Client", '-', Values::List, Reveals::Nothing, "RFC 3329 §2.2"},
    {HeaderId::SecurityServer, "Security-Server", '-', Values::List, Reveals::Nothing, "RFC 3329 §2.2"},
    {HeaderId::SecurityVerify, "Security-Verify", '-', Values::List, Reveals::Nothing, "RFC 3329 §2.2"},
    {HeaderId::Geolocation, "Geolocation", '-', Values::List, Reveals::Addresses, "RFC 6442 §4.1"},
    {HeaderId::GeolocationRouting, "Geolocation-Routing", '-', Values::One, Reveals::Nothing,
     "RFC 6442 §4.2"},
    {HeaderId::GeolocationError, "Geolocation-Error", '-', Values::One, Reveals::Nothing, "RFC 6442 §4.3"},
    {HeaderId::InfoPackage, "Info-Package", '-', Values::One, Reveals::Nothing, "RFC 6086 §7.2"},
    {HeaderId::RecvInfo, "Recv-Info", '-', Values::List, Reveals::Nothing, "RFC 6086 §7.3"},
    {HeaderId::FeatureCaps, "Feature-Caps", '-', Values::List, Reveals::Nothing, "RFC 6809 §6.3"},
    {HeaderId::SessionId, "Session-ID", '-', Values::One, Reveals::Nothing, "RFC 7989 §5"},
    {HeaderId::UserToUser, "User-to-User", '-', Values::Each, Reveals::Nothing, "RFC 7433 §4.1"},
});

inline constexpr std::size_t kHeaderIds = kHeaders.size();

[[nodiscard]] constexpr const HeaderInfo& info_of(HeaderId id) {
  return kHeaders[static_cast<std::size_t>(id)];
}

/// The full name as we write it; empty for Other.
[[nodiscard]] constexpr std::string_view name_of(HeaderId id) {
  return info_of(id).name;
}

/// The header with this full or compact name, without case; Other when we do not know it. Constant time.
[[nodiscard]] HeaderId header_of(std::string_view name);

namespace detail {
consteval bool compact_forms_are_unique(const auto& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].compact != '-' && rows[i].compact == rows[j].compact) return false;
    }
  }
  return true;
}
}  // namespace detail
static_assert(detail::rows_follow_enum(kHeaders, [](const HeaderInfo& row) { return row.id; }));
static_assert(detail::compact_forms_are_unique(kHeaders));

}  // namespace ringfence::sip
