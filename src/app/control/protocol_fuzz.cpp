// SPDX-License-Identifier: Apache-2.0
// Any line as a request, a chunk or an answer: refused or understood within its bounds, and what was
// understood reads back as itself. Any bytes of a file, and any words of a problem, survive their way through
// a line.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "app/control/protocol.h"

using namespace ringfence::app::control;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

std::size_t depth_of(const boost::json::value& value) {
  std::size_t deepest = 0;
  if (const auto* array = value.if_array()) {
    for (const auto& member : *array) deepest = std::max(deepest, depth_of(member));
    return deepest + 1;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return 0;
  for (const auto& member : *object) deepest = std::max(deepest, depth_of(member.value()));
  return deepest + 1;
}

void check_request(std::string_view line) {
  const auto request = parse_request(line);
  if (!request) {
    require(!request.error().empty());
    return;
  }
  require(!request->verb.empty() && request->verb.size() <= kMaxVerbWords && line.size() <= kMaxRequest);
  require(depth_of(request->args) < kMaxDepth);
  const auto again = parse_request(boost::json::serialize(to_json(*request)));
  require(again && again->verb == request->verb && again->args == request->args);
}

void check_chunk(std::string_view line) {
  const auto chunk = parse_chunk(line);
  if (!chunk || (!chunk->end && chunk->bytes.empty())) return;
  const auto again = parse_chunk(boost::json::serialize(to_json(*chunk)));
  require(again && again->bytes == chunk->bytes && again->end == chunk->end);
}

/// What the two ends send each other, whatever it is made of.
void check_ways(std::string_view bytes) {
  const Chunk chunk{.bytes = std::string{bytes.substr(0, kChunkBytes)}, .end = bytes.empty()};
  const std::string line = boost::json::serialize(to_json(chunk));
  require(line.size() <= kMaxRequest && line.find('\n') == line.npos);
  const auto same = parse_chunk(line);
  require(same && same->bytes == chunk.bytes && same->end == chunk.end);
}

void check_answer(std::string_view line) {
  const auto object = parse_object(line);
  if (!object) return;
  const Problem problem = problem_in(*object);
  const auto sent = parse_object(boost::json::serialize(to_json(problem)));
  require(sent && problem_in(*sent) == problem);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  check_request(line);
  check_chunk(line);
  check_ways(line);
  check_answer(line);
  return 0;
}
