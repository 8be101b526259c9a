// SPDX-License-Identifier: Apache-2.0
// Any text as CSV: lines do not depend on how it is cut into chunks, and split values, quoted again, split to
// themselves.
#include <cstdint>
#include <cstdlib>

#include "provisioning/csv.h"

using namespace ringfence::provisioning;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

std::string join(const std::vector<std::string>& values) {
  std::string line;
  for (const std::string& value : values) {
    if (&value != values.data()) line += ',';
    line += '"';
    for (const char c : value) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line;
}

std::vector<std::string> lines_of(std::string_view text, std::size_t chunk) {
  LineCutter cutter;
  std::vector<std::string> lines;
  const auto take = [&lines](const LineCutter::Line& line) {
    require(line.text.size() <= LineCutter::kMaxLine);
    lines.emplace_back(line.text);
    require(line.number == lines.size());
  };
  for (; text.size() > chunk; text.remove_prefix(chunk)) cutter.feed(text.substr(0, chunk), take);
  cutter.feed(text, take);
  cutter.finish(take);
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto lines = lines_of(text, 1);
  require(lines == lines_of(text, 13) && lines == lines_of(text, SIZE_MAX));
  std::vector<std::string> values;
  std::vector<std::string> again;
  for (const std::string& line : lines) {
    if (!split_csv(line, values)) continue;
    require(split_csv(join(values), again).has_value() && again == values);
  }
  return 0;
}
