// SPDX-License-Identifier: Apache-2.0
// Header lines and the end of a message, as all builders write them. Internal to the builders.
#pragma once

#include <string_view>

#include "base/text_writer.h"
#include "sip/chars.h"
#include "sip/header_table.h"
#include "sip/response_builder.h"
#include "sip/text.h"

namespace ringfence::sip {

[[nodiscard]] inline std::string_view name_of(const HeaderLine& line) {
  return line.id == HeaderId::Other ? line.name : name_of(line.id);
}

/// Neither name nor value can start a line of its own.
[[nodiscard]] inline bool is_safe(const HeaderLine& line) {
  return is_token(name_of(line)) && is_safe(line.value);
}

inline void write_line(base::TextWriter& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}
inline void write_line(base::TextWriter& out, HeaderId id, std::string_view value) {
  write_line(out, name_of(id), value);
}
inline void write_line(base::TextWriter& out, const HeaderLine& line) {
  write_line(out, name_of(line), line.value);
}

/// Content-Type when there is one, Content-Length, the empty line and the body.
inline void write_body(base::TextWriter& out, std::string_view type, std::string_view body) {
  if (!type.empty()) write_line(out, HeaderId::ContentType, type);
  out.append("Content-Length: ").append_decimal(body.size()).append("\r\n\r\n").append(body);
}

}  // namespace ringfence::sip
