// SPDX-License-Identifier: Apache-2.0
// ReplyHeaders: header fields a step wants in the answer, with the texts they are made of.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

#include "base/text_writer.h"
#include "sip/response_builder.h"
#include "sip/text.h"

namespace ringfence::pipeline {

/// Bounded; what does not fit is left out whole and reported. Not copyable: lines view into the object.
class ReplyHeaders {
 public:
  static constexpr std::size_t kBytes = 6144;  // ten long contacts
  static constexpr std::size_t kLines = 24;

  ReplyHeaders() = default;
  ReplyHeaders(const ReplyHeaders&) = delete;
  ReplyHeaders& operator=(const ReplyHeaders&) = delete;

  /// Adds one header whose value is the parts, joined and copied; white space that folds becomes one blank.
  [[nodiscard]] bool add(sip::HeaderId id, std::initializer_list<std::string_view> value) {
    if (count_ == kLines) return false;
    base::TextWriter out{std::span{text_}.subspan(used_)};
    for (const auto part : value) {
      if (!sip::append_unfolded(out, part)) return false;
    }
    if (out.overflowed()) return false;
    const std::string_view joined = out.view();
    used_ += joined.size();
    lines_[count_++] = sip::HeaderLine{id, joined};
    return true;
  }
  [[nodiscard]] bool add(sip::HeaderId id, std::string_view value) { return add(id, {value}); }

  [[nodiscard]] std::span<const sip::HeaderLine> lines() const { return {lines_.data(), count_}; }

 private:
  std::size_t used_ = 0;
  std::size_t count_ = 0;
  std::array<sip::HeaderLine, kLines> lines_;
  std::array<char, kBytes> text_;
};

}  // namespace ringfence::pipeline
