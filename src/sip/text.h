// SPDX-License-Identifier: Apache-2.0
// Values as text: folds, quotes and escapes, copied into the caller's buffer only where they must change.
#pragma once

#include <expected>
#include <span>
#include <string_view>

#include "base/text_writer.h"
#include "sip/uri.h"

namespace ringfence::sip {

/// Copies a value as one line: each fold becomes one blank (RFC 3261 §7.3.1).
/// @error NoRoom
/// @error Unsafe  a CR, LF or NUL that is no fold: it would start a line of its own on the wire
std::expected<std::string_view, WriteError> unfold(std::string_view value, std::span<char> out);

/// The same at the end of a writer; false when the text is unsafe.
bool append_unfolded(base::TextWriter& out, std::string_view value);

/// The inside of a quoted string without its backslashes; returns `inside` itself when there are none.
std::expected<std::string_view, WriteError> unquote(std::string_view inside, std::span<char> out);

/// Writes `text` as a quoted string, quotes included; quotes and backslashes get a backslash.
/// @error Unsafe  CR, LF or NUL
std::expected<std::string_view, WriteError> quote(std::string_view text, std::span<char> out);

/// May this stand in a header value that we write? No CR, LF or NUL.
[[nodiscard]] bool is_safe(std::string_view text);

}  // namespace ringfence::sip
