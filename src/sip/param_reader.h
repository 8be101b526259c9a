// SPDX-License-Identifier: Apache-2.0
// Reads one generic-param and remembers which names were seen. Internal to the readers of values with
// parameters.
#pragma once

#include <array>

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/limits.h"
#include "sip/params.h"

namespace ringfence::sip {

/// name [ "=" ( token / host / quoted-string ) ], the cursor behind the semicolon and its white space.
inline bool read_param(ValueCursor& cursor, Param& param) {
  param = {};
  param.name = cursor.token();
  if (param.name.empty()) return false;
  if (!cursor.eat_separator('=')) return true;
  param.has_value = true;
  if (cursor.peek() == '"') {
    param.quoted = true;
    param.value = cursor.quoted();
    return param.value.data() != nullptr;
  }
  param.value = cursor.run<kParamValue>();
  return !param.value.empty();
}

/// The names of one value's parameters: none may occur twice (RFC 3261 §7.3.1). The cap keeps the check
/// linear enough.
class ParamNames {
 public:
  /// None, DuplicateParameter or TooManyParameters.
  ParseError add(std::string_view name) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (base::iequals(names_[i], name)) return ParseError::DuplicateParameter;
    }
    if (count_ == kMaxParameters) return ParseError::TooManyParameters;
    std::construct_at(&names_[count_++], name);
    return ParseError::None;
  }

 private:
  union {
    std::array<std::string_view, kMaxParameters> names_;  // only the first count_ are alive
  };
  std::size_t count_ = 0;

 public:
  ParamNames() {}  // leaves names_ untouched: a kilobyte not to be cleared for one parameter
};

}  // namespace ringfence::sip
