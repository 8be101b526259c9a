// SPDX-License-Identifier: Apache-2.0
// Addresses to text, from text, and to and from the kernel's form.
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace ringfence::base {
namespace {

constexpr std::size_t kLongest = INET6_ADDRSTRLEN;

char* write_decimal(char* out, unsigned value) {
  return std::to_chars(out, out + 5, value).ptr;
}

/// Text with room for the zero that ends it, as inet_pton() wants it.
using Terminated = std::array<char, kLongest + 1>;

/// The grammar of RFC 3261 §25.1 came from RFC 2373, which lets "::" and the colon of an embedded IPv4
/// address stand together: "2001:db8:::192.0.2.1". RFC 5118 §4.10 wants that read. Takes the third colon out;
/// false when there is none just before an IPv4 address.
bool drop_third_colon(Terminated& text) {
  char* const colons = std::strstr(text.data(), ":::");
  if (colons == nullptr) return false;
  std::array<std::uint8_t, 4> embedded;
  if (::inet_pton(AF_INET, colons + 3, embedded.data()) != 1) return false;
  std::memmove(colons + 2, colons + 3, std::strlen(colons + 3) + 1);
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const bool reference = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (reference) {
    text = text.substr(1, text.size() - 2);
    if (text.find(':') == text.npos) return std::nullopt;  // brackets are for IPv6 only (RFC 3261 §25.1)
  }
  if (text.size() >= kLongest || text.empty()) return std::nullopt;
  if (text.find('\0') != text.npos)
    return std::nullopt;  // inet_pton() would stop there and take the rest for fine
  Terminated copy{};
  std::copy(text.begin(), text.end(), copy.begin());

  Raw raw{};
  if (text.find(':') != text.npos) {
    if (::inet_pton(AF_INET6, copy.data(), raw.data()) == 1) return IpAddress{raw};
    if (!reference || !drop_third_colon(copy) || ::inet_pton(AF_INET6, copy.data(), raw.data()) != 1)
      return std::nullopt;
    return IpAddress{raw};
  }
  raw[10] = raw[11] = 0xff;
  if (::inet_pton(AF_INET, copy.data(), raw.data() + 12) != 1) return std::nullopt;
  return IpAddress{raw};
}

bool IpAddress::is_unspecified() const {
  const auto from = raw_.begin() + (is_v4() ? 12 : 0);
  return std::all_of(from, raw_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return raw_[12] == 127;
  return std::all_of(raw_.begin(), raw_.end() - 1, [](std::uint8_t byte) { return byte == 0; }) &&
         raw_[15] == 1;
}

char* IpAddress::write(char* out, bool brackets) const {
  if (is_v4()) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) *out++ = '.';
      out = write_decimal(out, raw_[i]);
    }
    return out;
  }
  std::array<char, kLongest> text{};
  ::inet_ntop(AF_INET6, raw_.data(), text.data(), text.size());
  if (brackets) *out++ = '[';
  const std::size_t length = std::strlen(text.data());
  std::memcpy(out, text.data(), length);
  out += length;
  if (brackets) *out++ = ']';
  return out;
}

std::string IpAddress::to_string() const {
  std::array<char, kLongest + 2> text{};
  return {text.data(), write(text.data(), false)};
}

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto host = text.substr(0, colon);
  const auto port_text = text.substr(colon + 1);
  const bool bracketed = !host.empty() && host.front() == '[';
  if (!bracketed && host.find(':') != host.npos) return std::nullopt;  // "::1" alone is not "::" port 1

  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (error != std::errc{} || end != port_text.data() + port_text.size()) return std::nullopt;
  const auto address = IpAddress::parse(host);
  if (!address) return std::nullopt;
  return Endpoint{*address, port};
}

Endpoint Endpoint::from(const sockaddr_storage& from) {
  IpAddress::Raw raw{};
  if (from.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    raw[10] = raw[11] = 0xff;
    std::memcpy(raw.data() + 12, &v4.sin_addr, 4);
    return {IpAddress{raw}, ntohs(v4.sin_port)};
  }
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
  std::memcpy(raw.data(), &v6.sin6_addr, 16);
  return {IpAddress{raw}, ntohs(v6.sin6_port)};
}

unsigned Endpoint::to(sockaddr_storage& out, int family) const {
  if (family == AF_INET) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(out);
    v4 = {};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.raw().data() + 12, 4);
    return sizeof v4;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(out);
  v6 = {};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&v6.sin6_addr, address.raw().data(), 16);
  return sizeof v6;
}

int Endpoint::family() const {
  return address.is_v4() ? AF_INET : AF_INET6;
}

char* Endpoint::write(char* out) const {
  out = address.write(out, true);
  *out++ = ':';
  return write_decimal(out, port);
}

std::string Endpoint::to_string() const {
  std::array<char, kLongest + 10> text{};
  return {text.data(), write(text.data())};
}

}  // namespace ringfence::base
