// SPDX-License-Identifier: Apache-2.0
// Recording edits, and what they make of a received row.
#include "sip/edits.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/text_writer.h"
#include "sip/chars.h"
#include "sip/text.h"

namespace ringfence::sip {
namespace {

bool is_name(std::string_view name) {
  return is_token(name) && name.size() <= 0xff;
}

bool same_header(HeaderId id, std::string_view name, HeaderId other_id, std::string_view other_name) {
  return id == other_id && (id != HeaderId::Other || base::iequals(name, other_name));
}

}  // namespace

bool Edits::keep(std::string_view text, Text& kept) {
  const auto line = unfold(text, std::span{text_}.subspan(text_size_));
  if (!line) return refuse();
  kept = {text_size_, static_cast<std::uint16_t>(line->size())};
  text_size_ = static_cast<std::uint16_t>(text_size_ + line->size());
  return true;
}

bool Edits::add(const Op& op, std::string_view name, std::string_view value) {
  if (op_count_ == kMaxOps) return refuse();
  Op kept = op;
  if (!keep(name, kept.name) || !keep(trim_lws(value), kept.value)) return false;
  ops_[op_count_++] = kept;
  return true;
}

bool Edits::set_request_uri(std::string_view uri) {
  // A blank would end the Request-URI early.
  if (uri.empty() || uri.find_first_of(" \t\r\n") != std::string_view::npos || !keep(uri, uri_))
    return refuse();
  has_uri_ = true;
  return true;
}

bool Edits::prepend(HeaderId id, std::string_view value) {
  return add({.kind = Kind::Prepended, .id = id, .name = {}, .value = {}}, name_of(id), value);
}

bool Edits::prepend(std::string_view name, std::string_view value) {
  if (!is_name(name)) return refuse();
  return add({.kind = Kind::Prepended, .id = header_of(name), .name = {}, .value = {}}, name, value);
}

bool Edits::append(HeaderId id, std::string_view value) {
  return add({.kind = Kind::Appended, .id = id, .name = {}, .value = {}}, name_of(id), value);
}

bool Edits::append(std::string_view name, std::string_view value) {
  if (!is_name(name)) return refuse();
  return add({.kind = Kind::Appended, .id = header_of(name), .name = {}, .value = {}}, name, value);
}

void Edits::drop_added(HeaderId id, std::string_view name) {
  for (std::size_t i = 0; i < op_count_; ++i) {
    Op& op = ops_[i];
    const bool added = op.kind == Kind::Prepended || op.kind == Kind::Appended;
    if (added && same_header(op.id, text(op.name), id, name)) op.kind = Kind::Dead;
  }
}

bool Edits::remove(HeaderId id) {
  removed_ids_.set(static_cast<std::size_t>(id));
  drop_added(id, {});
  return true;
}

bool Edits::remove(std::string_view name) {
  if (const HeaderId id = header_of(name); id != HeaderId::Other) return remove(id);
  if (!is_name(name) || !add({.kind = Kind::RemovedName, .name = {}, .value = {}}, name, {})) return refuse();
  drop_added(HeaderId::Other, name);
  return true;
}

bool Edits::remove_row(std::size_t row) {
  if (row >= removed_rows_.size()) return refuse();
  removed_rows_.set(row);
  return true;
}

bool Edits::remove_first_value(HeaderId id) {
  for (std::size_t i = op_count_; i-- > 0;) {
    Op& op = ops_[i];
    if (op.kind != Kind::Prepended || op.id != id) continue;
    std::string_view rest = text(op.value);
    if (info_of(id).values != Values::List || (void(take_value(rest)), rest.data() == nullptr)) {
      op.kind = Kind::Dead;
    } else {
      const std::string_view left = trim_lws(rest);
      op.value = {static_cast<std::uint16_t>(left.data() - text_.data()),
                  static_cast<std::uint16_t>(left.size())};
    }
    return true;
  }
  std::uint8_t& skipped = skipped_[static_cast<std::size_t>(id)];
  if (skipped == 0xff) return refuse();
  ++skipped;
  return true;
}

bool Edits::replace_row(std::size_t row, std::string_view value) {
  if (row >= removed_rows_.size()) return refuse();
  const Op op{.kind = Kind::Replaced, .row = static_cast<std::uint8_t>(row), .name = {}, .value = {}};
  for (std::size_t i = 0; i < op_count_; ++i) {
    if (ops_[i].kind == Kind::Replaced && ops_[i].row == row) ops_[i].kind = Kind::Dead;
  }
  return add(op, {}, value);
}

bool Edits::set_to_tag(const Message& message, std::string_view tag) {
  if (!is_token(tag) || !message.has(HeaderId::To)) return refuse();
  std::array<char, kMaxText> text;
  base::TextWriter value{text};
  const std::string_view old = message.header(HeaderId::To);
  if (const std::string_view old_tag = message.to_tag(); !old_tag.empty()) {
    const auto at = static_cast<std::size_t>(old_tag.data() - old.data());
    value.append(old.substr(0, at)).append(tag).append(old.substr(at + old_tag.size()));
  } else {
    value.append(old).append(";tag=").append(tag);
  }
  if (value.overflowed()) return refuse();
  return replace_row(message.rows(HeaderId::To).begin()->row, value.view());
}

bool Edits::set_body(std::string_view type, std::string_view bytes) {
  remove(HeaderId::ContentType);
  remove(HeaderId::ContentLength);
  std::array<char, 20> digits;
  base::TextWriter length{digits};
  length.append_decimal(bytes.size());
  body_ = bytes.data();
  body_size_ = bytes.size();
  has_body_ = true;
  return (type.empty() || append(HeaderId::ContentType, type)) &&
         append(HeaderId::ContentLength, length.view());
}

bool Edits::empty() const {
  return op_count_ == 0 && !has_uri_ && !has_body_ && removed_rows_.none() && removed_ids_.none() &&
         std::ranges::all_of(skipped_, [](std::uint8_t count) { return count == 0; });
}

bool Edits::removed(const HeaderView& view) const {
  if (removed_rows_.test(view.row) || removed_ids_.test(static_cast<std::size_t>(view.id))) return true;
  if (view.id != HeaderId::Other) return false;
  return std::any_of(ops_.begin(), ops_.begin() + op_count_, [&](const Op& op) {
    return op.kind == Kind::RemovedName && base::iequals(text(op.name), view.name);
  });
}

const Edits::Op* Edits::replacement(std::size_t row) const {
  for (std::size_t i = 0; i < op_count_; ++i) {
    if (ops_[i].kind == Kind::Replaced && ops_[i].row == row) return &ops_[i];
  }
  return nullptr;
}

Edits::Row Edits::received(const Message& message, std::size_t row) const {
  const HeaderView view = message.row(row);
  if (removed(view)) return {.present = false, .value = {}};
  const Op* const replaced = replacement(row);
  Row result{.changed = replaced != nullptr,
             .value = replaced != nullptr ? text(replaced->value) : view.value};
  unsigned skip = skipped_[static_cast<std::size_t>(view.id)];
  if (skip == 0) return result;

  const bool list = info_of(view.id).values == Values::List;
  const auto take = [list](std::string_view& rest) {
    if (!list) rest = {};
    if (list) (void)take_value(rest);
  };
  for (const HeaderView& earlier : message.rows(view.id)) {
    const bool own = earlier.row == row;
    std::string_view rest = result.value;
    if (!own) {
      if (removed(earlier)) continue;
      const Op* const other = replacement(earlier.row);
      rest = other != nullptr ? text(other->value) : earlier.value;
    }
    for (; skip != 0 && !rest.empty(); --skip) {
      take(rest);
      if (own) result.changed = true;
    }
    if (!own) continue;
    result.present = !rest.empty() || !result.changed;
    result.value = trim_lws(rest);
    break;
  }
  return result;
}

}  // namespace ringfence::sip
