// SPDX-License-Identifier: Apache-2.0
// Reading and checking parameters.
#include "sip/params.h"

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/limits.h"
#include "sip/param_reader.h"

namespace ringfence::sip {

Params::Iterator::Iterator(std::string_view text) : cursor_{text}, ended_{false} {
  cursor_.skip_lws();
  // The text may start at the first name; then there is no semicolon to wait for.
  if (cursor_.peek() != ';' && !cursor_.at_end()) {
    ended_ = !read_param(cursor_, param_);
    return;
  }
  read();
}

void Params::Iterator::read() {
  ended_ = !cursor_.eat_separator(';') || !read_param(cursor_, param_);
}

std::optional<Param> Params::find(std::string_view name) const {
  for (const Param& param : *this) {
    if (base::iequals(param.name, name)) return param;
  }
  return std::nullopt;
}

std::string_view Params::value(std::string_view name) const {
  const auto param = find(name);
  return param ? param->value : std::string_view{};
}

std::expected<Params, ParseError> parse_params(std::string_view text) {
  if (text.empty()) return Params{text};
  ValueCursor cursor{text};
  ParamNames names;
  while (true) {
    cursor.skip_lws();
    if (cursor.at_end()) return Params{text};
    if (!cursor.eat(';')) return std::unexpected(ParseError::BadParameter);
    cursor.skip_lws();
    Param param;
    if (!read_param(cursor, param)) return std::unexpected(ParseError::BadParameter);
    if (const ParseError error = names.add(param.name); error != ParseError::None)
      return std::unexpected(error);
  }
}

}  // namespace ringfence::sip
