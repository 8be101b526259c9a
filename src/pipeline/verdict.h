// SPDX-License-Identifier: Apache-2.0
// Verdict: how a step of the pipeline ends.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace ringfence::pipeline {

/// The request goes on to the next step.
struct Next {};

/// The request is answered with this status. Further headers of the answer stand in Context::reply_headers.
struct Reply {
  std::uint16_t status = 500;
  std::string_view reason;  ///< a literal
};

/// Silence: often the right answer to an attacker. The step has counted why.
struct Drop {};

/// The request sleeps until an answer reaches its shard (Runner::resume); then the same step is asked again
/// and finds the answer in Context::answer.
struct Wait {};

/// The step has taken the request over and will see to its end.
struct Taken {};

using Verdict = std::variant<Next, Reply, Drop, Wait, Taken>;

}  // namespace ringfence::pipeline
