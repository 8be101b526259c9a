// SPDX-License-Identifier: Apache-2.0
// Parameters behind semicolons: those of header values (generic-param) and those of URIs.
#pragma once

#include <expected>
#include <iterator>
#include <optional>
#include <string_view>

#include "sip/parse_error.h"

namespace ringfence::sip {

/// One parameter. A parameter without "=" has no value and has_value is false.
struct Param {
  std::string_view name;
  std::string_view value;  // of a quoted value what stands between the quotes, still with its backslashes
  bool has_value = false;
  bool quoted = false;
};

/// The parameters of a header value, read on the way: "tag=x ; lr;+sip.instance=\"<...>\"". White space and
/// folds are skipped, quotes respected. Made by a reader that has checked the text; on unchecked text reading
/// ends at the flaw.
class Params {
 public:
  Params() = default;
  /// `text` starts at the first name or at its semicolon.
  explicit Params(std::string_view text) : text_{text} {}

  class Iterator {
   public:
    using value_type = Param;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::string_view text);
    const Param& operator*() const { return param_; }
    const Param* operator->() const { return &param_; }
    Iterator& operator++() {
      read();
      return *this;
    }
    void operator++(int) { read(); }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return a.ended_; }

   private:
    void read();
    void read_one(const char* at);

    std::string_view rest_;
    Param param_;
    bool ended_ = true;
  };

  [[nodiscard]] Iterator begin() const { return text_.empty() ? Iterator{} : Iterator{text_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

  /// The first parameter of that name, without case.
  [[nodiscard]] std::optional<Param> find(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name).has_value(); }
  /// The value of the first parameter of that name; empty when it is absent or has none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// Checks a whole text of parameters, "" or ";a=b;c": syntax, number, and no name twice (RFC 3261 §7.3.1).
std::expected<Params, ParseError> parse_params(std::string_view text);

}  // namespace ringfence::sip
