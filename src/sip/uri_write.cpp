// SPDX-License-Identifier: Apache-2.0
// Writing URIs and their parts: the canonical address of record, escapes, bare numbers.
#include "base/address.h"
#include "base/text_writer.h"
#include "sip/chars.h"
#include "sip/uri.h"

namespace ringfence::sip {
namespace {

using base::TextWriter;

std::expected<std::string_view, WriteError> finished(const TextWriter& writer) {
  if (writer.overflowed()) return std::unexpected(WriteError::NoRoom);
  return writer.view();
}

/// False when a '%' is not followed by two hexadecimal digits.
bool append_unescaped(TextWriter& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.append(text[i]);
      continue;
    }
    if (text.size() - i < 3 || !is(kHex, text[i + 1]) || !is(kHex, text[i + 2])) return false;
    out.append(static_cast<char>(base::hex_value(text[i + 1]) * 16 + base::hex_value(text[i + 2])));
    i += 2;
  }
  return true;
}

void append_lower(TextWriter& out, std::string_view text) {
  for (const char c : text) out.append(base::to_lower(c));
}

void append_host(TextWriter& out, std::string_view host) {
  const auto address = host.starts_with('[') ? base::IpAddress::parse(host) : std::nullopt;
  if (!address) return append_lower(out, host);
  constexpr std::size_t kMaxBracketed = 41;
  char text[kMaxBracketed];
  out.append(std::string_view{text, address->write(text, true)});
}

constexpr bool is_line_break(char c) {
  return c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

std::expected<std::string_view, WriteError> canonical_aor(const Uri& uri, std::span<char> out) {
  if (!uri.is_sip()) return std::unexpected(WriteError::NotSip);
  TextWriter writer{out};
  writer.append("sip:");
  if (!uri.user.empty()) {
    const std::size_t start = writer.size();
    if (!append_unescaped(writer, uri.user)) return std::unexpected(WriteError::BadEscape);
    for (const char c : writer.view().substr(start)) {
      if (is_line_break(c)) return std::unexpected(WriteError::BadEscape);
    }
    writer.append('@');
  }
  append_host(writer, uri.host);
  const std::uint16_t usual_port = uri.scheme == Scheme::Sips ? kSipsPort : kSipPort;
  if (uri.port && *uri.port != usual_port) writer.append(':').append_decimal(*uri.port);
  return finished(writer);
}

std::expected<std::string_view, WriteError> unescape(std::string_view text, std::span<char> out) {
  TextWriter writer{out};
  if (!append_unescaped(writer, text)) return std::unexpected(WriteError::BadEscape);
  return finished(writer);
}

std::expected<std::string_view, WriteError> escape_user(std::string_view text, std::span<char> out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  TextWriter writer{out};
  for (const char c : text) {
    if (is(kUser, c)) {
      writer.append(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    writer.append('%').append(kDigits[byte >> 4U]).append(kDigits[byte & 0xfU]);
  }
  return finished(writer);
}

std::expected<std::string_view, WriteError> bare_number(std::string_view number, std::span<char> out) {
  TextWriter writer{out};
  for (const char c : number) {
    if (c != '-' && c != '.' && c != '(' && c != ')') writer.append(base::to_lower(c));
  }
  return finished(writer);
}

}  // namespace ringfence::sip
