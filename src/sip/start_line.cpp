// SPDX-License-Identifier: Apache-2.0
// Reading request lines and status lines.
#include "sip/start_line.h"

#include "base/ascii.h"
#include "sip/chars.h"
#include "sip/numbers.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

class StartLine {
 public:
  StartLine(std::string_view line, const Limits& limits, MessageIndex& index)
      : line_{line}, limits_{limits}, index_{index} {}

  void read() {
    if (line_.size() > 4 && base::iequals(line_.substr(0, 4), "SIP/")) {
      read_status();
    } else if (!read_usual_request()) {
      read_request();
    }
  }

 private:
  void note(ParseError error) { sip::note(index_, error); }
  /// The line begins where the message does.
  [[nodiscard]] Range range(std::string_view part) const {
    return {static_cast<std::uint16_t>(part.data() - line_.data()), static_cast<std::uint16_t>(part.size())};
  }
  static bool holds_wrong_character(std::string_view uri) {
    const char* const end = uri.data() + uri.size();
    return scan::find_any<' ', '\t', '\r', '<', '>'>(uri.data(), end) != end;
  }

  /// A request line as it should be; false, with nothing noted, when there is anything to say against it.
  bool read_usual_request() {
    constexpr std::string_view kEnd = " SIP/2.0";
    if (!line_.ends_with(kEnd)) return false;
    const char* const uri_end = line_.data() + line_.size() - kEnd.size();
    const char* const method_end = skip(kToken, line_.data(), uri_end);
    if (method_end == line_.data() || uri_end - method_end < 2 || *method_end != ' ') return false;
    const std::string_view uri{method_end + 1, uri_end};
    if (uri.size() > limits_.uri_bytes || holds_wrong_character(uri)) return false;
    keep_request({line_.data(), method_end}, uri);
    return true;
  }

  void keep_request(std::string_view method, std::string_view uri) {
    index_.kind = MessageIndex::Kind::Request;
    index_.method_text = range(method);
    index_.method = method_of(method);
    index_.uri = range(uri);
  }

  void read_status() {
    index_.kind = MessageIndex::Kind::Response;
    if (!base::iequals(line_.substr(0, kVersion.size()), kVersion))
      return note(ParseError::UnsupportedVersion);
    const std::string_view rest = line_.substr(kVersion.size());
    // SP 3DIGIT SP reason; the reason may be empty, its space not (RFC 3261 §7.2).
    if (rest.size() < 5 || rest[0] != ' ' || rest[4] != ' ') return note(ParseError::BadStatusLine);
    const auto status = parse_number(rest.substr(1, 3));
    if (!status || *status < 100 || *status > 699) return note(ParseError::BadStatusLine);
    index_.status = static_cast<std::uint16_t>(*status);
    index_.uri = range(rest.substr(5));
  }

  /// Method SP Request-URI SP SIP-Version, single spaces (RFC 3261 §7.1). Wrong white space is a defect, but
  /// the parts are found all the same, so that the sender can be told.
  void read_request() {
    const char* const method_end = skip(kToken, line_.data(), line_.data() + line_.size());
    const std::string_view method{line_.data(), method_end};
    const std::string_view trimmed = trim_lws(line_);
    const std::size_t last_space = trimmed.find_last_of(" \t");
    if (method.empty() || last_space == std::string_view::npos || last_space < method.size()) return;
    const std::string_view version = trimmed.substr(last_space + 1);
    if (version.size() < 5 || !base::iequals(version.substr(0, 4), "SIP/")) return;

    const std::string_view uri = trim_lws(trimmed.substr(method.size(), last_space - method.size()));
    keep_request(method, uri);
    if (uri.size() > limits_.uri_bytes) note(ParseError::BadRequestUri);
    if (!base::iequals(version, kVersion)) note(ParseError::UnsupportedVersion);
    const bool single_spaces = line_.size() == method.size() + uri.size() + version.size() + 2;
    const char* const uri_end = uri.data() + uri.size();
    if (!single_spaces || uri.empty() || line_[method.size()] != ' ' || *uri_end != ' ' ||
        holds_wrong_character(uri)) {
      note(ParseError::BadRequestLine);
    }
  }

  std::string_view line_;
  const Limits& limits_;
  MessageIndex& index_;
};

}  // namespace

[[gnu::flatten]] void read_start_line(std::string_view line, const Limits& limits, MessageIndex& index) {
  StartLine{line, limits, index}.read();
}

}  // namespace ringfence::sip
