// SPDX-License-Identifier: Apache-2.0
// ReplyHeaders: header fields a step wants in the answer, with the texts they are made of.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string_view>

#include "sip/response_builder.h"

namespace ringfence::pipeline {

/// Bounded; what does not fit is left out whole and reported. Not copyable: lines view into the object.
class ReplyHeaders {
 public:
  static constexpr std::size_t kBytes = 6144;  // ten long contacts
  static constexpr std::size_t kLines = 24;

  ReplyHeaders() = default;
  ReplyHeaders(const ReplyHeaders&) = delete;
  ReplyHeaders& operator=(const ReplyHeaders&) = delete;

  /// Adds one header whose value is the parts, joined and copied.
  [[nodiscard]] bool add(sip::HeaderId id, std::initializer_list<std::string_view> value) {
    std::size_t size = 0;
    for (const auto part : value) size += part.size();
    if (count_ == kLines || used_ + size > kBytes) return false;
    char* const start = text_.data() + used_;
    for (const auto part : value) {
      if (!part.empty()) std::memcpy(text_.data() + used_, part.data(), part.size());
      used_ += part.size();
    }
    lines_[count_++] = sip::HeaderLine{id, {start, size}};
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
