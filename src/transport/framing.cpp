// SPDX-License-Identifier: Apache-2.0
// Stream framing: line breaks between messages, the end of the header section, Content-Length.
#include "transport/framing.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.h"
#include "sip/chars.h"

namespace ringfence::transport {

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEmptyLine = "\r\n\r\n";

/// A buffer that begins with CR or LF. Two line breaks are a ping only when they are together, so a buffer
/// that ends within them waits: the verdict must not depend on where a segment was cut.
FrameResult frame_line_breaks(std::string_view bytes) {
  if (bytes.starts_with(kEmptyLine)) return {FrameKind::Ping, kEmptyLine.size()};
  if (kEmptyLine.starts_with(bytes)) return {FrameKind::Between, 0};
  if (bytes.starts_with(kLineEnd)) return {FrameKind::Skip, kLineEnd.size()};
  return {FrameKind::Broken, 0};
}

/// Takes one header field with its folds off the front of `rest`, without its line end.
std::string_view take_field(std::string_view& rest) {
  std::size_t end = 0;
  do {
    end = rest.find(kLineEnd, end == 0 ? 0 : end + kLineEnd.size());
  } while (end != std::string_view::npos && end + 2 < rest.size() &&
           (rest[end + 2] == ' ' || rest[end + 2] == '\t'));
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kLineEnd.size());
  return field;
}

/// The value of a Content-Length field ("l" is its compact form); nullopt when the field is another one.
std::optional<std::string_view> content_length_value(std::string_view field) {
  if (field.empty() || (base::to_lower(field.front()) != 'c' && base::to_lower(field.front()) != 'l'))
    return std::nullopt;
  const std::size_t colon = field.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view name = base::trim(field.substr(0, colon));
  if (!base::iequals(name, "Content-Length") && !base::iequals(name, "l")) return std::nullopt;
  return base::trim(field.substr(colon + 1));
}

std::optional<std::size_t> read_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The body's size as the header section tells it. Two Content-Length fields, even equal ones, tell nothing:
/// each hop might believe another of them.
std::optional<std::size_t> body_size(std::string_view header_section) {
  std::optional<std::string_view> value;
  (void)take_field(header_section);  // the start line
  while (!header_section.empty()) {
    const auto found = content_length_value(take_field(header_section));
    if (!found) continue;
    if (value) return std::nullopt;
    value = found;
  }
  return value ? read_number(*value) : std::nullopt;
}

}  // namespace

FrameResult frame_stream(std::string_view bytes, std::size_t seen, const FramingLimits& limits) {
  if (bytes.empty()) return {FrameKind::NeedMore, 0};
  if (bytes.front() == '\r' || bytes.front() == '\n') return frame_line_breaks(bytes);
  if (!sip::is(sip::kToken, bytes.front()))
    return {FrameKind::Broken, 0};  // no method begins so: TLS, a NUL, garbage

  const std::string_view window = bytes.substr(0, limits.header_bytes);
  const std::size_t from =
      seen < kEmptyLine.size() ? 0 : std::min(seen, window.size()) - (kEmptyLine.size() - 1);
  const std::size_t end = window.find(kEmptyLine, from);
  if (end == std::string_view::npos) {
    return {bytes.size() < limits.header_bytes ? FrameKind::NeedMore : FrameKind::Broken, 0};
  }

  const std::size_t header_bytes = end + kEmptyLine.size();
  const std::optional<std::size_t> body = body_size(bytes.substr(0, end + kLineEnd.size()));
  if (!body) return {FrameKind::Unframeable, header_bytes};
  if (header_bytes > limits.message_bytes || *body > limits.message_bytes - header_bytes) {
    return {FrameKind::TooLarge, header_bytes};
  }
  const std::size_t size = header_bytes + *body;
  return {size <= bytes.size() ? FrameKind::Message : FrameKind::NeedMore, size};
}

}  // namespace ringfence::transport
