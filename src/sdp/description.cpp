// SPDX-License-Identifier: Apache-2.0
// One pass from text to an index of lines.
#include "sdp/description.h"

#include <algorithm>

#include "base/ascii.h"

namespace ringfence::sdp {
namespace {

using Check = std::optional<SdpError> (*)(std::string_view);

template <auto kParse>
std::optional<SdpError> reads(std::string_view value) {
  const auto parsed = kParse(value);
  return parsed ? std::nullopt : std::optional{parsed.error()};
}
std::optional<SdpError> anything(std::string_view) {
  return std::nullopt;
}
std::optional<SdpError> version_zero(std::string_view value) {
  return value == "0" ? std::nullopt : std::optional{SdpError::BadVersion};
}
std::optional<SdpError> has_name(std::string_view value) {
  return value.empty() || value.front() == ':' ? std::optional{SdpError::BadAttribute} : std::nullopt;
}

enum class Occurs : std::uint8_t { Never, Once, Often };

/// What RFC 8866 §5 says of a line.
struct LineType {
  char type;
  Occurs in_session;
  Occurs in_media;
  Check check;
};

constexpr auto kLineTypes = std::to_array<LineType>({
    {'v', Occurs::Once, Occurs::Never, version_zero},
    {'o', Occurs::Once, Occurs::Never, reads<parse_origin>},
    {'s', Occurs::Once, Occurs::Never, anything},
    {'i', Occurs::Once, Occurs::Once, anything},
    {'u', Occurs::Once, Occurs::Never, anything},
    {'e', Occurs::Often, Occurs::Never, anything},
    {'p', Occurs::Often, Occurs::Never, anything},
    {'c', Occurs::Once, Occurs::Often, reads<parse_connection>},
    {'b', Occurs::Often, Occurs::Often, reads<parse_bandwidth>},
    {'t', Occurs::Often, Occurs::Never, reads<parse_timing>},
    {'r', Occurs::Often, Occurs::Never, anything},
    {'z', Occurs::Once, Occurs::Never, anything},
    {'k', Occurs::Once, Occurs::Once, anything},
    {'a', Occurs::Often, Occurs::Often, has_name},
});
constexpr LineType kUnknownType{'\0', Occurs::Often, Occurs::Often, anything};

constexpr const LineType& type_of(char letter) {
  for (const LineType& row : kLineTypes) {
    if (row.type == letter) return row;
  }
  return kUnknownType;
}

struct Required {
  char type;
  SdpError missing;
};
constexpr auto kRequired = std::to_array<Required>({
    {'o', SdpError::MissingOrigin},
    {'s', SdpError::MissingName},
    {'t', SdpError::MissingTiming},
});

/// Which letters were seen in a section.
class Letters {
 public:
  [[nodiscard]] bool has(char letter) const { return (bits_ & bit(letter)) != 0; }
  void add(char letter) { bits_ |= bit(letter); }
  void clear() { bits_ = 0; }

 private:
  static std::uint64_t bit(char letter) {
    return std::uint64_t{1} << (static_cast<unsigned char>(letter) & 63U);
  }
  std::uint64_t bits_ = 0;
};

}  // namespace

class Description::Parser {
 public:
  explicit Parser(Description& into) : into_{into}, text_{into.text_} {}

  std::expected<void, ParseError> run() {
    if (text_.size() > kMaxBytes) return whole(SdpError::TooLarge);
    std::size_t at = 0;
    while (at < text_.size() && !only_line_ends(at)) {
      const std::size_t newline = std::min(text_.find('\n', at), text_.size());
      if (const auto error = take_line(at, newline)) return std::unexpected(ParseError{*error, number()});
      at = std::min(newline + 1, text_.size());
    }
    into_.lines_end_ = at;
    close_section();
    if (into_.line_count_ == 0) return whole(SdpError::BadVersion);
    for (const Required& required : kRequired) {
      if (!session_letters_.has(required.type)) return whole(required.missing);
    }
    return {};
  }

 private:
  static std::unexpected<ParseError> whole(SdpError error) { return std::unexpected(ParseError{error, 0}); }
  /// Of the line that is being read, counted from 1.
  [[nodiscard]] std::uint16_t number() const { return static_cast<std::uint16_t>(into_.line_count_ + 1); }
  [[nodiscard]] bool only_line_ends(std::size_t at) const {
    return text_[at] <= '\r' && text_.find_first_not_of("\r\n", at) == text_.npos;
  }

  std::optional<SdpError> take_line(std::size_t at, std::size_t newline) {
    if (into_.line_count_ == kMaxLines) return SdpError::TooManyLines;
    std::string_view line = text_.substr(at, newline - at);
    if (newline < text_.size() && line.ends_with('\r'))
      line.remove_suffix(1);  // CR is no line end without LF
    if (line.find('\r') != line.npos || line.find('\0') != line.npos) return SdpError::BadCharacter;
    if (line.size() < 2 || line[1] != '=' || !base::is_alpha(line[0])) return SdpError::BadLine;
    const std::string_view value = line.substr(2);
    if (const auto error = line[0] == 'm' ? open_media(value) : check(line[0], value)) return error;

    const auto colon = value.find(':');
    into_.lines_[into_.line_count_++] = {
        .at = static_cast<std::uint16_t>(at),
        .value_size = static_cast<std::uint16_t>(value.size()),
        .type = line[0],
        .attribute = line[0] == 'a' ? attribute_id_of(value.substr(0, colon)) : AttributeId::Other,
    };
    return std::nullopt;
  }

  std::optional<SdpError> check(char letter, std::string_view value) {
    const bool in_media = into_.media_count_ > 0;
    if (into_.line_count_ == 0 && letter != 'v') return SdpError::BadVersion;
    const LineType& type = type_of(letter);
    const Occurs occurs = in_media ? type.in_media : type.in_session;
    Letters& letters = in_media ? media_letters_ : session_letters_;
    if (occurs == Occurs::Never) return SdpError::MisplacedLine;
    if (occurs == Occurs::Once && letters.has(letter)) return SdpError::DuplicateLine;
    letters.add(letter);
    return type.check(value);
  }

  std::optional<SdpError> open_media(std::string_view value) {
    if (into_.line_count_ == 0) return SdpError::BadVersion;
    if (into_.media_count_ == kMaxMedia) return SdpError::TooManyMedia;
    const auto line = parse_media_line(value);
    if (!line) return line.error();
    close_section();
    media_letters_.clear();
    const auto first = static_cast<std::uint16_t>(into_.line_count_);
    into_.media_[into_.media_count_++] = {.section = {first, first}, .line = *line};
    return std::nullopt;
  }

  void close_section() {
    const auto end = static_cast<std::uint16_t>(into_.line_count_);
    if (into_.media_count_ == 0) {
      into_.session_ = {0, end};
    } else {
      into_.media_[into_.media_count_ - 1].section.end = end;
    }
  }

  Description& into_;
  std::string_view text_;
  Letters session_letters_;
  Letters media_letters_;
};

std::expected<void, ParseError> Description::parse(std::string_view text) {
  text_ = text;
  line_count_ = media_count_ = lines_end_ = 0;
  return Parser{*this}.run();
}

LineView Description::line(std::size_t index) const {
  const Line& line = lines_[index];
  return {index, line.type, line.attribute, value(index)};
}

std::string_view Description::raw_line(std::size_t index) const {
  const std::size_t end = index + 1 < line_count_ ? lines_[index + 1].at : lines_end_;
  return text_.substr(lines_[index].at, end - lines_[index].at);
}

bool Description::Lines::wanted(std::size_t index) const {
  const Line& line = description_->lines_[index];
  if (type_ != '\0' && line.type != type_) return false;
  if (id_ && line.attribute != *id_) return false;
  return name_.empty() || description_->line(index).name() == name_;
}

Origin Description::origin() const {
  for (const LineView line : lines(session_, 'o')) return parse_origin(line.value).value_or(Origin{});
  return {};
}

std::string_view Description::name() const {
  for (const LineView line : lines(session_, 's')) return line.value;
  return {};
}

std::optional<Connection> Description::connection(Section section) const {
  for (const LineView line : lines(section, 'c')) {
    if (const auto connection = parse_connection(line.value)) return *connection;
  }
  return std::nullopt;
}

std::optional<Connection> Description::connection_of(const Media& media) const {
  const auto own = connection(media.section);
  return own ? own : connection(session_);
}

std::optional<Direction> Description::own_direction(Section section) const {
  for (const LineView line : lines(section, 'a')) {
    if (const auto direction = info_of(line.attribute).direction) return direction;
  }
  return std::nullopt;
}

Direction Description::direction_of(const Media& media) const {
  if (const auto own = own_direction(media.section)) return *own;
  return own_direction(session_).value_or(Direction::SendRecv);
}

std::optional<RtpMap> Description::rtpmap_of(const Media& media, std::uint8_t payload) const {
  for (const LineView line : attributes(media.section, AttributeId::RtpMap)) {
    const auto map = parse_rtpmap(line.attribute_value());
    if (map && map->payload == payload) return *map;
  }
  return std::nullopt;
}

}  // namespace ringfence::sdp
