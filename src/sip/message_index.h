// SPDX-License-Identifier: Apache-2.0
// The index of a message: where its parts are. Offsets only, so it moves with its packet and may be copied as
// bytes.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "sip/header_table.h"
#include "sip/limits.h"
#include "sip/method.h"
#include "sip/parse_error.h"

namespace ringfence::sip {

/// No row, where a row number is expected.
inline constexpr std::uint8_t kNoRow = 0xff;

// No member of these types has an initialiser: an index is declared per message, and clearing 128 rows for 13
// headers would cost as much as reading them.

/// A range of the message's text.
struct Range {
  std::uint16_t at;
  std::uint16_t size;
};

/// One header field. It ends where the next row begins, the last one where the empty line begins.
struct HeaderRow {
  std::uint16_t name_at;  // start of the line
  std::uint16_t value_at;
  std::uint16_t value_size;  // trimmed; may hold folds
  std::uint8_t name_size;    // without white space before the colon; longer names are refused
  HeaderId id;
  std::uint8_t next;  // the next row of the same header, kNoRow when there is none
  bool has_comma;     // in the line: a list without one is one value
};

/// Filled by parse() and read through Message. Also after a refusal it describes what could be read, so that
/// an answer can be built.
struct MessageIndex {
  enum class Kind : std::uint8_t { None, Request, Response };

  /// From and To, as far as every step needs them.
  struct Address {
    Range uri;
    Range tag;
    Range display;
    Range params;
    bool bracketed;
    bool quoted;
  };
  /// The top Via.
  struct TopVia {
    Range text;
    Range version;
    Range transport;
    Range host;
    Range branch;
    Range params;
    Range received;
    Range maddr;
    std::uint16_t port;   // 0: none written
    std::uint16_t rport;  // value of rport, 0: none
    std::int16_t ttl;     // -1: none
    bool has_rport;
    bool readable;  // sent-by is known
  };

  Kind kind;
  Method method;     // of the request line, or of CSeq in a response
  ParseError error;  // the first defect found, None when there is none
  std::uint16_t status;
  Range method_text;
  Range uri;                  // Request-URI, or the reason phrase of a response
  std::uint16_t headers_at;   // start of the first header line
  std::uint16_t headers_end;  // start of the empty line
  std::uint16_t body_at;
  std::uint16_t body_size;    // clipped to Content-Length
  std::uint16_t surplus;      // bytes behind the body (RFC 3261 §18.3: discarded)
  std::int16_t max_forwards;  // -1: absent or unreadable
  std::uint32_t cseq;
  std::uint32_t content_length;  // valid when has(ContentLength) and error is None
  Range cseq_method;
  TopVia via;
  Address from;
  Address to;
  std::uint8_t row_count;
  std::array<std::uint8_t, kHeaderIds> first;  // first row by HeaderId, kNoRow when absent
  std::array<HeaderRow, Limits::kMaxHeaders> rows;
};

static_assert(std::is_trivially_copyable_v<MessageIndex> &&
              std::is_trivially_default_constructible_v<MessageIndex>);
static_assert(sizeof(MessageIndex) <= 1536, "the index travels in the annex of a packet");

}  // namespace ringfence::sip
