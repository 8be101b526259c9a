// SPDX-License-Identifier: Apache-2.0
// A received SIP message: parse() makes its index in one pass, Message reads through it. Nothing here
// allocates.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "sip/limits.h"
#include "sip/message_index.h"
#include "sip/name_addr.h"
#include "sip/parse_error.h"
#include "sip/values.h"
#include "sip/via.h"

namespace ringfence::sip {

/// Indexes one whole message: a datagram, or what the framing of a stream cut out. One pass, time linear in
/// `text`.
///
/// Refuses what RFC 3261 §7 and §25 do not allow in lines, names and the values every step needs (top Via,
/// From, To, Call-ID, CSeq, Max-Forwards, Content-Length). Bytes behind Content-Length are left out of the
/// body and counted as surplus (§18.3). A bare CR or LF ends a line but is a defect; so is a control
/// character without a backslash before it.
///
/// @return the first defect. The index then still describes every line that could be read (`index.kind` is
/// None only when
///         there is no SIP start line); check_request() turns the defect into a status, can_answer() tells
///         whether to send.
std::expected<void, ParseError> parse(std::string_view text, MessageIndex& index, const Limits& limits = {});

/// A view of a message and its index. Cheap to copy; both must outlive it.
class Message {
 public:
  Message(std::string_view text, const MessageIndex& index) : text_{text}, index_{&index} {}

  [[nodiscard]] bool is_request() const { return index_->kind == MessageIndex::Kind::Request; }
  [[nodiscard]] bool is_response() const { return index_->kind == MessageIndex::Kind::Response; }
  /// Of the request line; of a response, that of CSeq.
  [[nodiscard]] Method method() const { return index_->method; }
  [[nodiscard]] std::string_view method_text() const { return at(index_->method_text); }
  [[nodiscard]] std::string_view request_uri() const {
    return is_request() ? at(index_->uri) : std::string_view{};
  }
  [[nodiscard]] unsigned status() const { return index_->status; }
  [[nodiscard]] std::string_view reason() const {
    return is_response() ? at(index_->uri) : std::string_view{};
  }
  [[nodiscard]] std::string_view body() const { return text_.substr(index_->body_at, index_->body_size); }
  /// The message without surplus bytes.
  [[nodiscard]] std::string_view text() const {
    return text_.substr(0, std::size_t{index_->body_at} + index_->body_size);
  }
  /// Bytes that followed the body in its datagram.
  [[nodiscard]] std::size_t surplus() const { return index_->surplus; }
  /// What parse() found wrong, or None.
  [[nodiscard]] ParseError error() const { return index_->error; }

  [[nodiscard]] bool has(HeaderId id) const { return first(id) != kNoRow; }
  /// Rows of that header (values of a list may be more).
  [[nodiscard]] std::size_t count(HeaderId id) const;
  /// The first row's value, trimmed, perhaps with folds; empty when the header is absent.
  [[nodiscard]] std::string_view header(HeaderId id) const {
    return has(id) ? row(first(id)).value : std::string_view{};
  }
  /// The first row with this name, known to the table or not; names are compared without case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

  [[nodiscard]] std::size_t row_count() const { return index_->row_count; }
  /// @pre row < row_count()
  [[nodiscard]] HeaderView row(std::size_t row) const { return view_of(text_, *index_, row); }

  /// Walks the rows of one header.
  class RowCursor {
   public:
    RowCursor() = default;
    RowCursor(const Message& message, HeaderId id)
        : text_{message.text_}, index_{message.index_}, row_{message.first(id)} {}
    bool next(HeaderView& view) {
      if (row_ == kNoRow) return false;
      view = view_of(text_, *index_, row_);
      row_ = index_->rows[row_].next;
      return true;
    }

   private:
    std::string_view text_;
    const MessageIndex* index_ = nullptr;
    std::uint8_t row_ = kNoRow;
  };
  /// Every row in order.
  class AllRowsCursor {
   public:
    AllRowsCursor() = default;
    explicit AllRowsCursor(const Message& message) : text_{message.text_}, index_{message.index_} {}
    bool next(HeaderView& view) {
      if (index_ == nullptr || row_ >= index_->row_count) return false;
      view = view_of(text_, *index_, row_++);
      return true;
    }

   private:
    std::string_view text_;
    const MessageIndex* index_ = nullptr;
    std::size_t row_ = 0;
  };

  /// `for (const HeaderView& row : message.rows(HeaderId::Via))`. Text and index must outlive the range.
  [[nodiscard]] Rows<RowCursor> rows(HeaderId id) const { return Rows{RowCursor{*this, id}}; }
  [[nodiscard]] Rows<AllRowsCursor> rows() const { return Rows{AllRowsCursor{*this}}; }
  /// `for (std::string_view value : message.values(HeaderId::Route))`: single values over all rows; commas in
  /// quotes and angle brackets do not separate.
  [[nodiscard]] HeaderValues<RowCursor> values(HeaderId id) const {
    return HeaderValues{RowCursor{*this, id}};
  }

  // Read once by parse().
  [[nodiscard]] std::string_view call_id() const { return header(HeaderId::CallId); }
  [[nodiscard]] std::string_view from_tag() const { return at(index_->from.tag); }
  [[nodiscard]] std::string_view to_tag() const { return at(index_->to.tag); }
  [[nodiscard]] NameAddr from() const { return address(index_->from); }
  [[nodiscard]] NameAddr to() const { return address(index_->to); }
  [[nodiscard]] std::uint32_t cseq() const { return index_->cseq; }
  [[nodiscard]] std::string_view cseq_method() const { return at(index_->cseq_method); }
  /// The top Via; host is empty when there is none that can be read.
  [[nodiscard]] Via top_via() const;
  [[nodiscard]] std::string_view branch() const { return at(index_->via.branch); }
  /// nullopt when absent (or unreadable: then error() says so).
  [[nodiscard]] std::optional<unsigned> max_forwards() const {
    return index_->max_forwards < 0 ? std::nullopt
                                    : std::optional{static_cast<unsigned>(index_->max_forwards)};
  }
  [[nodiscard]] std::optional<std::uint32_t> content_length() const {
    return has(HeaderId::ContentLength) ? std::optional{index_->content_length} : std::nullopt;
  }

  [[nodiscard]] const MessageIndex& index() const { return *index_; }
  /// Views into the text, for the builder.
  [[nodiscard]] std::string_view at(Range range) const { return {text_.data() + range.at, range.size}; }

 private:
  static HeaderView view_of(std::string_view text, const MessageIndex& index, std::size_t row) {
    const HeaderRow& entry = index.rows[row];
    return {entry.id,
            static_cast<std::uint8_t>(row),
            {text.data() + entry.name_at, entry.name_size},
            {text.data() + entry.value_at, entry.value_size},
            entry.has_comma};
  }
  [[nodiscard]] std::uint8_t first(HeaderId id) const { return index_->first[static_cast<std::size_t>(id)]; }
  [[nodiscard]] NameAddr address(const MessageIndex::Address& memo) const;

  std::string_view text_;
  const MessageIndex* index_;
};

}  // namespace ringfence::sip
