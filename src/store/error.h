// SPDX-License-Identifier: Apache-2.0
// What can go wrong with a database, and what the operator can do about it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

#include "base/failure.h"

namespace ringfence::store {

enum class Cause : std::uint8_t {
  Duplicate,    ///< a value that must be unique is taken
  Referred,     ///< the row is referred to, or refers to one that is not there
  Incomplete,   ///< a required value is missing, or one has the wrong type
  NotFound,     ///< no row has this id
  Busy,         ///< another process holds the database
  ReadOnly,     ///< the file or its directory cannot be written
  Full,         ///< no space is left
  Corrupt,      ///< the file is damaged, or is no database
  NewerSchema,  ///< written by a newer release
  Io,           ///< anything else the system refused
};

/// Nothing of the transaction it ends has been stored.
struct Error {
  Cause cause;
  base::Failure failure;
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> error(Cause cause, std::string what, std::string why,
                                                  std::string next = {}) {
  return std::unexpected(Error{cause, {std::move(what), std::move(why), std::move(next)}});
}

}  // namespace ringfence::store
