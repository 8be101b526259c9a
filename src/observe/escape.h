// SPDX-License-Identifier: Apache-2.0
// Text from outside made harmless: no byte of it can end a line, a field or a quote, or steer a terminal.
#pragma once

#include <string_view>

#include "base/text_writer.h"

namespace ringfence::observe {

/// The text as the value of a `key=value` field: bare when it is made of letters, digits and -_.:@/+%~*#,
/// otherwise in double quotes, with \" \\ \n \r \t and \xHH for control bytes, bytes that are no UTF-8, and
/// code points that print nothing or turn the direction of writing.
void append_text_value(base::TextWriter& out, std::string_view text);

/// The text as a JSON string with its quotes (RFC 8259 §7); the same code points as \uXXXX, bytes that are no
/// UTF-8 as
/// \ufffd.
void append_json_string(base::TextWriter& out, std::string_view text);

}  // namespace ringfence::observe
