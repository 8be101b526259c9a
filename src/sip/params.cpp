// SPDX-License-Identifier: Apache-2.0
// Reading and checking parameters.
#include "sip/params.h"

#include "base/ascii.h"
#include "sip/cursor.h"
#include "sip/limits.h"
#include "sip/param_reader.h"

namespace ringfence::sip {

[[gnu::flatten]] Params::Iterator::Iterator(std::string_view text) : rest_{text}, ended_{false} {
  Cursor cursor{text};
  cursor.skip_lws();
  // The text may start at the first name; then there is no semicolon to wait for.
  if (cursor.peek() != ';' && !cursor.at_end()) {
    read_one(cursor.position());
  } else {
    read();
  }
}

void Params::Iterator::read() {
  Cursor cursor{rest_};
  ended_ = !cursor.eat_separator(';');
  if (!ended_) read_one(cursor.position());
}

[[gnu::flatten]] void Params::Iterator::read_one(const char* at) {
  Window window;
  ValueCursor cursor{{at, rest_.data() + rest_.size()}, window};
  ended_ = !read_param(cursor, param_);
  rest_ = cursor.rest();
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

[[gnu::flatten]] std::expected<Params, ParseError> parse_params(std::string_view text) {
  if (text.empty()) return Params{text};
  Window window;
  ValueCursor cursor{text, window};
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
