// SPDX-License-Identifier: Apache-2.0
// The adapter to yaml-cpp: a YAML text as a flat list of entries, within bounds. No exception leaves it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::config {

/// A place in the text, counted from 1.
struct Position {
  int line = 1;
  int column = 1;
};

/// One leaf: "sip.port" and "5060". Keys of nested maps are joined by dots.
struct Entry {
  std::string path;
  std::vector<std::string> items;
  bool list = false;   ///< it was written as a YAML sequence
  bool empty = false;  ///< there was a key and nothing behind it
  Position position;   ///< of the key
};

struct YamlError {
  Position position;
  std::string message;
};

inline constexpr std::size_t kMaxFileBytes = 1 << 20;
inline constexpr std::size_t kMaxDepth = 8;
inline constexpr std::size_t kMaxEntries = 4096;

/// Anchors, aliases, several documents and lists of anything but plain values are refused: a configuration
/// that only says what it says needs none of them.
[[nodiscard]] std::expected<std::vector<Entry>, YamlError> read_yaml(std::string_view text);

}  // namespace ringfence::config
