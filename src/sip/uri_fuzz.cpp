// SPDX-License-Identifier: Apache-2.0
// Any text as a URI: parts inside the text, reading again gives the same, equivalence is reflexive and
// symmetric.
#include <array>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/uri.h"

namespace {

using namespace ringfence::sip;

/// The URI put together from its parts.
std::string rebuilt(const Uri& uri) {
  std::string text{uri.scheme_text()};
  text += ':';
  if (!uri.is_sip()) return text += uri.opaque;
  if (!uri.user.empty()) {
    text += uri.user;
    if (uri.password.data() != nullptr) text.append(":").append(uri.password);
    text += '@';
  }
  text += uri.host;
  if (uri.port) text.append(":").append(std::to_string(*uri.port));
  if (!uri.params.empty()) text.append(";").append(uri.params);
  if (!uri.headers.empty()) text.append("?").append(uri.headers);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::size_t half = text.find('\n');
  const auto uri = parse_uri(text.substr(0, half));
  if (!uri) return 0;
  RF_ASSERT(uri->text.find_first_of(" \r\n\t<>\"") == std::string_view::npos);
  const std::string again = rebuilt(*uri);
  const auto reread = parse_uri(again);
  RF_ASSERT(reread.has_value());
  RF_ASSERT(equivalent(*uri, *reread) && equivalent(*uri, *uri));

  std::array<char, 4096> out;
  if (const auto aor = canonical_aor(*uri, out)) {
    RF_ASSERT(aor->find('\0') == std::string_view::npos && aor->find('\n') == std::string_view::npos);
  }
  // A user may be written anew from its unescaped form.
  std::array<char, 4096> escaped;
  if (const auto user = unescape(uri->user, out); user && !user->empty()) {
    const auto written = escape_user(*user, escaped);
    if (written) RF_ASSERT(parse_uri("sip:" + std::string{*written} + "@h").has_value());
  }
  if (half == std::string_view::npos) return 0;
  if (const auto other = parse_uri(text.substr(half + 1)))
    RF_ASSERT(equivalent(*uri, *other) == equivalent(*other, *uri));
  return 0;
}
