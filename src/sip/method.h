// SPDX-License-Identifier: Apache-2.0
// The request methods we know by name, as one table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sip/word_table.h"

namespace ringfence::sip {

/// A request method. Names are compared with case (RFC 3261 §7.1); what is not listed is Unknown, and still
/// forwarded.
enum class Method : std::uint8_t {
  Unknown,
  Invite,
  Ack,
  Bye,
  Cancel,
  Options,
  Register,
  Prack,
  Subscribe,
  Notify,
  Publish,
  Info,
  Refer,
  Message,
  Update,
};

/// What the protocol says of a method.
struct MethodInfo {
  Method method;
  std::string_view name;
  bool forms_dialog;      // a 2xx (or a provisional with a To tag) creates a dialog
  bool refreshes_target;  // a request inside a dialog may change the remote target
  std::string_view defined;
};

inline constexpr auto kMethods = std::to_array<MethodInfo>({
    {Method::Unknown, "", false, false, ""},
    {Method::Invite, "INVITE", true, true, "RFC 3261 §13"},
    {Method::Ack, "ACK", false, false, "RFC 3261 §13, §17"},
    {Method::Bye, "BYE", false, false, "RFC 3261 §15"},
    {Method::Cancel, "CANCEL", false, false, "RFC 3261 §9"},
    {Method::Options, "OPTIONS", false, false, "RFC 3261 §11"},
    {Method::Register, "REGISTER", false, false, "RFC 3261 §10"},
    {Method::Prack, "PRACK", false, false, "RFC 3262"},
    {Method::Subscribe, "SUBSCRIBE", true, true, "RFC 6665"},
    {Method::Notify, "NOTIFY", true, true, "RFC 6665"},
    {Method::Publish, "PUBLISH", false, false, "RFC 3903"},
    {Method::Info, "INFO", false, false, "RFC 6086"},
    {Method::Refer, "REFER", true, true, "RFC 3515"},
    {Method::Message, "MESSAGE", false, false, "RFC 3428"},
    {Method::Update, "UPDATE", false, true, "RFC 3311"},
});

[[nodiscard]] constexpr const MethodInfo& info_of(Method method) {
  return kMethods[static_cast<std::size_t>(method)];
}

/// The name as it is written; empty for Unknown.
[[nodiscard]] constexpr std::string_view name_of(Method method) {
  return info_of(method).name;
}

namespace detail {
inline constexpr WordTable<kMethods.size(), Case::Counts> kMethodNames{[] {
  std::array<std::string_view, kMethods.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kMethods[i].name;
  return names;
}()};
}  // namespace detail

/// The method with exactly this name, or Unknown.
[[nodiscard]] constexpr Method method_of(std::string_view name) {
  return kMethods[detail::kMethodNames.find(name)].method;
}

namespace detail {
constexpr bool rows_follow_enum(const auto& rows, auto id_of) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(id_of(rows[i])) != i) return false;
  }
  return true;
}
}  // namespace detail
static_assert(detail::rows_follow_enum(kMethods, [](const MethodInfo& row) { return row.method; }));

}  // namespace ringfence::sip
