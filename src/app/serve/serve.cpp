// SPDX-License-Identifier: Apache-2.0
// `ringfence serve`: configuration, directory, lock, listeners; then the supervisor.
#include <signal.h>

#include <numeric>
#include <thread>
#include <vector>

#include "app/serve/clock_check.h"
#include "app/serve/log_options.h"
#include "app/serve/notify.h"
#include "app/serve/sip_process.h"
#include "app/serve/supervisor.h"
#include "app/serve/web_process.h"
#include "net/selector.h"
#include "observe/log.h"

namespace ringfence::app {
namespace {

constexpr auto kProtocols = std::to_array<net::Protocol>({net::Protocol::Udp, net::Protocol::Tcp});

unsigned shards_of(const config::Settings& settings) {
  if (settings.sip.shards != 0) return settings.sip.shards;
  return std::max(1U, std::thread::hardware_concurrency());
}

base::Result<net::ListenerSet> open_sockets(const config::Settings& settings) {
  std::vector<net::ListenerSpec> specs;
  for (const auto& listen : settings.sip.listen) {
    specs.push_back({.protocol = kProtocols[static_cast<std::size_t>(listen.protocol)], .bind = listen.bind});
  }
  return net::open_listeners(specs, {.shards = shards_of(settings)});
}

base::Result<config::Sources> read_sources(const ServeOptions& options, const DataPaths& paths) {
  const auto file = options.config_file.value_or(paths.config());
  auto text = config::read_file(file);
  if (!text) return std::unexpected(text.error());
  return config::Sources{file.native(), std::move(*text), config::process_environment(), options.sets};
}

/// Everything that can be wrong is found out here, before a process of ours runs.
base::Result<int> start(const ServeOptions& options) {
  if (auto checked = check_clock(base::SystemClock{}.wall()); !checked)
    return std::unexpected(checked.error());
  StartOrders orders;
  orders.paths.root = options.data;
  const auto fresh = init_data_dir(orders.paths);
  if (!fresh) return std::unexpected(fresh.error());
  orders.first_start = *fresh;
  auto sources = read_sources(options, orders.paths);
  if (!sources) return std::unexpected(sources.error());
  orders.sources = std::move(*sources);
  const auto configuration = config::Configuration::load(orders.sources);
  if (!configuration) return std::unexpected(configuration.error());
  auto lock = DataLock::take(orders.paths);
  if (!lock) return std::unexpected(lock.error());
  auto listeners = open_sockets(configuration->settings());
  if (!listeners) return std::unexpected(listeners.error());

  const auto logging = log_options(configuration->settings().log, orders.paths);
  if (!logging) return std::unexpected(logging.error());
  observe::Log::configure(*logging);
  if (const auto pid = lock->killed_before(); pid != 0) {
    observe::log(observe::Level::Notice, "platform.was_killed",
                 {{"supervisor", pid}, {"next", "bindings come back from the journal"}});
  }
  for (const auto& note : listeners->notes())
    observe::log(observe::Level::Warning, "listener.note", {{"text", note}});
  if (const auto& selector = listeners->selector(); !selector.active) {
    observe::log(observe::Level::Warning, "selector.off", {{"why", selector.reason}});
  }
  Supervisor supervisor{std::move(orders), std::move(*listeners), std::move(*lock), options.one_process};
  return supervisor.run();
}

/// What a signal would tell us an errno tells as well: EPIPE, and EFBIG under a limit on the size of files.
void take_errors_as_errors() {
  for (const int signal : {SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_IGN);
}

}  // namespace

int serve(const ServeOptions& options) {
  take_errors_as_errors();
  const auto ended = start(options);
  if (ended) return *ended;
  print_failure(ended.error());
  return 1;
}

int run_child(std::string_view role, std::size_t descriptor_count) {
  take_errors_as_errors();
  std::vector<int> descriptors(descriptor_count);
  std::iota(descriptors.begin(), descriptors.end(), Inherited::kSupervisor);
  if (role == "sip") return run_sip(descriptors);
  if (role == "web") return run_web(descriptors);
  return kCannotStart;
}

}  // namespace ringfence::app
