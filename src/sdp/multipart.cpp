// SPDX-License-Identifier: Apache-2.0
// Splitting at boundaries, one pass for each level.
#include "sdp/multipart.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "sip/media_type.h"

namespace ringfence::sdp {
namespace {

enum class Delimiter : std::uint8_t { None, Next, Close };

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Is this line (with or without its end) "--boundary" or "--boundary--"? Only blanks may follow (RFC 2046
/// §5.1.1).
Delimiter delimiter_in(std::string_view line, std::string_view boundary) {
  if (!line.starts_with("--") || !line.substr(2).starts_with(boundary)) return Delimiter::None;
  line.remove_prefix(2 + boundary.size());
  const bool closes = line.starts_with("--");
  if (closes) line.remove_prefix(2);
  if (!std::all_of(line.begin(), line.end(), is_blank)) return Delimiter::None;
  return closes ? Delimiter::Close : Delimiter::Next;
}

std::size_t line_end(std::string_view text, std::size_t at) {
  const auto newline = text.find('\n', at);
  return newline == text.npos ? text.size() : newline + 1;
}

/// The line end before a delimiter belongs to the delimiter.
std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// Takes one header field with its folds off `rest`.
std::string_view take_header(std::string_view& rest) {
  std::size_t end = line_end(rest, 0);
  while (end < rest.size() && (rest[end] == ' ' || rest[end] == '\t')) end = line_end(rest, end);
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end);
  return field;
}

struct HeaderPlace {
  std::string_view name;
  std::string_view Part::* value;
};
constexpr auto kHeaders = std::to_array<HeaderPlace>({
    {"Content-Type", &Part::content_type},
    {"Content-Disposition", &Part::disposition},
    {"Content-Transfer-Encoding", &Part::encoding},
});

std::expected<void, MultipartError> read_headers(Part& part) {
  for (std::string_view rest = part.headers; !rest.empty();) {
    const std::string_view field = take_header(rest);
    const auto colon = field.find(':');
    if (colon == field.npos) return std::unexpected(MultipartError::BadHeader);
    const std::string_view name = base::trim(field.substr(0, colon));
    for (const HeaderPlace& header : kHeaders) {
      if (base::iequals(name, header.name) && (part.*header.value).empty()) {
        part.*header.value = base::trim(field.substr(colon + 1));
      }
    }
  }
  return {};
}

/// Headers up to the empty line, the body behind it.
std::expected<Part, MultipartError> read_part(std::string_view text) {
  Part part;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = line_end(text, at);
    if (without_line_end(text.substr(at, end - at)).empty()) {
      part.headers = text.substr(0, at);
      part.body = text.substr(end);
      const auto read = read_headers(part);
      if (!read) return std::unexpected(read.error());
      return part;
    }
    at = end;
  }
  if (text.empty()) return part;
  return std::unexpected(MultipartError::BadHeader);  // the empty line is missing
}

bool is_multipart(std::string_view content_type) {
  const auto media = sip::parse_media_type(content_type);
  return media && base::iequals(media->type, "multipart");
}

bool holds_plain_bytes(std::string_view encoding) {
  return encoding.empty() || base::iequals(encoding, "7bit") || base::iequals(encoding, "8bit") ||
         base::iequals(encoding, "binary");
}

bool is_session(std::string_view disposition) {
  if (disposition.empty()) return true;
  const auto parsed = sip::parse_content_disposition(disposition);
  return parsed && base::iequals(parsed->type, "session");
}

bool is_sdp(std::string_view content_type) {
  const auto media = sip::parse_media_type(content_type);
  return media && media->is("application", "sdp");
}

}  // namespace

std::expected<void, MultipartError> Parts::split(std::string_view content_type, std::string_view body) {
  count_ = 0;
  return split_level(content_type, body, 1);
}

std::expected<void, MultipartError> Parts::split_level(std::string_view content_type, std::string_view body,
                                                       std::size_t depth) {
  const auto media = sip::parse_media_type(content_type);
  if (!media || !base::iequals(media->type, "multipart"))
    return std::unexpected(MultipartError::BadContentType);
  const std::string_view boundary = media->all_params().value("boundary");
  if (boundary.empty() || boundary.size() > kMaxBoundary) return std::unexpected(MultipartError::NoBoundary);
  const bool alternative = base::iequals(media->subtype, "alternative");

  bool inside = false;  // before the first delimiter stands a preamble, which nobody reads
  std::size_t begin = 0;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = line_end(body, at);
    const Delimiter delimiter = delimiter_in(body.substr(at, end - at), boundary);
    if (delimiter != Delimiter::None) {
      if (inside) {
        const auto added = add(without_line_end(body.substr(begin, at - begin)), depth, alternative);
        if (!added) return added;
      }
      if (delimiter == Delimiter::Close) return {};
      inside = true;
      begin = end;
    }
    at = end;
  }
  return std::unexpected(inside ? MultipartError::Unterminated : MultipartError::NoParts);
}

std::expected<void, MultipartError> Parts::add(std::string_view text, std::size_t depth, bool alternative) {
  auto part = read_part(text);
  if (!part) return std::unexpected(part.error());
  if (is_multipart(part->content_type)) {
    if (depth == kMaxMultipartDepth) return std::unexpected(MultipartError::TooDeep);
    return split_level(part->content_type, part->body, depth + 1);
  }
  if (count_ == kMaxParts) return std::unexpected(MultipartError::TooManyParts);
  part->depth = static_cast<std::uint8_t>(depth);
  part->alternative = alternative;
  parts_[count_++] = *part;
  return {};
}

std::expected<std::string_view, MultipartError> find_sdp(std::string_view content_type,
                                                         std::string_view body) {
  if (is_sdp(content_type)) return body;
  if (!is_multipart(content_type)) return std::string_view{};
  Parts parts;
  const auto split = parts.split(content_type, body);
  if (!split) return std::unexpected(split.error());

  const Part* found = nullptr;
  for (const Part& part : parts.all()) {
    if (!is_sdp(part.content_type) || !holds_plain_bytes(part.encoding) || !is_session(part.disposition))
      continue;
    const bool better =
        found == nullptr || (found->alternative && part.alternative);  // the last alternative is the best
    if (better) found = &part;
  }
  return found != nullptr ? found->body : std::string_view{};
}

}  // namespace ringfence::sdp
