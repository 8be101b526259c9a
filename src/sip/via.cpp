// SPDX-License-Identifier: Apache-2.0
// Reading Via values.
#include "sip/via.h"

#include <limits>

#include "sip/host.h"
#include "sip/name_key.h"
#include "sip/param_reader.h"

namespace ringfence::sip {
namespace {

using base::iequals;

constexpr std::string_view kUsualStart = "SIP/2.0/";

/// The text behind name and version, if they stand there as everybody writes them. Nearly every Via fits one
/// window without them.
std::string_view skip_usual_start(std::string_view text, Via& via) {
  if (!text.starts_with(kUsualStart)) return text;
  via.version = text.substr(4, 3);
  return text.substr(kUsualStart.size());
}

/// sent-protocol: name, version and transport with slashes, then white space.
bool read_protocol(ValueCursor& cursor, Via& via) {
  if (via.version.empty()) {
    if (!iequals(cursor.token(), "SIP") || !cursor.eat_separator('/')) return false;
    via.version = cursor.token();
    if (via.version.empty() || !cursor.eat_separator('/')) return false;
  }
  via.transport = cursor.token();
  const bool spaced = is_lws(cursor.peek());
  cursor.skip_lws();
  return !via.transport.empty() && spaced;
}

std::expected<void, ParseError> read_sent_by(ValueCursor& cursor, Via& via) {
  via.host = read_host(cursor);
  if (via.host.empty()) return std::unexpected(ParseError::BadHost);
  if (cursor.peek() != ':' && !(is_lws(cursor.peek()) && cursor.rest().find(':') != std::string_view::npos))
    return {};
  if (!cursor.eat_separator(':')) return {};
  const auto port = read_port(cursor);
  if (!port) return std::unexpected(port.error());
  via.port = *port;
  return {};
}

template <class Number>
bool read_whole_number(std::string_view text, Number& value) {
  Cursor cursor{text};
  const auto number = cursor.number<Number>(std::numeric_limits<Number>::max());
  if (!number || !cursor.at_end()) return false;
  value = *number;
  return true;
}

constexpr auto kBranch = detail::key_of("branch");
constexpr auto kReceived = detail::key_of("received");
constexpr auto kRport = detail::key_of("rport");
constexpr auto kMaddr = detail::key_of("maddr");
constexpr auto kTtl = detail::key_of("ttl");

/// Keeps the parameters that routing needs. Anything else is checked for syntax alone.
bool keep(const Param& param, Via& via) {
  const auto key = detail::key_of(param.name);
  if (key == kBranch) {
    via.branch = param.value;
  } else if (key == kRport) {
    via.rport.present = true;
    return !param.has_value || read_whole_number(param.value, via.rport.value);
  } else if (key == kReceived) {
    via.received = param.value;
  } else if (key == kMaddr) {
    via.maddr = param.value;
  } else if (key == kTtl) {
    return read_whole_number(param.value, via.ttl.emplace());
  }
  return true;
}

std::expected<void, ParseError> read_params(ValueCursor& cursor, Via& via) {
  ParamNames names;
  while (true) {
    cursor.skip_lws();
    if (cursor.at_end()) return {};
    if (!cursor.eat(';')) return std::unexpected(ParseError::BadVia);
    cursor.skip_lws();
    Param param;
    if (!read_param(cursor, param) || !keep(param, via)) return std::unexpected(ParseError::BadParameter);
    if (const ParseError error = names.add(param.name); error != ParseError::None)
      return std::unexpected(error);
  }
}

std::expected<void, ParseError> read_until_params(ValueCursor& cursor, Via& via) {
  cursor.skip_lws();
  if (!read_protocol(cursor, via)) return std::unexpected(ParseError::BadVia);
  return read_sent_by(cursor, via);
}

}  // namespace

bool Via::has_rfc3261_branch() const {
  return branch.size() > kMagicCookie.size() && iequals(branch.substr(0, kMagicCookie.size()), kMagicCookie);
}

[[gnu::flatten]] std::expected<Via, ParseError> parse_via(std::string_view text) {
  std::expected<Via, ParseError> result;
  Via& via = *result;
  via.text = text;
  Window window;
  ValueCursor cursor{skip_usual_start(text, via), window};
  auto read = read_until_params(cursor, via);
  if (read) {
    cursor.skip_lws();
    via.params = cursor.rest();
    read = read_params(cursor, via);
  }
  if (!read) result = std::unexpected(read.error());
  return result;
}

std::expected<Via, ParseError> parse_via_sent_by(std::string_view text) {
  Via via;
  via.text = text;
  Window window;
  ValueCursor cursor{skip_usual_start(text, via), window};
  if (const auto start = read_until_params(cursor, via); !start) return std::unexpected(start.error());
  return via;
}

}  // namespace ringfence::sip
