// SPDX-License-Identifier: Apache-2.0
// Comma-separated values, and ranges over the rows and values of a header wherever the rows come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "sip/header_table.h"

namespace ringfence::sip {

/// One header field as a reader sees it.
struct HeaderView {
  HeaderId id = HeaderId::Other;
  std::uint8_t row = 0xff;  // its row in the received message, kNoRow when it was added
  std::string_view name;
  std::string_view value;
  bool may_list = true;  // false: the value is known to hold no comma
};

/// Takes the first value off a comma-separated list and trims it. Commas inside quotes and angle brackets do
/// not count. `rest` becomes what follows the comma; its data() is null when there was no further comma.
[[nodiscard]] std::string_view take_value(std::string_view& rest);

/// The values of one comma-separated text: `for (auto value : ListValues{text})`. An empty text has none; an
/// empty element between two commas is returned as an empty view, for the reader to refuse.
class ListValues {
 public:
  explicit ListValues(std::string_view text) : text_{text} {}

  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(std::string_view text) : rest_{text}, ended_{text.empty()} {
      if (!ended_) value_ = take_value(rest_);
    }
    std::string_view operator*() const { return value_; }
    Iterator& operator++() {
      ended_ = rest_.data() == nullptr;
      if (!ended_) value_ = take_value(rest_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return a.ended_; }

   private:
    std::string_view rest_;
    std::string_view value_;
    bool ended_ = true;
  };

  [[nodiscard]] Iterator begin() const { return Iterator{text_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  std::string_view text_;
};

/// Rows of one header, in order. `Cursor` has `bool next(HeaderView&)`.
template <class Cursor>
class Rows {
 public:
  explicit Rows(Cursor cursor) : cursor_{cursor} {}

  class Iterator {
   public:
    using value_type = HeaderView;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(Cursor cursor) : cursor_{cursor} { more_ = cursor_.next(view_); }
    const HeaderView& operator*() const { return view_; }
    const HeaderView* operator->() const { return &view_; }
    Iterator& operator++() {
      more_ = cursor_.next(view_);
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return !a.more_; }

   private:
    Cursor cursor_;
    HeaderView view_;
    bool more_ = false;
  };

  [[nodiscard]] Iterator begin() const { return Iterator{cursor_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  Cursor cursor_;
};

/// Single values over all rows of one header; a header that is no list has one value a row.
template <class Cursor>
class HeaderValues {
 public:
  explicit HeaderValues(Cursor cursor) : cursor_{cursor} {}

  class Iterator {
   public:
    using value_type = std::string_view;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(Cursor cursor) : cursor_{cursor} { next_row(); }
    std::string_view operator*() const { return value_; }
    Iterator& operator++() {
      if (rest_.data() != nullptr) {
        value_ = take_value(rest_);
      } else {
        next_row();
      }
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, std::default_sentinel_t) { return !a.more_; }

   private:
    void next_row() {
      HeaderView view;
      do {
        more_ = cursor_.next(view);
      } while (more_ && view.value.empty());
      if (!more_) return;
      const bool list = view.may_list && info_of(view.id).values == Values::List;
      rest_ = list ? view.value : std::string_view{};
      value_ = list ? take_value(rest_) : view.value;
    }

    Cursor cursor_;
    std::string_view rest_;
    std::string_view value_;
    bool more_ = false;
  };

  [[nodiscard]] Iterator begin() const { return Iterator{cursor_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }

 private:
  Cursor cursor_;
};

}  // namespace ringfence::sip
