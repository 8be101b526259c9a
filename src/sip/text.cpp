// SPDX-License-Identifier: Apache-2.0
// Folding, quoting, escaping.
#include "sip/text.h"

#include <algorithm>

#include "sip/scan.h"

namespace ringfence::sip {
namespace {

constexpr bool is_unsafe(char c) {
  return c == '\r' || c == '\n' || c == '\0';
}

std::expected<std::string_view, WriteError> finished(const base::TextWriter& writer) {
  if (writer.overflowed()) return std::unexpected(WriteError::NoRoom);
  return writer.view();
}

}  // namespace

bool is_safe(std::string_view text) {
  return std::ranges::none_of(text, is_unsafe);
}

bool append_unfolded(base::TextWriter& out, std::string_view value) {
  const char* at = value.data();
  const char* const end = at + value.size();
  while (at != end) {
    const char* const stop = scan::find_any<'\r', '\n', '\0'>(at, end);
    out.append(std::string_view{at, stop});
    if (stop == end) return true;
    const bool fold =
        end - stop >= 3 && stop[0] == '\r' && stop[1] == '\n' && (stop[2] == ' ' || stop[2] == '\t');
    if (!fold) return false;
    out.append(' ');
    at = stop + 3;
    while (at != end && (*at == ' ' || *at == '\t')) ++at;
  }
  return true;
}

std::expected<std::string_view, WriteError> unfold(std::string_view value, std::span<char> out) {
  base::TextWriter writer{out};
  if (!append_unfolded(writer, value)) return std::unexpected(WriteError::Unsafe);
  return finished(writer);
}

std::expected<std::string_view, WriteError> unquote(std::string_view inside, std::span<char> out) {
  if (inside.find('\\') == std::string_view::npos) return inside;
  base::TextWriter writer{out};
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\\' && i + 1 < inside.size()) ++i;
    writer.append(inside[i]);
  }
  return finished(writer);
}

std::expected<std::string_view, WriteError> quote(std::string_view text, std::span<char> out) {
  if (!is_safe(text)) return std::unexpected(WriteError::Unsafe);
  base::TextWriter writer{out};
  writer.append('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') writer.append('\\');
    writer.append(c);
  }
  return finished(writer.append('"'));
}

}  // namespace ringfence::sip
