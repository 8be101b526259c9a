// SPDX-License-Identifier: Apache-2.0
// parse(): one pass over a message that leaves an index of its headers and the values every step needs.
#include <algorithm>
#include <limits>

#include "sip/chars.h"
#include "sip/cseq.h"
#include "sip/header_lookup.h"
#include "sip/line_scanner.h"
#include "sip/message.h"
#include "sip/numbers.h"
#include "sip/scan.h"
#include "sip/start_line.h"

namespace ringfence::sip {
namespace {

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
    read_start_line({begin_, start.end}, limits_, index_);
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
    bool has_comma;
  };

  void note(ParseError error) { sip::note(index_, error); }
  [[nodiscard]] std::uint16_t offset(const char* at) const { return static_cast<std::uint16_t>(at - begin_); }
  [[nodiscard]] Range range(std::string_view part) const {
    if (part.data() == nullptr) return {};
    return {offset(part.data()), static_cast<std::uint16_t>(part.size())};
  }
  [[nodiscard]] bool blank_at(const char* at) const { return at != end_ && (*at == ' ' || *at == '\t'); }

  static bool starts_with_crlf(const char* at) {
    std::uint16_t two = 0;
    std::memcpy(&two, at, sizeof two);
    constexpr std::uint16_t kCrLf = std::endian::native == std::endian::little ? 0x0a0d : 0x0d0a;
    return two == kCrLf;
  }

  /// The line that starts at `start`. CR LF and a blank continue it (RFC 3261 §7.3.1).
  [[gnu::always_inline]] Line next_line(const char* start) {
    while (true) {
      const char* const at = scanner_.next();
      if (end_ - at >= 2 && starts_with_crlf(at)) [[likely]] {
        const bool folded = at != start && blank_at(at + 2);
        const bool has_comma = !folded && scanner_.comma_before_next();
        scanner_.pass_crlf();
        if (folded) [[unlikely]]
          continue;
        return {at, at + 2, has_comma};
      }
      if (at == end_) {
        cut_off_ = true;
        return {end_, end_, scanner_.comma_before_next()};
      }
      const bool ends = is_line_break(at);
      const bool has_comma = ends && scanner_.comma_before_next();
      scanner_.pass();
      if (ends) return {at, at + 1, has_comma};
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
      read_row(start, line);
      start = line.next;
    }
  }

  void read_row(const char* start, const Line& line) {
    const char* const end = line.end;
    if (static_cast<std::size_t>(end - start) > limits_.header_bytes) note(ParseError::HeaderTooLong);
    const unsigned colons = end_ - start >= 16 ? scan::any_mask_16<':'>(start) : 0;
    const std::string_view name{start, static_cast<std::size_t>(std::countr_zero(colons | 1U << 16))};
    const HeaderId id = colons != 0 ? detail::look_up_short(start, name.size()) : HeaderId::Other;
    // Known, one blank behind the colon, a character on either end of the value: nothing to trim or to judge.
    // The known name holds no control character, so that the colon and what is seen behind it are of this
    // line.
    const char* const value = start + name.size() + 2;
    if (id != HeaderId::Other && value < end && value[-1] == ' ' && !is_blank(*value) && !is_blank(end[-1]))
        [[likely]]
      return add_row({id, name, {value, end}}, line.has_comma);
    const Row row = unusual_row(start, end);
    if (row.name.empty()) return note(ParseError::BadHeaderLine);
    add_row(row, line.has_comma);
  }

  struct Row {
    HeaderId id;
    std::string_view name;  // empty: not a header line
    std::string_view value;
  };

  /// As a stranger may write it.
  [[gnu::noinline]] static Row unusual_row(const char* start, const char* end) {
    const char* const colon = scan::find_any<':'>(start, end);
    const char* name_end = colon;
    while (name_end != start && (name_end[-1] == ' ' || name_end[-1] == '\t')) --name_end;
    const std::string_view name{start, name_end};
    const HeaderId id = detail::look_up(name);
    if (colon == end || (id == HeaderId::Other && !is_other_name(name))) return {};
    return {id, name, trim_lws({colon + 1, end})};
  }

  /// True for what may have to be trimmed: white space, and control characters.
  static bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

  static bool is_other_name(std::string_view name) {
    return name.size() <= std::numeric_limits<std::uint8_t>::max() && is_token(name);
  }

  /// Writes the row where it stays: put together elsewhere and copied, it would stall the copy.
  void add_row(const Row& row, bool has_comma) {
    const std::uint8_t place = index_.row_count++;
    HeaderRow& entry = index_.rows[place];
    entry.name_at = offset(row.name.data());
    entry.value_at = offset(row.value.data());
    entry.value_size = static_cast<std::uint16_t>(row.value.size());
    entry.name_size = static_cast<std::uint8_t>(row.name.size());
    entry.id = row.id;
    entry.next = kNoRow;
    entry.has_comma = has_comma;
    link_row(row.id, place);
  }

  /// Behind the earlier rows of the same header.
  void link_row(HeaderId id, std::uint8_t place) {
    std::uint8_t& first = index_.first[static_cast<std::size_t>(id)];
    std::uint8_t& last = last_[static_cast<std::size_t>(id)];
    if (first == kNoRow) {
      first = place;
    } else {
      index_.rows[last].next = place;
      if (info_of(id).values == Values::One) note(ParseError::DuplicateHeader);
    }
    last = place;
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
