// SPDX-License-Identifier: Apache-2.0
// fork, descriptors in their places, exec.
#include "app/serve/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ringfence::app {
namespace {

constexpr int kAside = 512;  // above all places that descriptors move to

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* arguments, std::span<const int> descriptors, std::span<int> aside) {
  for (std::size_t i = 0; i < descriptors.size(); ++i) aside[i] = ::fcntl(descriptors[i], F_DUPFD, kAside);
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    if (aside[i] < 0 || ::dup2(aside[i], Inherited::kSupervisor + static_cast<int>(i)) < 0) ::_exit(127);
    ::close(aside[i]);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // Ctrl-C reaches the whole process group; it is for the supervisor, who then stops us in order. When the
  // supervisor itself is killed, its end of our link closes and we end.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

}  // namespace

base::Result<pid_t> spawn(const std::vector<std::string>& arguments, std::span<const int> descriptors) {
  std::vector<char*> pointers;
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  std::vector<int> aside(descriptors.size(), -1);

  const pid_t child = ::fork();
  if (child < 0) return base::fail("cannot start a process of ours", std::strerror(errno));
  if (child == 0) become(pointers.data(), descriptors, aside);
  return child;
}

base::Nanos RestartPause::after_death(base::MonoTime now) {
  if (now - started_ >= kHealthy) {
    pause_ = base::Nanos{0};
    return pause_;
  }
  pause_ = std::clamp(pause_ * 2, kFirst, kLongest);
  return pause_;
}

std::string describe_end(int wait_status) {
  if (WIFSIGNALED(wait_status)) return "killed by signal " + std::to_string(WTERMSIG(wait_status));
  return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace ringfence::app
