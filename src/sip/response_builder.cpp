// SPDX-License-Identifier: Apache-2.0
// Writing responses.
#include "sip/response_builder.h"

#include <algorithm>

#include "base/text_writer.h"
#include "sip/line_writer.h"
#include "sip/status.h"
#include "sip/text.h"

namespace ringfence::sip {
namespace {

using base::TextWriter;

bool all_safe(const ResponseParts& parts) {
  return is_safe(parts.reason) && is_safe(parts.to_tag) && is_safe(parts.received) &&
         is_safe(parts.body_type) &&
         std::ranges::all_of(parts.headers, [](const HeaderLine& line) { return is_safe(line); });
}

bool is_stamped(const Param& param) {
  return base::iequals(param.name, "received") || base::iequals(param.name, "rport");
}

void write_param(TextWriter& out, const Param& param) {
  out.append(';').append(param.name);
  if (!param.has_value) return;
  out.append('=');
  if (param.quoted) out.append('"');
  out.append(param.value);
  if (param.quoted) out.append('"');
}

/// The top Via with where the request came from (RFC 3261 §18.2.1, RFC 3581 §4). What the sender claimed in
/// received or rport goes; the rest stays as it was written.
void write_stamped_via(TextWriter& out, const Via& via, const ResponseParts& parts) {
  if (via.received.empty() && !via.rport.present) {
    out.append(via.text);
  } else {
    const auto params_at = static_cast<std::size_t>(via.params.data() - via.text.data());
    out.append(trim_lws(via.text.substr(0, params_at)));
    for (const Param& param : via.all_params()) {
      if (!is_stamped(param)) write_param(out, param);
    }
  }
  out.append(";received=").append(parts.received);
  if (via.rport.present && parts.rport != 0) out.append(";rport=").append_decimal(parts.rport);
}

void write_vias(TextWriter& out, const Message& request, const ResponseParts& parts) {
  const Via top = request.top_via();
  bool first = !parts.received.empty();
  for (const HeaderView& row : request.rows(HeaderId::Via)) {
    if (!first) {
      write_line(out, HeaderId::Via, row.value);
      continue;
    }
    first = false;
    out.append("Via: ");
    write_stamped_via(out, top, parts);
    const auto behind = static_cast<std::size_t>(top.text.data() + top.text.size() - row.value.data());
    out.append(row.value.substr(behind)).append("\r\n");
  }
}

void copy_first(TextWriter& out, const Message& request, HeaderId id) {
  if (request.has(id)) write_line(out, id, request.header(id));
}

void write_to(TextWriter& out, const Message& request, const ResponseParts& parts) {
  if (!request.has(HeaderId::To)) return;
  out.append("To: ").append(request.header(HeaderId::To));
  const bool tagged = !request.to_tag().empty() || parts.status == 100 || parts.to_tag.empty();
  if (!tagged) out.append(";tag=").append(parts.to_tag);
  out.append("\r\n");
}

void copy_all(TextWriter& out, const Message& request, HeaderId id) {
  for (const HeaderView& row : request.rows(id)) write_line(out, id, row.value);
}

void write_dialog_headers(TextWriter& out, const Message& request, unsigned status) {
  if (status == 100) copy_first(out, request, HeaderId::Timestamp);
  const bool may_form_dialog = status > 100 && status < 300 && info_of(request.method()).forms_dialog;
  if (may_form_dialog) copy_all(out, request, HeaderId::RecordRoute);
}

}  // namespace

std::expected<std::size_t, BuildError> build_response(const Message& request, const ResponseParts& parts,
                                                      std::span<char> out) {
  if (!request.is_request() || request.top_via().host.empty()) return std::unexpected(BuildError::Unusable);
  if (!all_safe(parts)) return std::unexpected(BuildError::UnsafeText);
  TextWriter writer{out};
  writer.append("SIP/2.0 ").append_decimal(parts.status).append(' ');
  writer.append(parts.reason.empty() ? reason_of(parts.status) : parts.reason).append("\r\n");
  write_vias(writer, request, parts);
  copy_first(writer, request, HeaderId::From);
  write_to(writer, request, parts);
  copy_first(writer, request, HeaderId::CallId);
  copy_first(writer, request, HeaderId::CSeq);
  write_dialog_headers(writer, request, parts.status);
  for (const HeaderLine& line : parts.headers) write_line(writer, line);
  write_body(writer, parts.body_type, parts.body);
  if (writer.overflowed()) return std::unexpected(BuildError::NoRoom);
  return writer.size();
}

}  // namespace ringfence::sip
