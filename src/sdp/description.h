// SPDX-License-Identifier: Apache-2.0
// A session description (RFC 8866): an index of its lines, read without allocation and without losing what is
// unknown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "sdp/attribute_table.h"
#include "sdp/error.h"
#include "sdp/values.h"

namespace ringfence::sdp {

inline constexpr std::size_t kMaxBytes = 65'535;
inline constexpr std::size_t kMaxLines = 1000;
inline constexpr std::size_t kMaxMedia = 32;

/// One line "<type>=<value>".
struct LineView {
  std::size_t index = 0;  ///< counted from 0; errors count from 1
  char type = '\0';
  AttributeId attribute = AttributeId::Other;
  std::string_view value;     ///< without the line end
  std::size_t name_size = 0;  ///< of an attribute; of other lines the size of the value

  /// Of an attribute "name:value" or "name".
  [[nodiscard]] std::string_view name() const { return {value.data(), name_size}; }
  [[nodiscard]] std::string_view attribute_value() const {
    return name_size < value.size() ? value.substr(name_size + 1) : std::string_view{};
  }
};

/// The lines [first, end) of the session, or of one medium with its m= line first.
struct Section {
  std::uint16_t first = 0;
  std::uint16_t end = 0;
};

struct Media {
  Section section;
  MediaLine line;
  std::optional<Connection> connection;  ///< its own, the first one
  std::optional<Direction> direction;    ///< its own
};

/// Made by parse(). Large (some 12 KB): one on the stack, or one for each shard. The text must outlive it.
class Description {
 public:
  Description() {}  // NOLINT(modernize-use-equals-default): leaves the table of lines unwritten: zeroing it
                    // would cost more than parsing

  /// Reads a description. Lines and attributes that we do not know are kept and do not disturb; the order of
  /// lines within a section is not checked beyond v= first, since phones differ in it. Lines may end in LF
  /// alone (RFC 8866 §5), and empty lines may follow the last one.
  [[nodiscard]] std::expected<void, ParseError> parse(std::string_view text);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Section session() const { return session_; }
  [[nodiscard]] std::span<const Media> media() const { return {media_.data(), media_count_}; }

  [[nodiscard]] const Origin& origin() const { return origin_; }
  [[nodiscard]] std::string_view name() const { return name_; }  ///< s=; may be empty or blank
  /// The first c= of this section itself.
  [[nodiscard]] std::optional<Connection> connection(Section section) const;
  /// The c= that holds for a medium: its own, else that of the session.
  [[nodiscard]] const std::optional<Connection>& connection_of(const Media& media) const {
    return media.connection ? media.connection : connection_;
  }
  /// Its own direction, else that of the session, else sendrecv (RFC 8866 §6.7).
  [[nodiscard]] Direction direction_of(const Media& media) const {
    return media.direction.value_or(direction_.value_or(Direction::SendRecv));
  }
  /// What an rtpmap says of a payload type; nullopt for a static one (RFC 3551) without rtpmap.
  [[nodiscard]] std::optional<RtpMap> rtpmap_of(const Media& media, std::uint8_t payload) const;

  [[nodiscard]] std::size_t line_count() const { return line_count_; }
  /// @pre index < line_count()
  [[nodiscard]] LineView line(std::size_t index) const {
    const Line& line = lines_[index];
    return {index, line.type, line.attribute, value(index), line.name_size};
  }
  /// The line's bytes with its line end. The raw lines, with trailer() behind them, are the text.
  [[nodiscard]] std::string_view raw_line(std::size_t index) const;
  /// Empty lines behind the last line.
  [[nodiscard]] std::string_view trailer() const { return text_.substr(lines_end_); }

  /// Walks the lines of a section that have this type and, for attributes, this id or name.
  class Lines {
   public:
    class Iterator {
     public:
      using value_type = LineView;
      using difference_type = std::ptrdiff_t;

      Iterator() = default;
      Iterator(const Lines& lines, std::size_t at) : lines_{&lines}, at_{at} { skip(); }
      LineView operator*() const { return lines_->description_->line(at_); }
      Iterator& operator++() {
        ++at_;
        skip();
        return *this;
      }
      void operator++(int) { ++*this; }
      friend bool operator==(const Iterator& a, std::default_sentinel_t) { return a.ended(); }

     private:
      [[nodiscard]] bool ended() const { return at_ >= lines_->section_.end; }
      void skip() {
        while (!ended() && !lines_->wanted(at_)) ++at_;
      }
      const Lines* lines_ = nullptr;
      std::size_t at_ = 0;
    };

    Lines(const Description& description, Section section, char type, std::optional<AttributeId> id,
          std::string_view name)
        : description_{&description}, section_{section}, type_{type}, id_{id}, name_{name} {}
    [[nodiscard]] Iterator begin() const { return {*this, section_.first}; }
    [[nodiscard]] static std::default_sentinel_t end() { return {}; }

   private:
    [[nodiscard]] bool wanted(std::size_t index) const {
      const Line& line = description_->lines_[index];
      if (type_ != '\0' && line.type != type_) return false;
      if (id_ && line.attribute != *id_) return false;
      return name_.empty() || description_->line(index).name() == name_;
    }

    const Description* description_;
    Section section_;
    char type_;  // '\0': every type
    std::optional<AttributeId> id_;
    std::string_view name_;  // empty: every name
  };
  [[nodiscard]] Lines lines(Section section, char type = '\0') const {
    return {*this, section, type, {}, {}};
  }
  [[nodiscard]] Lines attributes(Section section, AttributeId id) const {
    return {*this, section, 'a', id, {}};
  }
  [[nodiscard]] Lines attributes(Section section, std::string_view name) const {
    return {*this, section, 'a', {}, name};
  }

 private:
  struct Line {
    std::uint16_t at;  // of the type letter
    std::uint16_t value_size;
    std::uint16_t name_size;  // of an attribute; of other lines as value_size
    char type;
    AttributeId attribute;
  };
  class Parser;

  [[nodiscard]] std::string_view value(std::size_t index) const {
    return {text_.data() + lines_[index].at + 2, lines_[index].value_size};
  }

  std::string_view text_;
  std::size_t line_count_ = 0;
  std::size_t media_count_ = 0;
  std::size_t lines_end_ = 0;
  Section session_;
  Origin origin_;
  std::string_view name_;
  std::optional<Connection> connection_;  // of the session
  std::optional<Direction> direction_;    // of the session
  std::array<Line, kMaxLines> lines_;
  union {
    std::array<Media, kMaxMedia> media_;  // each written by its m= line
  };
};

}  // namespace ringfence::sdp
