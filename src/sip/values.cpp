// SPDX-License-Identifier: Apache-2.0
// Taking comma lists apart.
#include "sip/values.h"

#include "sip/chars.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

/// Behind the closing quote of the string that starts at `at`, or the end.
const char* skip_quoted(const char* at, const char* end) {
  for (++at; at != end;) {
    at = scan::find_any<'"', '\\'>(at, end);
    if (at == end) return end;
    if (*at == '"') return at + 1;
    at = end - at > 2 ? at + 2 : end;
  }
  return end;
}

}  // namespace

std::string_view take_value(std::string_view& rest) {
  const char* const start = rest.data();
  const char* const end = start + rest.size();
  const char* at = start;
  while ((at = scan::find_any<',', '"', '<'>(at, end)) != end && *at != ',') {
    if (*at == '"') {
      at = skip_quoted(at, end);
    } else {
      at = scan::find_any<'>'>(at, end);
    }
  }
  rest = at == end ? std::string_view{} : std::string_view{at + 1, end};
  return trim_lws({start, at});
}

}  // namespace ringfence::sip
