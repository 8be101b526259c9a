// SPDX-License-Identifier: Apache-2.0
// One pass from text to an index of lines.
#include "sdp/description.h"

#include <array>
#include <memory>

#include "base/ascii.h"
#include "sdp/line_readers.h"

namespace ringfence::sdp {
namespace {

enum class Occurs : std::uint8_t { Never, Once, Often };

struct Required {
  char type;
  SdpError missing;
};
constexpr auto kRequired = std::to_array<Required>({
    {'o', SdpError::MissingOrigin},
    {'s', SdpError::MissingName},
    {'t', SdpError::MissingTiming},
});

/// A letter as a member of a set.
constexpr std::uint64_t bit_of(char letter) {
  return std::uint64_t{1} << (static_cast<unsigned char>(letter) & 63U);
}

}  // namespace

/// Reads line by line. Each character is classified once; what a line says is read where it stands.
class Description::Parser {
 public:
  explicit Parser(Description& into) : into_{into}, text_{into.text_} {}

  std::expected<void, ParseError> run() {
    if (text_.size() > kMaxBytes) return whole(SdpError::TooLarge);
    LineCursor cursor{text_, window_};
    while (!cursor.at_end() && !only_line_ends(cursor)) {
      if (const auto error = take_line(cursor)) return std::unexpected(ParseError{*error, number()});
    }
    into_.lines_end_ = offset(cursor.position());
    close_section();
    if (into_.line_count_ == 0) return whole(SdpError::BadVersion);
    for (const Required& required : kRequired) {
      if ((letters_[kSession] & bit_of(required.type)) == 0) return whole(required.missing);
    }
    return {};
  }

 private:
  using Outcome = std::optional<SdpError>;
  using Read = Outcome (*)(Parser&, std::string_view);
  template <Outcome (Parser::*kRead)(std::string_view)>
  static Outcome by(Parser& parser, std::string_view value) {
    return (parser.*kRead)(value);
  }

  /// Where a line stands.
  enum Part : std::uint8_t { kSession, kMedia };

  /// What RFC 8866 §5 says of a line.
  struct LineType {
    char type;
    std::array<Occurs, 2> occurs;  // by Part
    Read read;
  };
  static const LineType& type_of(char letter);

  static std::unexpected<ParseError> whole(SdpError error) { return std::unexpected(ParseError{error, 0}); }
  /// Of the line that is being read, counted from 1.
  [[nodiscard]] std::uint16_t number() const { return static_cast<std::uint16_t>(into_.line_count_ + 1); }
  [[nodiscard]] std::size_t offset(const char* at) const {
    return static_cast<std::size_t>(at - text_.data());
  }
  [[nodiscard]] bool only_line_ends(const LineCursor& cursor) const {
    const std::size_t at = offset(cursor.position());
    return text_[at] <= '\r' && text_.find_first_not_of("\r\n", at) == text_.npos;
  }
  [[nodiscard]] bool in_media() const { return into_.media_count_ > 0; }

  [[gnu::always_inline]] Outcome take_line(LineCursor& cursor) {
    if (into_.line_count_ == kMaxLines) return SdpError::TooManyLines;
    const char* const start = cursor.position();
    const std::string_view line = cursor.run<LineClass::Text>();
    if (!eat_line_end(cursor)) return SdpError::BadCharacter;
    if (line.size() < 2 || line[1] != '=' || !base::is_alpha(line[0])) return SdpError::BadLine;
    Line& entry = into_.lines_[into_.line_count_];
    entry = {.at = static_cast<std::uint16_t>(offset(start)),
             .value_size = static_cast<std::uint16_t>(line.size() - 2),
             .name_size = static_cast<std::uint16_t>(line.size() - 2),
             .type = line[0],
             .attribute = AttributeId::Other};
    seen_ = cursor.seen();
    if (const Outcome error = read_value(line[0], line.substr(2))) return error;
    // The readers of a line that fits no window have moved ours along.
    if (line.size() >= sip::kWindow) cursor.look_ahead();
    ++into_.line_count_;
    return std::nullopt;
  }

  /// LF or CR LF; the text may end without.
  static bool eat_line_end(LineCursor& cursor) {
    const std::string_view rest = cursor.rest();
    if (rest.starts_with("\r\n")) [[likely]] {
      cursor.move_to(rest.data() + 2);
      return true;
    }
    return rest.empty() || cursor.eat('\n');
  }

  Outcome read_value(char letter, std::string_view value) {
    if (into_.line_count_ == 0 && letter != 'v') return SdpError::BadVersion;
    const LineType& type = type_of(letter);
    const Part part = in_media() ? kMedia : kSession;
    const Occurs occurs = type.occurs[part];
    const std::uint64_t bit = bit_of(letter);
    if (occurs == Occurs::Never) return SdpError::MisplacedLine;
    if (occurs == Occurs::Once && (letters_[part] & bit) != 0) return SdpError::DuplicateLine;
    letters_[part] |= bit;
    return type.read(*this, value);
  }

  /// A cursor on a value of the line, which mostly lies in the window that the line was found in.
  [[nodiscard]] LineCursor cursor_of(std::string_view value) { return LineCursor{value, seen_, window_}; }

  Outcome anything(std::string_view) { return std::nullopt; }
  Outcome version(std::string_view value) {
    return value == "0" ? std::nullopt : Outcome{SdpError::BadVersion};
  }
  [[gnu::flatten]] Outcome origin(std::string_view value) {
    return read_origin(cursor_of(value), into_.origin_);
  }
  Outcome name(std::string_view value) {
    into_.name_ = value;
    return std::nullopt;
  }
  [[gnu::flatten]] Outcome connection(std::string_view value) {
    auto& first = in_media() ? last_media().connection : into_.connection_;
    Connection another;
    return read_connection(cursor_of(value), first ? another : first.emplace());
  }
  [[gnu::flatten]] Outcome bandwidth(std::string_view value) {
    Bandwidth unused;
    return read_bandwidth(cursor_of(value), unused);
  }
  [[gnu::flatten]] Outcome timing(std::string_view value) {
    Timing unused;
    return read_timing(cursor_of(value), unused);
  }
  [[gnu::flatten]] Outcome attribute(std::string_view value) {
    const std::string_view name = cursor_of(value).run<LineClass::NoColon>();
    if (name.empty()) return SdpError::BadAttribute;
    Line& line = into_.lines_[into_.line_count_];
    line.name_size = static_cast<std::uint16_t>(name.size());
    line.attribute = attribute_id_of(name);
    auto& direction = in_media() ? last_media().direction : into_.direction_;
    if (!direction) direction = info_of(line.attribute).direction;
    return std::nullopt;
  }

  [[gnu::flatten]] Outcome media(std::string_view value) {
    if (into_.media_count_ == kMaxMedia) return SdpError::TooManyMedia;
    Media& media = *std::construct_at(&into_.media_[into_.media_count_]);
    if (const Outcome error = read_media_line(cursor_of(value), media.line)) return error;
    close_section();
    letters_[kMedia] = 0;
    media.section.first = static_cast<std::uint16_t>(into_.line_count_);
    ++into_.media_count_;
    return std::nullopt;
  }

  Media& last_media() { return into_.media_[into_.media_count_ - 1]; }
  void close_section() {
    (in_media() ? last_media().section : into_.session_).end = static_cast<std::uint16_t>(into_.line_count_);
  }

  Description& into_;
  std::string_view text_;
  sip::Window window_;
  const char* seen_ = nullptr;              // the first character in it
  std::array<std::uint64_t, 2> letters_{};  // those seen in the session, and in the medium
};

const Description::Parser::LineType& Description::Parser::type_of(char letter) {
  static constexpr auto kLineTypes = std::to_array<LineType>({
      {'v', {Occurs::Once, Occurs::Never}, by<&Parser::version>},
      {'o', {Occurs::Once, Occurs::Never}, by<&Parser::origin>},
      {'s', {Occurs::Once, Occurs::Never}, by<&Parser::name>},
      {'i', {Occurs::Once, Occurs::Once}, by<&Parser::anything>},
      {'u', {Occurs::Once, Occurs::Never}, by<&Parser::anything>},
      {'e', {Occurs::Often, Occurs::Never}, by<&Parser::anything>},
      {'p', {Occurs::Often, Occurs::Never}, by<&Parser::anything>},
      {'c', {Occurs::Once, Occurs::Often}, by<&Parser::connection>},
      {'b', {Occurs::Often, Occurs::Often}, by<&Parser::bandwidth>},
      {'t', {Occurs::Often, Occurs::Never}, by<&Parser::timing>},
      {'r', {Occurs::Often, Occurs::Never}, by<&Parser::anything>},
      {'z', {Occurs::Once, Occurs::Never}, by<&Parser::anything>},
      {'k', {Occurs::Once, Occurs::Once}, by<&Parser::anything>},
      {'a', {Occurs::Often, Occurs::Often}, by<&Parser::attribute>},
      {'m', {Occurs::Often, Occurs::Often}, by<&Parser::media>},
  });
  static constexpr LineType kUnknown{'\0', {Occurs::Often, Occurs::Often}, by<&Parser::anything>};
  static constexpr auto kRows = [] {
    std::array<std::uint8_t, 128> rows{};  // by letter: its row, counted from 1
    for (std::size_t i = 0; i < kLineTypes.size(); ++i)
      rows[static_cast<std::size_t>(kLineTypes[i].type)] = static_cast<std::uint8_t>(i + 1);
    return rows;
  }();
  const std::size_t row = kRows[static_cast<std::size_t>(letter)];  // a letter is ASCII
  return row == 0 ? kUnknown : kLineTypes[row - 1];
}

[[gnu::flatten]] std::expected<void, ParseError> Description::parse(std::string_view text) {
  text_ = text;
  line_count_ = media_count_ = lines_end_ = 0;
  session_ = {};
  origin_ = {};
  name_ = {};
  connection_.reset();
  direction_.reset();
  return Parser{*this}.run();
}

std::string_view Description::raw_line(std::size_t index) const {
  const std::size_t end = index + 1 < line_count_ ? lines_[index + 1].at : lines_end_;
  return text_.substr(lines_[index].at, end - lines_[index].at);
}

std::optional<Connection> Description::connection(Section section) const {
  for (const LineView line : lines(section, 'c')) {
    if (const auto connection = parse_connection(line.value)) return *connection;
  }
  return std::nullopt;
}

std::optional<RtpMap> Description::rtpmap_of(const Media& media, std::uint8_t payload) const {
  for (const LineView line : attributes(media.section, AttributeId::RtpMap)) {
    const auto map = parse_rtpmap(line.attribute_value());
    if (map && map->payload == payload) return *map;
  }
  return std::nullopt;
}

}  // namespace ringfence::sdp
