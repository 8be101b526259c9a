// SPDX-License-Identifier: Apache-2.0
// Recording changes, and the one pass that applies them.
#include "sdp/edits.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/assert.h"

namespace ringfence::sdp {
namespace {

/// Lines that stand before c= in a session (RFC 8866 §5) or, with m= and i=, in a medium.
constexpr std::string_view kBeforeConnection = "vosiuepm";

std::size_t connection_place(const Description& description, Section section) {
  std::size_t place = section.first;
  for (std::size_t i = section.first; i < section.end; ++i) {
    if (kBeforeConnection.find(description.line(i).type) != std::string_view::npos) place = i;
  }
  return place;
}

class Decimal {
 public:
  explicit Decimal(std::uint16_t value)
      : size_{static_cast<std::size_t>(std::to_chars(text_.data(), text_.data() + text_.size(), value).ptr -
                                       text_.data())} {}
  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 5> text_;
  std::size_t size_;
};

bool is_attribute(std::string_view line, std::string_view name) {
  if (!line.starts_with("a=") || !line.substr(2).starts_with(name)) return false;
  const std::string_view rest = line.substr(2 + name.size());
  return rest.empty() || rest.front() == ':';
}

/// The value's separator, or nothing for an attribute without a value.
std::string_view colon_before(std::string_view value) {
  return value.empty() ? "" : ":";
}

}  // namespace

bool Edits::store(NewLine& line, std::initializer_list<std::string_view> text) {
  constexpr std::string_view kForbidden{"\r\n\0", 3};  // they would begin a line of their own
  std::size_t size = 0;
  for (const std::string_view part : text) {
    if (part.find_first_of(kForbidden) != part.npos) failed_ = true;
    size += part.size();
  }
  if (failed_ || size > kTextBytes - text_used_) {
    failed_ = true;
    return false;
  }
  line.at = static_cast<std::uint16_t>(text_used_);
  line.size = static_cast<std::uint16_t>(size);
  for (const std::string_view part : text) {
    if (!part.empty()) std::memcpy(text_.data() + text_used_, part.data(), part.size());
    text_used_ += part.size();
  }
  return true;
}

Edits::NewLine* Edits::replacement_of(std::size_t index) {
  const auto end = lines_.begin() + static_cast<std::ptrdiff_t>(new_lines_);
  const auto found = std::find_if(lines_.begin(), end,
                                  [&](const NewLine& line) { return line.instead && line.after == index; });
  return found != end ? &*found : nullptr;
}

void Edits::record(std::size_t index, bool instead, std::initializer_list<std::string_view> text) {
  RF_ASSERT(index < description_->line_count());
  NewLine line{static_cast<std::uint16_t>(index), 0, 0, instead};
  if (new_lines_ == kMaxNewLines) failed_ = true;
  if (failed_ || !store(line, text)) return;
  const auto rank = [](const NewLine& entry) { return entry.after * 2U + (entry.instead ? 0U : 1U); };
  const auto end = lines_.begin() + static_cast<std::ptrdiff_t>(new_lines_);
  const auto place = std::upper_bound(lines_.begin(), end, line,
                                      [&](const NewLine& a, const NewLine& b) { return rank(a) < rank(b); });
  std::move_backward(place, end, end + 1);
  *place = line;
  ++new_lines_;
}

void Edits::remove_line(std::size_t index) {
  RF_ASSERT(index < description_->line_count());
  removed_.set(index);
  if (NewLine* replacement = replacement_of(index)) {
    std::move(replacement + 1, lines_.data() + new_lines_, replacement);
    --new_lines_;
  }
}

void Edits::replace_line(std::size_t index, std::initializer_list<std::string_view> text) {
  RF_ASSERT(index < description_->line_count());
  removed_.reset(index);
  if (NewLine* replacement = replacement_of(index)) {
    (void)store(*replacement, text);  // failed_ remembers
  } else {
    record(index, true, text);
  }
}

void Edits::insert_after(std::size_t index, std::initializer_list<std::string_view> text) {
  record(index, false, text);
}

template <class Unwanted>
void Edits::forget_inserted(Section section, Unwanted unwanted) {
  const auto end = lines_.begin() + static_cast<std::ptrdiff_t>(new_lines_);
  const auto kept = std::remove_if(lines_.begin(), end, [&](const NewLine& line) {
    return !line.instead && line.after >= section.first && line.after < section.end &&
           unwanted(text_of(line));
  });
  new_lines_ = static_cast<std::size_t>(kept - lines_.begin());
}

/// Replaces the first of the lines, removes the others; false when there was none.
bool Edits::replace_first(const Description::Lines& lines, std::initializer_list<std::string_view> text) {
  bool replaced = false;
  for (const LineView line : lines) {
    if (replaced) {
      remove_line(line.index);
    } else {
      replace_line(line.index, text);
    }
    replaced = true;
  }
  return replaced;
}

void Edits::set_connection(Section section, const base::IpAddress& address) {
  std::array<char, 39> buffer;
  const std::string_view ip{buffer.data(), address.write(buffer.data(), false)};
  const std::string_view type = address.is_v4() ? "c=IN IP4 " : "c=IN IP6 ";
  forget_inserted(section, [](std::string_view line) { return line.starts_with("c="); });
  if (replace_first(description_->lines(section, 'c'), {type, ip})) return;
  insert_after(connection_place(*description_, section), {type, ip});
}

void Edits::set_port(const Media& media, std::uint16_t port) {
  const MediaLine& line = media.line;
  const Decimal number{port};
  const Decimal count{line.port_count};
  const bool counted = line.port_count > 1;
  replace_line(media.section.first, {"m=", line.kind, " ", number.view(), counted ? "/" : "",
                                     counted ? count.view() : "", " ", line.proto, " ", line.formats});
}

void Edits::set_attribute(Section section, std::string_view name, std::string_view value) {
  forget_inserted(section, [&](std::string_view line) { return is_attribute(line, name); });
  if (replace_first(description_->attributes(section, name), {"a=", name, colon_before(value), value}))
    return;
  add_attribute(section, name, value);
}

void Edits::add_attribute(Section section, std::string_view name, std::string_view value) {
  insert_after(section.end - std::size_t{1}, {"a=", name, colon_before(value), value});
}

void Edits::remove_attributes(Section section, AttributeId id) {
  remove_attributes(section, info_of(id).name);
}

void Edits::remove_attributes(Section section, std::string_view name) {
  forget_inserted(section, [&](std::string_view line) { return is_attribute(line, name); });
  for (const LineView line : description_->attributes(section, name)) remove_line(line.index);
}

void Edits::set_direction(Section section, Direction direction) {
  for (const AttributeInfo& info : kAttributes) {
    if (info.direction && info.direction != direction) remove_attributes(section, info.id);
  }
  set_attribute(section, info_of(attribute_id_of(direction)).name);
}

/// One pass over the lines and, beside it, over the new ones.
class Assembly {
 public:
  Assembly(const Description& description, const Edits& edits, std::span<char> out)
      : description_{description}, edits_{edits}, out_{out} {}

  std::expected<std::size_t, BuildError> run() {
    std::size_t next = 0;
    for (std::size_t index = 0; index < description_.line_count(); ++index) {
      const bool replaced = at(next, index) && edits_.lines_[next].instead;
      if (!replaced && !edits_.removed_[index]) copy(description_.raw_line(index));
      for (; at(next, index); ++next) add_line(edits_.text_of(edits_.lines_[next]));
    }
    copy(description_.trailer());
    if (overflowed_) return std::unexpected(BuildError::NoRoom);
    return size_;
  }

 private:
  [[nodiscard]] bool at(std::size_t next, std::size_t index) const {
    return next < edits_.new_lines_ && edits_.lines_[next].after == index;
  }
  void add_line(std::string_view text) {
    if (size_ > 0 && out_[size_ - 1] != '\n') copy("\r\n");  // the last line of the text had no end
    copy(text);
    copy("\r\n");
  }
  void copy(std::string_view text) {
    if (overflowed_ || text.size() > out_.size() - size_) {
      overflowed_ = true;
      return;
    }
    if (!text.empty()) std::memcpy(out_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }

  const Description& description_;
  const Edits& edits_;
  std::span<char> out_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

std::expected<std::size_t, BuildError> build(const Description& description, const Edits& edits,
                                             std::span<char> out) {
  if (edits.failed()) return std::unexpected(BuildError::EditsFailed);
  return Assembly{description, edits, out}.run();
}

}  // namespace ringfence::sdp
