// SPDX-License-Identifier: Apache-2.0
// Writing batches of log lines to a descriptor.
#include "observe/descriptor_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <span>

namespace ringfence::observe {
namespace {

/// Writes all of it; gives up on any error but "try again".
void write_all(int descriptor, std::span<const char> bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor, bytes.data(), bytes.size());
    if (count > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {  // somebody made our stderr non-blocking
      pollfd ready{descriptor, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

void DescriptorSink::write(const LogLine& line) {
  if (buffer_.size() - used_ < LogLine::kMaxHead + line.body.size() + 1) flush();
  base::TextWriter out{std::span{buffer_}.subspan(used_)};
  line.append_to(out);
  out.append('\n');
  used_ += out.size();
}

void DescriptorSink::flush() {
  write_all(descriptor_, std::span{buffer_}.first(used_));
  used_ = 0;
}

}  // namespace ringfence::observe
