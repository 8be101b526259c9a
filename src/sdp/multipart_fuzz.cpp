// SPDX-License-Identifier: Apache-2.0
// Any body in parts: parts lie within the body, in order, and what is built from parts splits into them
// again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.h"
#include "sdp/multipart.h"

using namespace ringfence::sdp;

namespace {

void check_places(std::string_view body, const Parts& parts) {
  const char* at = body.data();
  for (const Part& part : parts.all()) {
    RF_ASSERT(part.depth >= 1 && part.depth <= kMaxMultipartDepth);
    if (part.body.data() == nullptr) continue;  // an empty part
    RF_ASSERT(part.body.data() >= at);
    at = part.body.data() + part.body.size();
    RF_ASSERT(at <= body.data() + body.size());
  }
}

/// The same parts in one level, with a boundary that no input holds.
void check_again(const Parts& parts) {
  constexpr std::string_view kBoundary = "fuzz'boundary(0123456789)+_,-./:=?";
  std::string body;
  for (const Part& part : parts.all()) {
    if (part.body.find(kBoundary) != part.body.npos || part.headers.find(kBoundary) != part.headers.npos)
      return;
    body.append("--")
        .append(kBoundary)
        .append("\r\n")
        .append(part.headers)
        .append("\r\n")
        .append(part.body)
        .append("\r\n");
  }
  body.append("--").append(kBoundary).append("--");
  Parts again;
  const std::string type = "multipart/mixed;boundary=\"" + std::string{kBoundary} + '"';
  if (parts.all().empty()) return;
  RF_ASSERT(again.split(type, body).has_value());
  RF_ASSERT(again.all().size() == parts.all().size());
  for (std::size_t i = 0; i < parts.all().size(); ++i) {
    RF_ASSERT(again.all()[i].body == parts.all()[i].body);
    RF_ASSERT(again.all()[i].content_type == parts.all()[i].content_type);
  }
}

}  // namespace

/// The first line is the Content-Type, the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto line = text.find('\n');
  if (line == text.npos) return 0;
  const std::string_view type = text.substr(0, line);
  const std::string_view body = text.substr(line + 1);
  (void)find_sdp(type, body);
  Parts parts;
  if (!parts.split(type, body)) return 0;
  check_places(body, parts);
  check_again(parts);
  return 0;
}
