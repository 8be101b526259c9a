// SPDX-License-Identifier: Apache-2.0
// Reading references to dialogs.
#include "sip/replaces.h"

#include "sip/cursor.h"
#include "sip/params.h"

namespace ringfence::sip {
namespace {

std::expected<DialogReference, ParseError> read(std::string_view text, std::string_view to_name,
                                                std::string_view from_name) {
  Cursor cursor{text};
  DialogReference dialog;
  // callid: word [ "@" word ]. A word may hold neither ';' nor white space, so the parameters begin there.
  const char* const start = cursor.position();
  bool sane = !cursor.run(kWord).empty();
  if (sane && cursor.eat('@')) sane = !cursor.run(kWord).empty();
  if (!sane) return std::unexpected(ParseError::NotAToken);
  dialog.call_id = cursor.since(start);
  cursor.skip_lws();
  const auto params = parse_params(cursor.rest());
  if (!params) return std::unexpected(params.error());
  dialog.to_tag = params->value(to_name);
  dialog.from_tag = params->value(from_name);
  dialog.early_only = params->has("early-only");
  if (dialog.to_tag.empty() || dialog.from_tag.empty()) return std::unexpected(ParseError::MissingParameter);
  return dialog;
}

}  // namespace

std::expected<DialogReference, ParseError> parse_replaces(std::string_view text) {
  return read(text, "to-tag", "from-tag");
}

std::expected<DialogReference, ParseError> parse_target_dialog(std::string_view text) {
  return read(text, "local-tag", "remote-tag");
}

}  // namespace ringfence::sip
