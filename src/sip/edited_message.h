// SPDX-License-Identifier: Apache-2.0
// EditedMessage: a received message as its edits will make it, for steps that come after the one that edited.
#pragma once

#include <optional>
#include <string_view>

#include "sip/edits.h"
#include "sip/message.h"
#include "sip/values.h"

namespace ringfence::sip {

/// Reads like a Message. The message's text and index and the edits must outlive it, and ranges end when
/// edits change.
class EditedMessage {
 public:
  EditedMessage(const Message& message, const Edits& edits) : message_{message}, edits_{&edits} {}

  /// Walks rows as the builder writes them: prepended (latest first), received, appended.
  class RowCursor {
   public:
    RowCursor() = default;
    /// Rows of one header.
    RowCursor(const EditedMessage& edited, HeaderId id);
    /// All rows.
    explicit RowCursor(const EditedMessage& edited);
    bool next(HeaderView& view);

   private:
    enum class Phase : std::uint8_t { Prepended, Received, Appended };
    bool next_prepended(HeaderView& view);
    bool next_received(HeaderView& view);
    bool next_appended(HeaderView& view);
    bool view_added(const Edits::Op& op, Edits::Kind kind, HeaderView& view) const;
    [[nodiscard]] bool wanted(HeaderId id) const { return all_ || id == id_; }

    std::optional<Message> message_;
    const Edits* edits_ = nullptr;
    std::size_t position_ = 0;  // op or row, as the phase is
    Phase phase_ = Phase::Prepended;
    HeaderId id_ = HeaderId::Other;
    bool all_ = false;
  };

  [[nodiscard]] Rows<RowCursor> rows(HeaderId id) const { return Rows{RowCursor{*this, id}}; }
  [[nodiscard]] Rows<RowCursor> rows() const { return Rows{RowCursor{*this}}; }
  [[nodiscard]] HeaderValues<RowCursor> values(HeaderId id) const {
    return HeaderValues{RowCursor{*this, id}};
  }

  [[nodiscard]] std::string_view request_uri() const;
  [[nodiscard]] std::string_view body() const {
    return edits_->has_body() ? edits_->body() : message_.body();
  }
  [[nodiscard]] bool has(HeaderId id) const;
  [[nodiscard]] std::size_t count(HeaderId id) const;
  /// The first row's value; empty when the header is absent.
  [[nodiscard]] std::string_view header(HeaderId id) const;
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  /// The To tag as it will be sent.
  [[nodiscard]] std::string_view to_tag() const;

  [[nodiscard]] const Message& message() const { return message_; }
  [[nodiscard]] const Edits& edits() const { return *edits_; }

 private:
  Message message_;
  const Edits* edits_;
};

}  // namespace ringfence::sip
