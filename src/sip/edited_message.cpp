// SPDX-License-Identifier: Apache-2.0
// Reading through edits.
#include "sip/edited_message.h"

#include "base/ascii.h"

namespace ringfence::sip {

EditedMessage::RowCursor::RowCursor(const EditedMessage& edited, HeaderId id)
    : message_{edited.message_}, edits_{edited.edits_}, position_{edits_->op_count()}, id_{id} {}

EditedMessage::RowCursor::RowCursor(const EditedMessage& edited)
    : message_{edited.message_}, edits_{edited.edits_}, position_{edits_->op_count()}, all_{true} {}

bool EditedMessage::RowCursor::view_added(const Edits::Op& op, Edits::Kind kind, HeaderView& view) const {
  if (op.kind != kind || !wanted(op.id)) return false;
  view = {op.id, kNoRow, edits_->text(op.name), edits_->text(op.value)};
  return true;
}

bool EditedMessage::RowCursor::next_prepended(HeaderView& view) {
  while (position_ > 0) {
    if (view_added(edits_->op(--position_), Edits::Kind::Prepended, view)) return true;
  }
  return false;
}

bool EditedMessage::RowCursor::next_received(HeaderView& view) {
  while (position_ < message_->row_count()) {
    view = message_->row(position_);
    const std::size_t row = position_++;
    if (!wanted(view.id)) continue;
    const Edits::Row edited = edits_->received(*message_, row);
    if (!edited.present) continue;
    view.value = edited.value;
    view.may_list = true;
    return true;
  }
  return false;
}

bool EditedMessage::RowCursor::next_appended(HeaderView& view) {
  while (position_ < edits_->op_count()) {
    if (view_added(edits_->op(position_++), Edits::Kind::Appended, view)) return true;
  }
  return false;
}

bool EditedMessage::RowCursor::next(HeaderView& view) {
  if (!message_) return false;
  if (phase_ == Phase::Prepended) {
    if (next_prepended(view)) return true;
    phase_ = Phase::Received;
    position_ = 0;
  }
  if (phase_ == Phase::Received) {
    if (next_received(view)) return true;
    phase_ = Phase::Appended;
    position_ = 0;
  }
  return next_appended(view);
}

std::string_view EditedMessage::request_uri() const {
  return edits_->has_request_uri() ? edits_->request_uri() : message_.request_uri();
}

bool EditedMessage::has(HeaderId id) const {
  HeaderView view;
  return RowCursor{*this, id}.next(view);
}

std::size_t EditedMessage::count(HeaderId id) const {
  HeaderView view;
  RowCursor cursor{*this, id};
  std::size_t rows = 0;
  while (cursor.next(view)) ++rows;
  return rows;
}

std::string_view EditedMessage::header(HeaderId id) const {
  HeaderView view;
  return RowCursor{*this, id}.next(view) ? view.value : std::string_view{};
}

std::optional<std::string_view> EditedMessage::header(std::string_view name) const {
  const HeaderId id = header_of(name);
  HeaderView view;
  RowCursor cursor{*this, id};
  while (cursor.next(view)) {
    if (id != HeaderId::Other || base::iequals(view.name, name)) return view.value;
  }
  return std::nullopt;
}

std::string_view EditedMessage::to_tag() const {
  const auto to = parse_name_addr(header(HeaderId::To));
  return to ? to->tag : std::string_view{};
}

}  // namespace ringfence::sip
