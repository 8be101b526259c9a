// SPDX-License-Identifier: Apache-2.0
// When two URIs mean the same: RFC 3261 §19.1.4 and RFC 3966 §5.
#include <algorithm>
#include <array>

#include "base/address.h"
#include "base/ascii.h"
#include "sip/chars.h"
#include "sip/uri.h"

namespace ringfence::sip {
namespace {

using base::iequals;

enum class Case : std::uint8_t { Counts, Ignored };

/// One character of a URI component. An escaped reserved character is not the same as the bare one (RFC 2396
/// §2.2).
struct Unit {
  unsigned char c = 0;
  bool escaped_reserved = false;
  friend bool operator==(const Unit&, const Unit&) = default;
};

Unit take_unit(std::string_view& rest, Case letters) {
  constexpr std::string_view kReserved = ";/?:@&=+$,";
  Unit unit{static_cast<unsigned char>(rest[0]), false};
  std::size_t size = 1;
  if (rest[0] == '%' && rest.size() >= 3 && is(kHex, rest[1]) && is(kHex, rest[2])) {
    unit.c = static_cast<unsigned char>(base::hex_value(rest[1]) * 16 + base::hex_value(rest[2]));
    unit.escaped_reserved = kReserved.find(static_cast<char>(unit.c)) != std::string_view::npos;
    size = 3;
  }
  rest.remove_prefix(size);
  if (letters == Case::Ignored)
    unit.c = static_cast<unsigned char>(base::to_lower(static_cast<char>(unit.c)));
  return unit;
}

bool same_text(std::string_view a, std::string_view b, Case letters) {
  while (!a.empty() && !b.empty()) {
    if (!(take_unit(a, letters) == take_unit(b, letters))) return false;
  }
  return a.empty() && b.empty();
}

bool same_host(std::string_view a, std::string_view b) {
  if (iequals(a, b)) return true;
  // The same IPv6 address has many spellings (RFC 5954 §4.2).
  if (!a.starts_with('[') || !b.starts_with('[')) return false;
  const auto first = base::IpAddress::parse(a);
  return first && first == base::IpAddress::parse(b);
}

std::optional<UriParams::Item> find(std::string_view items, char separator, std::string_view name) {
  UriParams reader{items, separator};
  while (const auto item = reader.next()) {
    if (same_text(item->name, name, Case::Ignored)) return item;
  }
  return std::nullopt;
}

/// Parameters that may not stand in one URI alone. transport is not in the list of the RFC, but its examples
/// have a URI with transport=udp differ from one without: they can resolve to different transports.
constexpr auto kNeverIgnored =
    std::to_array<std::string_view>({"user", "ttl", "method", "maddr", "transport"});

/// Each parameter of `a` that `b` has too matches, and none that counts is missing in `b`.
bool params_match(std::string_view a, std::string_view b) {
  UriParams reader{a, ';'};
  while (const auto item = reader.next()) {
    const auto other = find(b, ';', item->name);
    if (other) {
      if (item->has_value != other->has_value || !same_text(item->value, other->value, Case::Ignored))
        return false;
    } else if (std::ranges::any_of(kNeverIgnored, [&](std::string_view name) {
                 return same_text(item->name, name, Case::Ignored);
               })) {
      return false;
    }
  }
  return true;
}

/// Occurrences of one header with that value.
std::size_t count(std::string_view headers, const UriParams::Item& wanted) {
  std::size_t found = 0;
  UriParams reader{headers, '&'};
  while (const auto item = reader.next()) {
    if (same_text(item->name, wanted.name, Case::Ignored) &&
        same_text(item->value, wanted.value, Case::Counts))
      ++found;
  }
  return found;
}

/// Headers are never ignored; a header may occur more than once.
bool headers_match(std::string_view a, std::string_view b) {
  UriParams reader{a, '&'};
  std::size_t items = 0;
  while (const auto item = reader.next()) {
    ++items;
    if (count(a, *item) != count(b, *item)) return false;
  }
  UriParams other{b, '&'};
  while (other.next()) --items;
  return items == 0;
}

bool same_sip(const Uri& a, const Uri& b) {
  return same_text(a.user, b.user, Case::Counts) && same_text(a.password, b.password, Case::Counts) &&
         same_host(a.host, b.host) && a.port == b.port && params_match(a.params, b.params) &&
         params_match(b.params, a.params) && headers_match(a.headers, b.headers);
}

constexpr bool is_visual_separator(char c) {
  return c == '-' || c == '.' || c == '(' || c == ')';
}

bool same_number(std::string_view a, std::string_view b) {
  const auto skip_separators = [](std::string_view& text) {
    while (!text.empty() && is_visual_separator(text[0])) text.remove_prefix(1);
  };
  while (true) {
    skip_separators(a);
    skip_separators(b);
    if (a.empty() || b.empty()) return a.empty() && b.empty();
    if (base::to_lower(a[0]) != base::to_lower(b[0])) return false;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
}

/// Every parameter of `a` stands in `b` with the same value; extensions and numeric contexts are numbers.
bool tel_params_match(std::string_view a, std::string_view b) {
  UriParams reader{a, ';'};
  while (const auto item = reader.next()) {
    const auto other = find(b, ';', item->name);
    if (!other || item->has_value != other->has_value) return false;
    const bool number = iequals(item->name, "ext") || item->value.starts_with('+');
    const bool same =
        number ? same_number(item->value, other->value) : same_text(item->value, other->value, Case::Ignored);
    if (!same) return false;
  }
  return true;
}

bool same_tel(const Uri& a, const Uri& b) {
  return same_number(a.user, b.user) && tel_params_match(a.params, b.params) &&
         tel_params_match(b.params, a.params);
}

}  // namespace

bool same_uri_name(std::string_view a, std::string_view b) {
  if (iequals(a, b)) return true;
  const bool escapes = a.find('%') != a.npos || b.find('%') != b.npos;
  return escapes && same_text(a, b, Case::Ignored);
}

bool equivalent(const Uri& a, const Uri& b) {
  if (a.scheme != b.scheme) return false;
  if (a.is_sip()) return same_sip(a, b);
  if (a.scheme == Scheme::Tel) return same_tel(a, b);
  return iequals(a.scheme_text(), b.scheme_text()) && a.opaque == b.opaque;
}

bool looks_like_number(std::string_view user) {
  if (user.starts_with('+')) user.remove_prefix(1);
  bool any = false;
  for (const char c : user) {
    if (!base::is_digit(c) && !is_visual_separator(c)) return false;
    any = any || base::is_digit(c);
  }
  return any;
}

}  // namespace ringfence::sip
