// SPDX-License-Identifier: Apache-2.0
// The control protocol: one JSON object a line, over DIR/ctl.sock.
//
//   request   {"verb": ["subscriber", "add"], "args": {"key": "1001@example.test", "number": "43123"}}
//   chunk     {"chunk": "<base64>"} ... {"end": true}            after a request that takes a file
//   progress  {"progress": [5000, 100000]}                       any number of them
//   page      {"more": true, "columns": [...], "rows": [[...], ...]}
//   last      {"ok": true, "columns": [...], "rows": [[...], ...], "record": true, "notes": [...]}
//          or {"ok": true, "value": {...}}
//          or {"ok": false, "exit": 3, "what": "...", "why": "...", "next": "..."}
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/control/exit_code.h"
#include "base/failure.h"

namespace ringfence::app::control {

inline constexpr std::size_t kMaxRequest = 64U * 1024;  ///< bytes of a line that a client sends
inline constexpr std::size_t kMaxResponse = 4U << 20;   ///< bytes of a line that the server sends
inline constexpr std::size_t kMaxDepth = 8;             ///< of nested arrays and objects
inline constexpr std::size_t kMaxVerbWords = 4;
inline constexpr std::size_t kChunkBytes = 32U * 1024;  ///< of a file, before base64
inline constexpr std::size_t kPageRows = 500;

/// Why a request ends in failure, with the exit code of the command.
struct Problem {
  Exit exit = Exit::Failed;
  base::Failure failure;

  friend bool operator==(const Problem&, const Problem&) = default;
};

struct Request {
  std::vector<std::string> verb;
  boost::json::object args;

  /// "subscriber add"
  [[nodiscard]] std::string name() const;
  /// A text argument; nothing when it is missing or no text.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view argument) const;
};

struct Chunk {
  std::string bytes;
  bool end = false;
};

/// The server's reading of lines. Bounded in size and depth, whatever they hold.
/// @error  what is wrong, in words
[[nodiscard]] std::expected<Request, std::string_view> parse_request(std::string_view line);
[[nodiscard]] std::expected<Chunk, std::string_view> parse_chunk(std::string_view line);

/// Any object; for the client, which trusts its server.
[[nodiscard]] std::optional<boost::json::object> parse_object(std::string_view line);

[[nodiscard]] boost::json::object to_json(const Request& request);
[[nodiscard]] boost::json::object to_json(const Chunk& chunk);
[[nodiscard]] boost::json::object to_json(const Problem& problem);
[[nodiscard]] Problem problem_in(const boost::json::object& response);

}  // namespace ringfence::app::control
