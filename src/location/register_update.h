// SPDX-License-Identifier: Apache-2.0
// RegisterUpdate: what one REGISTER asks for, and why it may be refused.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "location/binding.h"
#include "net/flow.h"

namespace ringfence::location {

/// One Contact value of a REGISTER.
struct ContactUpdate {
  std::string_view uri{};                         ///< what stands between < and >
  std::optional<std::chrono::seconds> expires{};  ///< the contact's own parameter
  std::uint16_t q = Binding::kFullQ;              ///< thousandths
  std::string_view instance{};                    ///< +sip.instance without quotes, or empty
  std::uint32_t reg_id = 0;                       ///< RFC 5626; only with an instance, else 0
};

/// The whole request. All texts are copied; the message may go away afterwards.
struct RegisterUpdate {
  std::string_view aor;  ///< canonical (location/aor.h)
  std::string_view call_id;
  std::uint32_t cseq = 0;
  std::span<const ContactUpdate> contacts;      ///< empty with `wildcard` unset: changes nothing
  bool wildcard = false;                        ///< "Contact: *"; the caller has seen that Expires is 0
  std::optional<std::chrono::seconds> expires;  ///< the Expires header: for contacts without a parameter
  std::string_view path;
  std::string_view user_agent;
  net::Flow flow;
};

/// Why an update was refused. Nothing has changed then: an update is done whole or not at all.
enum class BindError : std::uint8_t {
  TooBrief,  ///< a lifetime under Policy::min_expires and under an hour: 423 with Min-Expires (§10.3 step 7)
  OutOfOrder,       ///< same Call-ID, CSeq not higher than the stored one: 500 (§10.3 step 7)
  BadContact,       ///< not a SIP or SIPS URI: 400
  TooLong,          ///< a text over its bound: 400
  TooManyContacts,  ///< more than Policy::max_contacts bindings: 403, since trying again would not help
  Full,             ///< the table is at its bound: 503
};

/// Sizes that a text may have.
struct Bounds {
  static constexpr std::size_t aor = 256;
  static constexpr std::size_t contact = 512;
  static constexpr std::size_t call_id = 255;
  static constexpr std::size_t instance = 255;
  static constexpr std::size_t path = 1024;
  static constexpr std::size_t user_agent = 64;  ///< cut there, not refused
  static constexpr std::size_t contacts = 64;    ///< the highest Policy::max_contacts
};

/// How long bindings live and how many an address of record may have (options `registrar.*`).
struct Policy {
  std::chrono::seconds min_expires{60};
  std::chrono::seconds max_expires{3600};
  std::chrono::seconds default_expires{3600};  ///< where the request names none
  unsigned max_contacts = 10;
  unsigned jitter_percent = 10;  ///< granted lifetimes are shortened by up to this much: no storms (A-20)
};

/// What was done.
struct BindResult {
  const AorRecord* record =
      nullptr;  ///< all bindings now, valid until the turn ends; nullptr when none is left
  unsigned added = 0;
  unsigned refreshed = 0;
  unsigned removed = 0;
};

}  // namespace ringfence::location
