// SPDX-License-Identifier: Apache-2.0
#include "base/thread_name.h"

#include <doctest/doctest.h>
#include <pthread.h>

#include <array>
#include <string>
#include <thread>

namespace ringfence::base {
namespace {

std::string own_name() {
  std::array<char, 16> name{};
  ::pthread_getname_np(::pthread_self(), name.data(), name.size());
  return name.data();
}

TEST_CASE("a thread bears the name it was given, cut to what the kernel keeps") {
  std::thread{[] {
    name_this_thread("journal");
    CHECK(own_name() == "journal");
    name_this_thread("shard", 7);
    CHECK(own_name() == "shard-7");
    name_this_thread("a name that is too long");
    CHECK(own_name() == "a name that is ");
  }}.join();
}

}  // namespace
}  // namespace ringfence::base
