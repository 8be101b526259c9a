// SPDX-License-Identifier: Apache-2.0
// parse(): one pass over a message that leaves an index of its headers and the values every step needs.
#include <algorithm>
#include <limits>

#include "base/ascii.h"
#include "sip/chars.h"
#include "sip/cseq.h"
#include "sip/header_lookup.h"
#include "sip/line_scanner.h"
#include "sip/message.h"
#include "sip/numbers.h"
#include "sip/scan.h"

namespace ringfence::sip {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";

class Parser {
 public:
  Parser(std::string_view text, MessageIndex& index, const Limits& limits)
      : begin_{text.data()},
        end_{text.data() + text.size()},
        scanner_{begin_, end_},
        limits_{limits},
        index_{index} {}

  void run() {
    const Line start = next_line(begin_);
    read_start_line({begin_, start.end});
    if (index_.kind == MessageIndex::Kind::None) {
      index_.error = ParseError::NotSip;
      return;
    }
    read_headers(start.next);
    read_values();
    // Said last: whoever forgot the empty line may have made the mistake that matters before it.
    if (cut_off_) note(ParseError::NoEndOfHeaders);
  }

 private:
  struct Line {
    const char* end;   // behind the last character, folds included
    const char* next;  // start of the next line
  };

  void note(ParseError error) {
    if (index_.error == ParseError::None) index_.error = error;
  }
  [[nodiscard]] std::uint16_t offset(const char* at) const { return static_cast<std::uint16_t>(at - begin_); }
  [[nodiscard]] Range range(std::string_view part) const {
    if (part.data() == nullptr) return {};
    return {offset(part.data()), static_cast<std::uint16_t>(part.size())};
  }
  [[nodiscard]] bool blank_at(const char* at) const { return at != end_ && (*at == ' ' || *at == '\t'); }

  /// The line that starts at `start`. CR LF and a blank continue it (RFC 3261 §7.3.1).
  [[gnu::always_inline]] Line next_line(const char* start) {
    while (true) {
      const char* const at = scanner_.next();
      if (end_ - at >= 2 && at[0] == '\r' && at[1] == '\n') {
        scanner_.resume_at(at + 2);
        if (at != start && blank_at(at + 2)) continue;
        return {at, at + 2};
      }
      if (at == end_) {
        cut_off_ = true;
        return {end_, end_};
      }
      scanner_.resume_at(at + 1);
      if (is_line_break(at)) return {at, at + 1};
    }
  }

  /// Judges a control character that is no CR LF; true when it ends the line.
  bool is_line_break(const char* at) {
    if (*at == '\n' || *at == '\r') {
      // Some element may take this for the end of a line and another may not; nobody gets to use the
      // difference.
      note(ParseError::BareLineEnd);
      return true;
    }
    const bool escaped = at != begin_ && at[-1] == '\\';
    if (*at != '\t' && !escaped) note(ParseError::ControlCharacter);
    return false;
  }

  // --- start line ---

  void read_start_line(std::string_view line) {
    if (line.size() > 4 && base::iequals(line.substr(0, 4), "SIP/")) {
      read_status_line(line);
    } else if (!read_usual_request_line(line)) {
      read_request_line(line);
    }
  }

  /// A request line as it should be; false, with nothing noted, when there is anything to say against it.
  bool read_usual_request_line(std::string_view line) {
    constexpr std::string_view kEnd = " SIP/2.0";
    if (!line.ends_with(kEnd)) return false;
    const char* const uri_end = line.data() + line.size() - kEnd.size();
    const char* const method_end = skip(kToken, line.data(), uri_end);
    if (method_end == line.data() || uri_end - method_end < 2 || *method_end != ' ') return false;
    const std::string_view uri{method_end + 1, uri_end};
    if (scan::find_any<' ', '\t', '\r', '<', '>'>(uri.data(), uri_end) != uri_end ||
        uri.size() > limits_.uri_bytes)
      return false;
    keep_request_line({line.data(), method_end}, uri);
    return true;
  }

  void keep_request_line(std::string_view method, std::string_view uri) {
    index_.kind = MessageIndex::Kind::Request;
    index_.method_text = range(method);
    index_.method = method_of(method);
    index_.uri = range(uri);
  }

  void read_status_line(std::string_view line) {
    index_.kind = MessageIndex::Kind::Response;
    if (!base::iequals(line.substr(0, kVersion.size()), kVersion))
      return note(ParseError::UnsupportedVersion);
    const std::string_view rest = line.substr(kVersion.size());
    // SP 3DIGIT SP reason; the reason may be empty, its space not (RFC 3261 §7.2).
    if (rest.size() < 5 || rest[0] != ' ' || rest[4] != ' ') return note(ParseError::BadStatusLine);
    const auto status = parse_number(rest.substr(1, 3));
    if (!status || *status < 100 || *status > 699) return note(ParseError::BadStatusLine);
    index_.status = static_cast<std::uint16_t>(*status);
    index_.uri = range(rest.substr(5));
  }

  /// Method SP Request-URI SP SIP-Version, single spaces (RFC 3261 §7.1). Wrong white space is a defect, but
  /// the parts are found all the same, so that the sender can be told.
  void read_request_line(std::string_view line) {
    const char* const method_end = skip(kToken, line.data(), line.data() + line.size());
    const std::string_view method{line.data(), method_end};
    const std::string_view trimmed = trim_lws(line);
    const std::size_t last_space = trimmed.find_last_of(" \t");
    if (method.empty() || last_space == std::string_view::npos || last_space < method.size()) return;
    const std::string_view version = trimmed.substr(last_space + 1);
    if (version.size() < 5 || !base::iequals(version.substr(0, 4), "SIP/")) return;

    const std::string_view uri = trim_lws(trimmed.substr(method.size(), last_space - method.size()));
    keep_request_line(method, uri);
    if (uri.size() > limits_.uri_bytes) note(ParseError::BadRequestUri);
    if (!base::iequals(version, kVersion)) note(ParseError::UnsupportedVersion);
    const bool single_spaces = line.size() == method.size() + uri.size() + version.size() + 2;
    const char* const uri_end = uri.data() + uri.size();
    if (!single_spaces || uri.empty() || line[method.size()] != ' ' || *uri_end != ' ' ||
        scan::find_any<' ', '\t', '\r', '<', '>'>(uri.data(), uri_end) != uri_end) {
      note(ParseError::BadRequestLine);
    }
  }

  // --- header lines ---

  void read_headers(const char* start) {
    index_.headers_at = offset(start);
    const std::size_t most_rows = std::min(limits_.headers, Limits::kMaxHeaders);
    while (true) {
      const Line line = next_line(start);
      if (line.end == start) {
        index_.headers_end = offset(start);
        index_.body_at = offset(line.next);
        return;
      }
      if (index_.row_count == most_rows) {
        // Nothing behind this row is looked at; there is no body to speak of.
        note(ParseError::TooManyHeaders);
        index_.headers_end = index_.body_at = offset(start);
        return;
      }
      read_row(start, line.end);
      start = line.next;
    }
  }

  void read_row(const char* start, const char* end) {
    if (static_cast<std::size_t>(end - start) > limits_.header_bytes) note(ParseError::HeaderTooLong);
    const bool roomy = end_ - start >= static_cast<std::ptrdiff_t>(detail::NamePrefix::kSize);
    const char* const colon = roomy ? find_colon(start, end) : scan::find_any_plain<':'>(start, end);
    const char* name_end = colon;
    while (name_end != start && (name_end[-1] == ' ' || name_end[-1] == '\t')) --name_end;
    const std::string_view name{start, name_end};
    const HeaderId id = roomy ? detail::look_up(start, name) : detail::look_up(name);
    if (colon == end || (id == HeaderId::Other && !is_other_name(name)))
      return note(ParseError::BadHeaderLine);
    const std::string_view value = trim_lws({colon + 1, end});
    add_row(id, name, value, scanner_.comma_before(end));
  }

  /// Sixteen characters from `start` on are there, perhaps beyond the line; nearly every name ends among
  /// them.
  static const char* find_colon(const char* start, const char* end) {
    const unsigned colons = scan::any_mask_16<':'>(start);
    if (colons != 0) [[likely]]
      return std::min(start + std::countr_zero(colons), end);
    return end - start > 16 ? scan::find_any<':'>(start + 16, end) : end;
  }

  static bool is_other_name(std::string_view name) {
    return name.size() <= std::numeric_limits<std::uint8_t>::max() && is_token(name);
  }

  /// Writes the row where it stays: put together elsewhere and copied, it would stall the copy.
  void add_row(HeaderId id, std::string_view name, std::string_view value, bool has_comma) {
    const std::uint8_t row = index_.row_count++;
    HeaderRow& entry = index_.rows[row];
    entry.name_at = offset(name.data());
    entry.value_at = offset(value.data());
    entry.value_size = static_cast<std::uint16_t>(value.size());
    entry.name_size = static_cast<std::uint8_t>(name.size());
    entry.id = id;
    entry.next = kNoRow;
    entry.has_comma = has_comma;
    std::uint8_t& first = index_.first[static_cast<std::size_t>(id)];
    std::uint8_t& last = last_[static_cast<std::size_t>(id)];
    if (first == kNoRow) {
      first = row;
    } else {
      index_.rows[last].next = row;
      if (info_of(id).values == Values::One) note(ParseError::DuplicateHeader);
    }
    last = row;
  }

  // --- values that every step needs ---

  [[nodiscard]] bool has(HeaderId id) const { return index_.first[static_cast<std::size_t>(id)] != kNoRow; }
  [[nodiscard]] std::string_view value(HeaderId id) const {
    const HeaderRow& entry = index_.rows[index_.first[static_cast<std::size_t>(id)]];
    return {begin_ + entry.value_at, entry.value_size};
  }

  void read_values() {
    read_via();
    read_address(HeaderId::From, index_.from, ParseError::MissingFrom, ParseError::BadFrom);
    read_address(HeaderId::To, index_.to, ParseError::MissingTo, ParseError::BadTo);
    if (!has(HeaderId::CallId)) {
      note(ParseError::MissingCallId);
    } else if (value(HeaderId::CallId).empty()) {
      note(ParseError::BadCallId);
    }
    read_cseq();
    read_max_forwards();
    read_body();
  }

  void read_via() {
    if (!has(HeaderId::Via)) return note(ParseError::MissingVia);
    std::string_view rest = value(HeaderId::Via);
    const bool alone = !index_.rows[index_.first[static_cast<std::size_t>(HeaderId::Via)]].has_comma;
    const std::string_view top = alone ? rest : take_value(rest);
    auto via = parse_via(top);
    if (!via) {
      note(ParseError::BadVia);
      via = parse_via_sent_by(top);
      if (!via) return;
    }
    MessageIndex::TopVia& memo = index_.via;
    memo.text = range(top);
    memo.version = range(via->version);
    memo.transport = range(via->transport);
    memo.host = range(via->host);
    memo.branch = range(via->branch);
    memo.params = range(via->params);
    memo.received = range(via->received);
    memo.maddr = range(via->maddr);
    memo.port = via->port.value_or(0);
    memo.rport = via->rport.value;
    memo.ttl = via->ttl ? static_cast<std::int16_t>(*via->ttl) : std::int16_t{-1};
    memo.has_rport = via->rport.present;
    memo.readable = true;
  }

  void read_address(HeaderId id, MessageIndex::Address& memo, ParseError missing, ParseError bad) {
    if (!has(id)) return note(missing);
    const auto address = parse_name_addr(value(id));
    if (!address) return note(bad);
    memo.uri = range(address->uri);
    memo.tag = range(address->tag);
    memo.display = range(address->display);
    memo.params = range(address->params);
    memo.bracketed = address->bracketed;
    memo.quoted = address->display_quoted;
  }

  void read_cseq() {
    if (!has(HeaderId::CSeq)) return note(ParseError::MissingCSeq);
    const auto cseq = parse_cseq(value(HeaderId::CSeq));
    if (!cseq) return note(ParseError::BadCSeq);
    index_.cseq = cseq->number;
    index_.cseq_method = range(cseq->method);
    if (index_.kind == MessageIndex::Kind::Response) {
      index_.method_text = index_.cseq_method;
      index_.method = method_of(cseq->method);
    }
  }

  void read_max_forwards() {
    if (!has(HeaderId::MaxForwards)) return;
    const auto hops = parse_max_forwards(value(HeaderId::MaxForwards));
    if (!hops) return note(ParseError::BadMaxForwards);
    index_.max_forwards = static_cast<std::int16_t>(*hops);
  }

  /// RFC 3261 §18.3: surplus bytes are discarded, a body shorter than announced is an error.
  void read_body() {
    const auto available = static_cast<std::size_t>(end_ - (begin_ + index_.body_at));
    index_.body_size = static_cast<std::uint16_t>(available);
    if (!has(HeaderId::ContentLength)) return;
    const auto length = parse_number(value(HeaderId::ContentLength));
    if (!length) return note(ParseError::BadContentLength);
    index_.content_length = *length;
    if (*length > available) return note(ParseError::BodyTooShort);
    index_.body_size = static_cast<std::uint16_t>(*length);
    index_.surplus = static_cast<std::uint16_t>(available - *length);
  }

  const char* begin_;
  const char* end_;
  scan::LineScanner scanner_;
  const Limits& limits_;
  MessageIndex& index_;
  bool cut_off_ = false;                       // the text ended inside the header
  std::array<std::uint8_t, kHeaderIds> last_;  // last row by header; written before it is read
};

/// Clears what a reader may look at; the rows stay as they are behind row_count.
void clear(MessageIndex& index) {
  const auto head = offsetof(MessageIndex, rows);
  std::memset(static_cast<void*>(&index), 0, head);
  index.first.fill(kNoRow);
  index.max_forwards = -1;
  index.via.ttl = -1;
}

}  // namespace

[[gnu::flatten]] std::expected<void, ParseError> parse(std::string_view text, MessageIndex& index,
                                                       const Limits& limits) {
  clear(index);
  if (text.size() > std::min(limits.message, Limits::kMaxMessage)) {
    index.error = ParseError::MessageTooLarge;
  } else {
    Parser{text, index, limits}.run();
  }
  if (index.error != ParseError::None) return std::unexpected(index.error);
  return {};
}

}  // namespace ringfence::sip
