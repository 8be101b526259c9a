// SPDX-License-Identifier: Apache-2.0
// Any line as a request or a chunk: refused or understood, and what was understood reads back as itself.
#include <cstdint>
#include <cstdlib>

#include "app/control/protocol.h"

using namespace ringfence::app::control;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line{reinterpret_cast<const char*>(data), size};
  if (const auto request = parse_request(line)) {
    const auto again = parse_request(boost::json::serialize(to_json(*request)));
    require(again && again->verb == request->verb && again->args == request->args);
    require(!request->verb.empty() && request->verb.size() <= kMaxVerbWords);
  }
  if (const auto chunk = parse_chunk(line); chunk && (chunk->end || !chunk->bytes.empty())) {
    const auto again = parse_chunk(boost::json::serialize(to_json(*chunk)));
    require(again && again->bytes == chunk->bytes && again->end == chunk->end);
  }
  if (const auto object = parse_object(line)) (void)problem_in(*object);
  return 0;
}
