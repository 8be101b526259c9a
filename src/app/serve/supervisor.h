// SPDX-License-Identifier: Apache-2.0
// Supervisor: opens the listeners, starts our two processes on them and starts again what dies.
#pragma once

#include <sys/types.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/serve/data_dir.h"
#include "app/serve/link.h"
#include "app/serve/process.h"
#include "app/serve/start_orders.h"
#include "base/failure.h"
#include "base/time.h"
#include "net/listener.h"

namespace ringfence::app {

struct ServeOptions {
  std::filesystem::path data;
  std::optional<std::filesystem::path> config_file;  ///< DIR/ringfence.yml when absent
  std::vector<std::string> sets;
  bool one_process = false;
};

/// `ringfence serve`: runs until SIGTERM or SIGINT. Prints failures of the start to stderr.
/// @return the exit code of the verb
[[nodiscard]] int serve(const ServeOptions& options);

/// What a started process runs (app/main.cpp calls it for the hidden arguments of spawn()).
/// @param descriptors  how many were inherited, from Inherited::kSupervisor on
[[nodiscard]] int run_child(std::string_view role, std::size_t descriptors);

/// The two processes and their lives. Main thread of the supervisor.
class Supervisor {
 public:
  /// @param lock  of the data directory; our processes inherit it
  Supervisor(StartOrders orders, net::ListenerSet listeners, DataLock lock, bool one_process);
  ~Supervisor();

  /// @return exit code: 0 after a stop that was asked for, 1 when a process could not start
  [[nodiscard]] int run();

 private:
  enum Role : std::size_t { Sip, Web };
  struct Child {
    std::string_view name;
    explicit Child(std::string_view own_name) : name{own_name} {}

    pid_t pid = -1;
    std::thread thread;  // instead of a process, with --one-process
    std::unique_ptr<Link> link;
    RestartPause pause;
    std::optional<base::MonoTime> restart_at;
    bool ready = false;
    unsigned early_deaths = 0;  // before the platform was ever ready
  };

  /// A process that dies so often before the first `ready` will not do better: the supervisor gives up.
  static constexpr unsigned kEarlyDeaths = 3;

  [[nodiscard]] base::Result<void> start(Role role, int neighbour);
  [[nodiscard]] base::Result<void> start_again(Role role);
  void run_in_thread(Child& child, Role role, std::vector<int> descriptors);
  void read_links();
  void reap();
  void child_died(Role role, const std::string& how, bool gave_up);
  void announce_when_ready();
  void stop_children();
  void wait_for_end(Child& child, base::MonoTime deadline);
  [[nodiscard]] int wait_milliseconds() const;

  StartOrders orders_;
  net::ListenerSet listeners_;
  DataLock lock_;
  bool one_process_;
  base::SystemClock clock_;
  std::array<Child, 2> children_{Child{"sip"}, Child{"web"}};
  int signals_ = -1;
  bool was_ready_ = false;
  bool stopping_ = false;
  int exit_code_ = 0;
};

/// The exit status of a child that could not start and would not on another try: the supervisor gives up when
/// it was never ready. Its Failure has been printed.
inline constexpr int kCannotStart = 3;

/// The hidden first argument of a process we start; the role follows.
inline constexpr std::string_view kChildArgument = "@child";

}  // namespace ringfence::app
