// SPDX-License-Identifier: Apache-2.0
// Edits: what the steps want changed in a received message, recorded and applied once by the builder.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "sip/header_table.h"
#include "sip/message_index.h"

namespace ringfence::sip {

/// Changes over one received message, in the order they were made. Holds its own copies of short texts, bounded by
/// kMaxOps and kMaxText; the caller's strings may go away. What does not fit is refused, and overflowed() stays true: the
/// message must then not be sent.
///
/// Texts become lines on the wire, so white space that folds is written as one blank, and any other CR, LF or NUL is refused.
class Edits {
 public:
  static constexpr std::size_t kMaxOps = 32;
  static constexpr std::size_t kMaxText = 2048;

  Edits() = default;

  bool set_request_uri(std::string_view uri);
  /// A new row above all others: on top of the rows of that header.
  bool prepend(HeaderId id, std::string_view value);
  bool prepend(std::string_view name, std::string_view value);
  /// A new row below all others.
  bool append(HeaderId id, std::string_view value);
  bool append(std::string_view name, std::string_view value);
  /// Every row of that header, received or added so far.
  bool remove(HeaderId id);
  /// Every row with that name, for headers outside the table.
  bool remove(std::string_view name);
  /// One received row.
  bool remove_row(std::size_t row);
  /// The value that stands first now: of the row prepended last if there is one, else of the received rows. Takes one value
  /// off a comma list (the top Route, the top Via).
  bool remove_first_value(HeaderId id);
  /// Gives one received row another value; its name stays as it was written.
  bool replace_row(std::size_t row, std::string_view value);
  /// Sets or adds the tag parameter of To.
  bool set_to_tag(std::string_view tag);
  /// Replaces Content-Type and body; an empty type removes both. The bytes are not copied: they must live until build().
  bool set_body(std::string_view type, std::string_view bytes);

  /// Something was refused.
  [[nodiscard]] bool overflowed() const { return overflowed_; }
  [[nodiscard]] bool empty() const;

  // What builder and EditedMessage read.

  struct Text {
    std::uint16_t at = 0;
    std::uint16_t size = 0;
  };
  enum class Kind : std::uint8_t { Dead, Prepended, Appended, Replaced, RemovedName };
  struct Op {
    Kind kind = Kind::Dead;
    HeaderId id = HeaderId::Other;
    std::uint8_t row = kNoRow;  // Replaced
    Text name;                  // added rows and RemovedName
    Text value;
  };
  [[nodiscard]] std::size_t op_count() const { return op_count_; }
  [[nodiscard]] const Op& op(std::size_t i) const { return ops_[i]; }
  [[nodiscard]] std::string_view text(Text text) const { return {text_.data() + text.at, text.size}; }

  [[nodiscard]] bool has_request_uri() const { return has_uri_; }
  [[nodiscard]] std::string_view request_uri() const { return text(uri_); }
  [[nodiscard]] std::string_view to_tag() const { return text(to_tag_); }  // empty: unchanged
  [[nodiscard]] bool has_body() const { return has_body_; }
  [[nodiscard]] std::string_view body() const { return {body_, body_size_}; }
  [[nodiscard]] std::string_view body_type() const { return text(body_type_); }

  /// Is this received row gone, apart from skipped values?
  [[nodiscard]] bool removed(std::size_t row, HeaderId id, std::string_view name) const;
  /// The new value of a received row, or nullptr.
  [[nodiscard]] const Op* replacement(std::size_t row) const;
  /// How many received values of that header are skipped from the top.
  [[nodiscard]] unsigned skipped_values(HeaderId id) const { return skipped_[static_cast<std::size_t>(id)]; }

 private:
  bool refuse() {
    overflowed_ = true;
    return false;
  }
  bool keep(std::string_view text, Text& kept);
  bool add(Kind kind, HeaderId id, std::string_view name, std::string_view value, std::uint8_t row = kNoRow);

  std::array<Op, kMaxOps> ops_;
  std::bitset<Limits::kMaxHeaders> removed_rows_;
  std::bitset<kHeaderIds> removed_ids_;
  std::array<std::uint8_t, kHeaderIds> skipped_{};
  const char* body_ = nullptr;
  std::size_t body_size_ = 0;
  Text uri_;
  Text to_tag_;
  Text body_type_;
  std::uint16_t text_size_ = 0;
  std::uint8_t op_count_ = 0;
  bool has_uri_ = false;
  bool has_body_ = false;
  bool overflowed_ = false;
  std::array<char, kMaxText> text_;
};

static_assert(std::is_trivially_copyable_v<Edits>);

}  // namespace ringfence::sip
