// SPDX-License-Identifier: Apache-2.0
// Edits: recorded changes to a description, applied once when it is built.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/address.h"
#include "sdp/description.h"

namespace ringfence::sdp {

/// Bounded and without allocation. What does not fit is not recorded, and failed() tells: build() then
/// refuses. Sections and indices are those of the description as it was parsed, whatever was edited before.
class Edits {
 public:
  static constexpr std::size_t kMaxNewLines = 256;
  static constexpr std::size_t kTextBytes = 8192;

  /// The description must outlive the edits.
  explicit Edits(const Description& description) : description_{&description} {}

  // --- lines; a text is "<type>=<value>" without line end ---
  void remove_line(std::size_t index);
  void replace_line(std::size_t index, std::initializer_list<std::string_view> text);
  /// Behind the line, and behind what was inserted there before.
  void insert_after(std::size_t index, std::initializer_list<std::string_view> text);

  // --- meanings ---
  /// One c= for the section, in its place: other c= lines of the section go.
  void set_connection(Section section, const base::IpAddress& address);
  /// The port of the m= line; a number of ports is kept.
  void set_port(const Media& media, std::uint16_t port);
  /// Exactly one attribute of that name in the section; an empty value writes the name alone.
  void set_attribute(Section section, std::string_view name, std::string_view value = {});
  /// One more, at the end of the section.
  void add_attribute(Section section, std::string_view name, std::string_view value = {});
  void remove_attributes(Section section, AttributeId id);
  void remove_attributes(Section section, std::string_view name);
  void set_direction(Section section, Direction direction);

  [[nodiscard]] bool empty() const { return new_lines_ == 0 && removed_.none(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  friend class Assembly;

  struct NewLine {
    std::uint16_t after;  // index of the line it stands behind or, when `instead`, replaces
    std::uint16_t at;
    std::uint16_t size;
    bool instead;
  };

  [[nodiscard]] std::string_view text_of(const NewLine& line) const {
    return {text_.data() + line.at, line.size};
  }
  [[nodiscard]] NewLine* replacement_of(std::size_t index);
  void record(std::size_t index, bool instead, std::initializer_list<std::string_view> text);
  bool store(NewLine& line, std::initializer_list<std::string_view> text);
  /// Drops inserted lines of a section.
  template <class Unwanted>
  void forget_inserted(Section section, Unwanted unwanted);
  bool replace_first(const Description::Lines& lines, std::initializer_list<std::string_view> text);

  const Description* description_;
  std::size_t new_lines_ = 0;
  std::size_t text_used_ = 0;
  bool failed_ = false;
  std::bitset<kMaxLines> removed_;
  std::array<NewLine, kMaxNewLines> lines_;  // by place; in one place by age, a replacement first
  std::array<char, kTextBytes> text_;
};

enum class BuildError : std::uint8_t { NoRoom, EditsFailed };

/// Writes the description with its edits; untouched lines are copied byte for byte, new ones end in CRLF.
/// Without edits the result is the text that was parsed.
[[nodiscard]] std::expected<std::size_t, BuildError> build(const Description& description, const Edits& edits,
                                                           std::span<char> out);

}  // namespace ringfence::sdp
