// SPDX-License-Identifier: Apache-2.0
// The sink of a running server: lines to a descriptor, a batch at a time.
#pragma once

#include <array>
#include <cstddef>

#include "observe/log_sink.h"

namespace ringfence::observe {

/// Blocks when the reader of the descriptor is slow; a reader that is gone costs the lines, not the process.
class DescriptorSink final : public LogSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_{descriptor} {}
  ~DescriptorSink() override { flush(); }

  void write(const LogLine& line) override;
  void flush() override;

 private:
  int descriptor_;  // not owned
  std::size_t used_ = 0;
  std::array<char, std::size_t{16} * 1024> buffer_;
};

}  // namespace ringfence::observe
