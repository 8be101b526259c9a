// SPDX-License-Identifier: Apache-2.0
// Reading the hosts that are out of the ordinary.
#include "sip/host.h"

#include "sip/scan.h"

namespace ringfence::sip {
namespace {

std::string_view leading_reference(std::string_view text) {
  Cursor cursor{text};
  cursor.move_to(scan::find_any<']'>(text.data(), cursor.end()));
  const bool sane = cursor.eat(']') && base::IpAddress::parse(cursor.since(text.data()));
  return sane ? cursor.since(text.data()) : std::string_view{};
}

}  // namespace

std::string_view leading_host(std::string_view text) {
  Cursor cursor{text};
  if (cursor.peek() == '[') return leading_reference(text);
  while (!cursor.run(kAlnum).empty()) {
    if (cursor.peek() == '-') {
      while (cursor.eat('-')) {
      }
      if (!is(kAlnum, cursor.peek())) return {};
      continue;
    }
    if (!cursor.eat('.')) return cursor.since(text.data());
  }
  // Nothing, or a dot at the end; two dots leave one behind.
  const bool sane = cursor.peek() != '.' && cursor.peek() != '-';
  return sane ? cursor.since(text.data()) : std::string_view{};
}

}  // namespace ringfence::sip
