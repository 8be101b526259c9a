// SPDX-License-Identifier: Apache-2.0
// Lines on their way to a descriptor.
#include "observe/descriptor_sink.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <string>

#include "base/time.h"

using namespace ringfence::observe;

namespace {

struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    close_read();
    ::close(ends[1]);
  }
  void close_read() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  std::string read() const {
    std::array<char, 65536> buffer;
    const auto size = ::read(ends[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
  }
  std::array<int, 2> ends{};
};

}  // namespace

TEST_CASE("lines leave at the flush, or when the buffer is full, and always whole") {
  const Pipe pipe;
  DescriptorSink sink{pipe.ends[1]};
  const LogLine line{ringfence::base::ManualClock::kWallStart, Level::Info, LogFormat::Text, "hello"};
  sink.write(line);
  ::fcntl(pipe.ends[0], F_SETFL, O_NONBLOCK);
  CHECK(pipe.read().empty());
  sink.flush();
  CHECK(pipe.read() == "2026-01-01T00:00:00.000Z INFO    hello\n");

  for (int i = 0; i < 1000; ++i) sink.write(line);
  sink.flush();
  const std::string text = pipe.read();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1000);
}

TEST_CASE("a reader that is gone costs the lines and nothing else") {
  Pipe pipe;
  pipe.close_read();
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  DescriptorSink sink{pipe.ends[1]};
  sink.write({{}, Level::Info, LogFormat::Text, "lost"});
  sink.flush();
  (void)::signal(SIGPIPE, before);
}
