// SPDX-License-Identifier: Apache-2.0
// Applying edits while copying a message.
#include "sip/builder.h"

#include <array>

#include "base/text_writer.h"
#include "sip/edited_message.h"

namespace ringfence::sip {
namespace {

constexpr std::array<std::string_view, 4> kTexts = {
    "the buffer is too small", "the edits had refused something",
    "the message lacks a header the result needs", "a value holds CR, LF or NUL"};

/// Copies the message in ranges as long as possible: what is untouched is one memcpy.
class MessageCopier {
 public:
  MessageCopier(const Message& message, const Edits& edits, std::span<char> out)
      : message_{message}, edits_{edits}, text_{message.text()}, writer_{out} {}

  std::expected<std::size_t, BuildError> run() {
    write_start_line();
    write_added(Edits::Kind::Prepended);
    write_received();
    copy_until(message_.index().headers_end);
    write_added(Edits::Kind::Appended);
    if (!EditedMessage{message_, edits_}.has(HeaderId::ContentLength)) write_content_length();
    writer_.append("\r\n").append(edits_.has_body() ? edits_.body() : message_.body());
    if (writer_.overflowed()) return std::unexpected(BuildError::NoRoom);
    return writer_.size();
  }

 private:
  void copy_until(std::size_t end) {
    writer_.append(text_.substr(copied_, end - copied_));
    copied_ = end;
  }

  void write_start_line() {
    if (edits_.has_request_uri() && message_.is_request()) {
      const Range uri = message_.index().uri;
      copy_until(uri.at);
      writer_.append(edits_.request_uri());
      copied_ = std::size_t{uri.at} + uri.size;
    }
    copy_until(message_.index().headers_at);
  }

  void write_added(Edits::Kind kind) {
    const std::size_t count = edits_.op_count();
    for (std::size_t i = 0; i < count; ++i) {
      // What was prepended last stands first.
      const Edits::Op& op = edits_.op(kind == Edits::Kind::Prepended ? count - 1 - i : i);
      if (op.kind != kind) continue;
      writer_.append(edits_.text(op.name)).append(": ").append(edits_.text(op.value)).append("\r\n");
    }
  }

  void write_received() {
    if (edits_.empty()) return;
    const MessageIndex& index = message_.index();
    for (std::size_t row = 0; row < message_.row_count(); ++row) {
      const Edits::Row edited = edits_.received(message_, row);
      if (edited.present && !edited.changed) continue;
      const HeaderRow& entry = index.rows[row];
      const std::size_t end =
          row + 1 < message_.row_count() ? index.rows[row + 1].name_at : index.headers_end;
      if (edited.present) {
        copy_until(entry.value_at);
        writer_.append(edited.value).append("\r\n");
      } else {
        copy_until(entry.name_at);
      }
      copied_ = end;
    }
  }

  void write_content_length() {
    writer_.append("Content-Length: ").append_decimal(message_.body().size()).append("\r\n");
  }

  const Message& message_;
  const Edits& edits_;
  std::string_view text_;
  base::TextWriter writer_;
  std::size_t copied_ = 0;
};

}  // namespace

std::string_view text_of(BuildError error) {
  return kTexts[static_cast<std::size_t>(error)];
}

std::expected<std::size_t, BuildError> build(const Message& message, const Edits& edits,
                                             std::span<char> out) {
  if (edits.overflowed()) return std::unexpected(BuildError::Overflowed);
  if (message.error() != ParseError::None) return std::unexpected(BuildError::Unusable);
  return MessageCopier{message, edits, out}.run();
}

}  // namespace ringfence::sip
