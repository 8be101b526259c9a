// SPDX-License-Identifier: Apache-2.0
// Personal<T>: numbers, users and addresses, printed only as `log.privacy` allows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/address.h"
#include "base/hash.h"

namespace ringfence::observe {

/// What is shown of personal data: all of it, enough to recognise one's own, or a name that only says "the
/// same again".
enum class Privacy : std::uint8_t { Full, Masked, Hashed };

struct PrivacyPolicy {
  Privacy privacy = Privacy::Full;
  base::HashSeed seed{};  ///< of this installation, and secret: who has it can test guesses against hashes
};

/// A value that belongs to a person. It cannot be printed by accident; the log front end knows how.
template <class T>
class Personal {
 public:
  constexpr explicit Personal(T value) : value_{std::move(value)} {}

  /// For use, not for printing.
  [[nodiscard]] constexpr const T& reveal() const { return value_; }

  friend constexpr bool operator==(const Personal&, const Personal&) = default;

 private:
  T value_;
};

inline constexpr std::size_t kMaxPersonalText = 256;

/// Writes what the policy allows into `out` and returns it; at most kMaxPersonalText bytes, longer texts are
/// cut. The result may hold any byte of `text`: escape it. Masked: "alice@example.test" is
/// "a***@example.test", "4312345678" is "43***78". Hashed: '#' and 12 hex digits.
[[nodiscard]] std::string_view personal_text(std::string_view text, const PrivacyPolicy& policy,
                                             std::span<char, kMaxPersonalText> out);
/// Masked: the network is kept, "192.0.2.*" (/24) or "2001:db8:1::*" (/48).
[[nodiscard]] std::string_view personal_address(const base::IpAddress& address, const PrivacyPolicy& policy,
                                                std::span<char, kMaxPersonalText> out);
/// The address likewise; the port is always shown.
[[nodiscard]] std::string_view personal_endpoint(const base::Endpoint& endpoint, const PrivacyPolicy& policy,
                                                 std::span<char, kMaxPersonalText> out);

}  // namespace ringfence::observe
