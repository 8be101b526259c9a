// SPDX-License-Identifier: Apache-2.0
// Option: one row holds all we know of a setting. Reader, `config check`, sample file and docs read the same
// table.
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "config/settings.h"

namespace ringfence::config {

enum class TakesEffect : std::uint8_t { Start, Reload };

/// Bounds in the type's smallest unit (numbers, milliseconds, bytes, percent); for lists, of the number of
/// items.
struct Range {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

/// What was expected instead, for a message that goes on ", found …".
struct Mismatch {
  std::string expected;
};

/// What the option's C++ type says about it.
struct ValueType {
  std::string_view name;  ///< "duration", "list of networks"
  bool list = false;
  std::string (*range_text)(const Range&);  ///< "from 1s to 3600s", "sip, web"; empty when there is none
  std::expected<void, Mismatch> (*assign)(Settings&, const Range&, std::span<const std::string>);
};

struct Option {
  std::string_view path;  ///< "sip.port"
  const ValueType* type;
  std::string_view default_value;  ///< as one writes it; list items with commas between
  Range range;
  TakesEffect takes_effect;
  std::string_view reader;  ///< the room that acts on it: no option without one
  std::string_view alias;   ///< path of the same option in sip:provider; may be empty
  std::string_view help;
};

/// All options, in the order of the documentation; options of one group stand together.
[[nodiscard]] std::span<const Option> options();

/// The option with this path or alias, or nullptr.
[[nodiscard]] const Option* find_option(std::string_view path);

/// The path nearest to a mistyped one.
[[nodiscard]] std::string_view nearest_path(std::string_view path);

/// "RINGFENCE_SIP_PORT" for "sip.port".
[[nodiscard]] std::string environment_name(const Option& option);

/// The items of a list written with commas between; blanks around them do not count.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace ringfence::config
