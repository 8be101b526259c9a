// SPDX-License-Identifier: Apache-2.0
// RegisterRequest: what a REGISTER asks for, read from the message (RFC 3261 §10.2, RFC 3327, RFC 5626).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "location/register_update.h"
#include "sip/message.h"

namespace ringfence::registrar {

/// Why a REGISTER cannot be understood. All are answered with 400.
enum class RegisterDefect : std::uint8_t {
  BadContact,       ///< not a Contact value, or its reg-id is no number above 0
  BadExpires,       ///< more than one Expires
  BadWildcard,      ///< "*" beside another contact, or without Expires: 0 (§10.2.2)
  TooManyContacts,  ///< more values than an address of record may ever have
  SeveralFlows,     ///< reg-id beside another contact that is to be bound (RFC 5626 §6)
  PathTooLong,
};
[[nodiscard]] std::string_view reason_of(RegisterDefect defect);

/// Views into the message, apart from the joined Path. Large: keep it on the stack of one call.
class RegisterRequest {
 public:
  /// @param path_allowed  the message comes from a neighbour whose Path we believe; others' is ignored
  [[nodiscard]] static std::optional<RegisterDefect> read(const sip::Message& request, bool path_allowed,
                                                          RegisterRequest& out);

  /// The contacts, `expires`, `wildcard`, `call_id`, `cseq`, `path` and `user_agent` of the update are set;
  /// the address of record and the flow are the caller's.
  [[nodiscard]] location::RegisterUpdate update() const;
  /// The device wants this binding to be a flow of RFC 5626.
  [[nodiscard]] bool uses_outbound() const { return uses_outbound_; }

 private:
  [[nodiscard]] std::optional<RegisterDefect> read_contacts(const sip::Message& request);
  [[nodiscard]] std::optional<RegisterDefect> add_contact(std::string_view value, bool outbound);
  [[nodiscard]] std::optional<RegisterDefect> check_wildcard() const;
  [[nodiscard]] std::optional<RegisterDefect> check_flows() const;
  [[nodiscard]] bool join_path(const sip::Message& request);

  std::array<location::ContactUpdate, location::Bounds::contacts> contacts_;
  std::size_t count_ = 0;
  bool wildcard_ = false;
  bool uses_outbound_ = false;
  std::optional<std::chrono::seconds> expires_;
  std::string_view call_id_;
  std::uint32_t cseq_ = 0;
  std::string_view user_agent_;
  std::array<char, location::Bounds::path> path_;
  std::size_t path_size_ = 0;
};

}  // namespace ringfence::registrar
