// SPDX-License-Identifier: Apache-2.0
#include "base/failure.h"

#include <doctest/doctest.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace ringfence::base {

TEST_CASE("a failure from an errno says what the operator can do about it") {
  struct Case {
    int error;
    std::string_view next;
  };
  constexpr auto kCases = std::to_array<Case>({{ENOSPC, "free some space"},
                                               {EROFS, "mount the file system writable"},
                                               {EACCES, "chown"},
                                               {EFBIG, "ulimit -f"}});
  for (const auto& [error, next] : kCases) {
    const Failure failure = fail_file("cannot write x", error).error();
    CHECK(failure.what == "cannot write x");
    CHECK_FALSE(failure.why.empty());
    CHECK(failure.next.find(next) != std::string::npos);
  }
  CHECK(fail_file("cannot write x", EINVAL).error().next.empty());
}

}  // namespace ringfence::base
