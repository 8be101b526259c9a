// SPDX-License-Identifier: Apache-2.0
// Lines of comma-separated values (RFC 4180, without line breaks inside a value).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::provisioning {

enum class CsvError : std::uint8_t { OpenQuote, TextAfterQuote, StrayQuote, TooManyValues };
[[nodiscard]] std::string_view text_of(CsvError error);

inline constexpr std::size_t kMaxCsvValues = 32;

/// The values of one line, without its line end; blanks around a value that is not quoted are dropped.
/// `values` is used again, so that a long file allocates little.
[[nodiscard]] std::expected<void, CsvError> split_csv(std::string_view line,
                                                      std::vector<std::string>& values);

/// Cuts lines out of chunks as they come, and counts them.
class LineCutter {
 public:
  static constexpr std::size_t kMaxLine = 16 * 1024;

  struct Line {
    std::size_t number = 0;  ///< from 1
    std::string_view text;   ///< without line end; valid until the next call
    bool too_long = false;   ///< `text` is its beginning
  };

  /// Calls `take(Line)` for each line that ends in `chunk`.
  template <class Take>
  void feed(std::string_view chunk, Take take) {
    while (true) {
      const auto end = chunk.find('\n');
      keep(chunk.substr(0, end));
      if (end == chunk.npos) return;
      take(cut());
      chunk.remove_prefix(end + 1);
    }
  }
  /// Calls `take(Line)` when the last line has no end.
  template <class Take>
  void finish(Take take) {
    if (!rest_.empty()) take(cut());
  }

 private:
  void keep(std::string_view part);
  [[nodiscard]] Line cut();

  std::string rest_;
  std::string line_;
  std::size_t count_ = 0;
  bool too_long_ = false;
};

}  // namespace ringfence::provisioning
