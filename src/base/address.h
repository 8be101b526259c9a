// SPDX-License-Identifier: Apache-2.0
// One address type for IPv4 and IPv6: 16 bytes, IPv4 in mapped form (::ffff:a.b.c.d), normalised at the
// socket.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

struct sockaddr;
struct sockaddr_storage;

namespace ringfence::base {

class IpAddress {
 public:
  using Raw = std::array<std::uint8_t, 16>;

  constexpr IpAddress() = default;  ///< the unspecified address "::"
  explicit constexpr IpAddress(const Raw& raw) : raw_{raw} {}
  [[nodiscard]] static constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c,
                                              std::uint8_t d) {
    return IpAddress{Raw{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
  }
  /// "192.0.2.1", "2001:db8::1" or "[2001:db8::1]"; no zone, no port. Mapped IPv4 becomes IPv4. In brackets the
  /// form "[2001:db8:::192.0.2.1]" of older grammars is read too (RFC 5118 §4.10).
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] constexpr bool is_v4() const {
    for (int i = 0; i < 10; ++i) {
      if (raw_[static_cast<std::size_t>(i)] != 0) return false;
    }
    return raw_[10] == 0xff && raw_[11] == 0xff;
  }
  [[nodiscard]] bool is_unspecified() const;  ///< 0.0.0.0 or ::
  [[nodiscard]] bool is_loopback() const;     ///< 127.0.0.0/8 or ::1
  [[nodiscard]] constexpr const Raw& raw() const { return raw_; }

  /// Canonical text (RFC 5952); never brackets. At most 39 characters.
  [[nodiscard]] std::string to_string() const;
  /// Writes the text at `out` (room for 39 characters) and returns its end; with `brackets` IPv6 gets [ ]
  /// (41).
  char* write(char* out, bool brackets) const;

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Raw raw_{};
};

/// An address and a port in host order.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  static constexpr std::size_t kMaxText = 47;  // "[" 39 "]:65535"

  /// "192.0.2.1:5060" or "[2001:db8::1]:5060"; the port is required.
  [[nodiscard]] static std::optional<Endpoint> parse(std::string_view text);
  [[nodiscard]] static Endpoint from(const sockaddr_storage& from);
  /// Fills a socket address of the given family (AF_INET6 takes IPv4 in mapped form); returns its length.
  unsigned to(sockaddr_storage& out, int family) const;
  /// AF_INET or AF_INET6, as the address is.
  [[nodiscard]] int family() const;

  [[nodiscard]] std::string to_string() const;
  char* write(char* out) const;

  friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace ringfence::base
