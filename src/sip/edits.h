// SPDX-License-Identifier: Apache-2.0
// Edits: what the steps want changed in a received message, recorded and applied once by the builder.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "sip/header_table.h"
#include "sip/message.h"

namespace ringfence::sip {

/// Changes over one received message, in the order they were made. Holds its own copies of short texts,
/// bounded by kMaxOps and kMaxText; the caller's strings may go away. What does not fit is refused, and
/// overflowed() stays true: the message must then not be sent.
///
/// Texts become lines on the wire, so white space that folds is written as one blank, and any other CR, LF or
/// NUL is refused.
class Edits {
 public:
  static constexpr std::size_t kMaxOps = 32;
  static constexpr std::size_t kMaxText = 2048;

  Edits() {}  // leaves ops and text untouched behind their counts

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
  /// The value that stands first now: of the row prepended last if there is one, else of the received rows.
  /// Takes one value off a comma list (the top Route, the top Via).
  bool remove_first_value(HeaderId id);
  /// Gives one received row another value; its name stays as it was written. Values taken off by
  /// remove_first_value() are taken off the new value.
  bool replace_row(std::size_t row, std::string_view value);
  /// Sets or adds the tag parameter of the message's To.
  bool set_to_tag(const Message& message, std::string_view tag);
  /// Replaces body, Content-Type and Content-Length; an empty type leaves no Content-Type. The bytes are not
  /// copied: they must live until build().
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
  [[nodiscard]] bool has_body() const { return has_body_; }
  [[nodiscard]] std::string_view body() const { return {body_, body_size_}; }

  /// A received row as the edits leave it.
  struct Row {
    bool present = true;
    bool changed = false;  // the value differs from the received one
    std::string_view value;
  };
  [[nodiscard]] Row received(const Message& message, std::size_t row) const;

 private:
  bool refuse() {
    overflowed_ = true;
    return false;
  }
  bool keep(std::string_view text, Text& kept);
  bool add(const Op& op, std::string_view name, std::string_view value);
  void drop_added(HeaderId id, std::string_view name);
  [[nodiscard]] bool removed(const HeaderView& view) const;
  [[nodiscard]] const Op* replacement(std::size_t row) const;

  std::array<Op, kMaxOps> ops_;
  std::bitset<Limits::kMaxHeaders> removed_rows_;
  std::bitset<kHeaderIds> removed_ids_;
  std::array<std::uint8_t, kHeaderIds> skipped_{};
  const char* body_ = nullptr;
  std::size_t body_size_ = 0;
  Text uri_;
  std::uint16_t text_size_ = 0;
  std::uint8_t op_count_ = 0;
  bool has_uri_ = false;
  bool has_body_ = false;
  bool overflowed_ = false;
  std::array<char, kMaxText> text_;
};

static_assert(std::is_trivially_copyable_v<Edits>);

}  // namespace ringfence::sip
