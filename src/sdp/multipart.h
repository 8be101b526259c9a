// SPDX-License-Identifier: Apache-2.0
// Bodies in several parts (RFC 5621, RFC 2046 §5.1): splitting, and finding the session description.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <string_view>

namespace ringfence::sdp {

inline constexpr std::size_t kMaxParts = 16;
inline constexpr std::size_t kMaxMultipartDepth = 2;
inline constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1

enum class MultipartError : std::uint8_t {
  BadContentType,
  NoBoundary,    ///< absent, empty, or longer than 70 characters
  NoParts,       ///< the boundary never comes
  Unterminated,  ///< the closing boundary is missing
  BadHeader,
  TooManyParts,
  TooDeep,
};

/// One part that is no multipart itself. Views into the body.
struct Part {
  std::string_view content_type;  ///< as written, perhaps with folds; empty: text/plain (RFC 2046 §5.1)
  std::string_view disposition;   ///< Content-Disposition as written; may be empty
  std::string_view encoding;      ///< Content-Transfer-Encoding; may be empty
  std::string_view headers;       ///< all header lines
  std::string_view body;
  std::uint8_t depth = 1;    ///< 2: inside a multipart inside the body
  bool alternative = false;  ///< stands in a multipart/alternative
};

class Parts {
 public:
  Parts() {}  // NOLINT(modernize-use-equals-default): the array stays unwritten

  /// Splits a body of a type multipart/*, and the multiparts within it. One pass over the body for each
  /// level.
  [[nodiscard]] std::expected<void, MultipartError> split(std::string_view content_type,
                                                          std::string_view body);
  [[nodiscard]] std::span<const Part> all() const { return {parts_.data(), count_}; }

 private:
  [[nodiscard]] std::expected<void, MultipartError> split_level(std::string_view content_type,
                                                                std::string_view body, std::size_t depth);
  [[nodiscard]] std::expected<void, MultipartError> add(std::string_view part, std::size_t depth,
                                                        bool alternative);

  std::size_t count_ = 0;
  std::array<Part, kMaxParts> parts_;
};

/// The session description in a body, whatever it is wrapped in; empty when there is none. A part counts when
/// it is application/sdp in plain bytes with the disposition "session" (the default for this type, RFC 5621
/// §8.2). Of several the first counts, in multipart/alternative the last (RFC 5621 §4.2).
[[nodiscard]] std::expected<std::string_view, MultipartError> find_sdp(std::string_view content_type,
                                                                       std::string_view body);

}  // namespace ringfence::sdp
