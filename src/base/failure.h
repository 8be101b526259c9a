// SPDX-License-Identifier: Apache-2.0
// Failure: what went wrong outside the packet path, told so that an operator can act on it.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace ringfence::base {

/// An error of start-up, configuration, storage or a verb. Never used on a shard.
struct Failure {
  std::string what;  ///< what we tried, and on which input: "cannot open ringfence.yml"
  std::string why;   ///< the reason, with file and line where there is one
  std::string next;  ///< what to type or do next; may be empty

  friend bool operator==(const Failure&, const Failure&) = default;
};

template <class T>
using Result = std::expected<T, Failure>;

[[nodiscard]] inline std::unexpected<Failure> fail(std::string what, std::string why = {},
                                                   std::string next = {}) {
  return std::unexpected(Failure{std::move(what), std::move(why), std::move(next)});
}

/// A Failure from an errno of a file or directory, with what the operator can do about it.
[[nodiscard]] std::unexpected<Failure> fail_file(std::string what, int error);

}  // namespace ringfence::base
