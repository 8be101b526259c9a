// SPDX-License-Identifier: Apache-2.0
// The attributes that have a meaning here, as one table; all others are kept as they are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sip/word_table.h"

namespace ringfence::sdp {

enum class AttributeId : std::uint8_t {
  Other,
  RtpMap,
  Fmtp,
  Ptime,
  MaxPtime,
  SendRecv,
  SendOnly,
  RecvOnly,
  Inactive,
  Rtcp,
  RtcpMux,
  Candidate,
};

/// Which way media flows, seen from whoever wrote the description (RFC 8866 §6.7).
enum class Direction : std::uint8_t { SendRecv, SendOnly, RecvOnly, Inactive };

struct AttributeInfo {
  AttributeId id;
  std::string_view name;  // case counts (RFC 8866 §5)
  std::optional<Direction> direction;
  std::string_view defined;
};

inline constexpr auto kAttributes = std::to_array<AttributeInfo>({
    {AttributeId::Other, "", std::nullopt, ""},
    {AttributeId::RtpMap, "rtpmap", std::nullopt, "RFC 8866 §6.6"},
    {AttributeId::Fmtp, "fmtp", std::nullopt, "RFC 8866 §6.15"},
    {AttributeId::Ptime, "ptime", std::nullopt, "RFC 8866 §6.4"},
    {AttributeId::MaxPtime, "maxptime", std::nullopt, "RFC 8866 §6.5"},
    {AttributeId::SendRecv, "sendrecv", Direction::SendRecv, "RFC 8866 §6.7.2"},
    {AttributeId::SendOnly, "sendonly", Direction::SendOnly, "RFC 8866 §6.7.3"},
    {AttributeId::RecvOnly, "recvonly", Direction::RecvOnly, "RFC 8866 §6.7.1"},
    {AttributeId::Inactive, "inactive", Direction::Inactive, "RFC 8866 §6.7.4"},
    {AttributeId::Rtcp, "rtcp", std::nullopt, "RFC 3605 §2.1"},
    {AttributeId::RtcpMux, "rtcp-mux", std::nullopt, "RFC 5761 §5.1.1"},
    {AttributeId::Candidate, "candidate", std::nullopt, "RFC 8839 §5.1"},
});

[[nodiscard]] constexpr const AttributeInfo& info_of(AttributeId id) {
  return kAttributes[static_cast<std::size_t>(id)];
}
namespace detail {
inline constexpr sip::detail::WordTable<kAttributes.size(), sip::detail::Case::Counts> kAttributeNames{[] {
  std::array<std::string_view, kAttributes.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kAttributes[i].name;
  return names;
}()};
}  // namespace detail

[[nodiscard]] constexpr AttributeId attribute_id_of(std::string_view name) {
  return kAttributes[detail::kAttributeNames.find(name)].id;
}
[[nodiscard]] constexpr AttributeId attribute_id_of(Direction direction) {
  for (const AttributeInfo& info : kAttributes) {
    if (info.direction == direction) return info.id;
  }
  return AttributeId::Other;
}
[[nodiscard]] constexpr bool attributes_follow_enum() {
  for (std::size_t i = 0; i < kAttributes.size(); ++i) {
    if (static_cast<std::size_t>(kAttributes[i].id) != i) return false;
  }
  return true;
}
static_assert(attributes_follow_enum());

}  // namespace ringfence::sdp
