// SPDX-License-Identifier: Apache-2.0
#include "base/thread_name.h"

#include <fmt/format.h>
#include <pthread.h>

#include <array>

namespace ringfence::base {

void name_this_thread(std::string_view name) {
  std::array<char, 16> kept{};  // what the kernel keeps, its NUL included
  name.copy(kept.data(), kept.size() - 1);
  ::pthread_setname_np(::pthread_self(), kept.data());
}

void name_this_thread(std::string_view name, unsigned number) {
  name_this_thread(fmt::format("{}-{}", name, number));
}

}  // namespace ringfence::base
