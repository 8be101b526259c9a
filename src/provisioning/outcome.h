// SPDX-License-Identifier: Apache-2.0
// How a request of an operator ends: with what was asked for, or refused for a reason that scripts can tell
// apart.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/failure.h"
#include "store/error.h"

namespace ringfence::provisioning {

enum class Reason : std::uint8_t { Failed, Usage, NotFound, NotAllowed, Conflict };

/// Nothing has been changed.
struct Refusal {
  Reason reason;
  base::Failure failure;
};

template <class T>
using Outcome = std::expected<T, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(Reason reason, std::string what, std::string why,
                                                     std::string next = {}) {
  return std::unexpected(Refusal{reason, {std::move(what), std::move(why), std::move(next)}});
}

/// What the database refused, as the operator is told.
[[nodiscard]] inline std::unexpected<Refusal> refuse(store::Error error) {
  const bool conflict = error.cause == store::Cause::Duplicate || error.cause == store::Cause::Referred;
  const bool read_only = error.cause == store::Cause::ReadOnly;
  const Reason reason = conflict ? Reason::Conflict : read_only ? Reason::NotAllowed : Reason::Failed;
  return std::unexpected(Refusal{reason, std::move(error.failure)});
}

}  // namespace ringfence::provisioning
