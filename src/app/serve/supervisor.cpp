// SPDX-License-Identifier: Apache-2.0
// Starting, watching, restarting and stopping our processes.
#include "app/serve/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "app/serve/notify.h"
#include "app/serve/sip_process.h"
#include "app/serve/web_process.h"
#include "observe/log.h"

namespace ringfence::app {
namespace {

using observe::Level;
using observe::log;

/// The signals we wait for; blocked in every thread so that signalfd gets them.
sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

Supervisor::Supervisor(StartOrders orders, net::ListenerSet listeners, DataLock lock, bool one_process)
    : orders_{std::move(orders)},
      listeners_{std::move(listeners)},
      lock_{std::move(lock)},
      one_process_{one_process} {
  const sigset_t set = our_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  orders_.listeners = listeners_.table();
}

Supervisor::~Supervisor() {
  if (signals_ >= 0) ::close(signals_);
}

int Supervisor::run() {
  auto ends = Link::make_pair();
  if (!ends) {
    print_failure(ends.error());
    return 1;
  }
  for (const Role role : {Sip, Web}) {
    if (auto started = start(role, role == Sip ? ends->first : ends->second); !started) {
      print_failure(started.error());
      return 1;
    }
  }
  while (!stopping_) {
    std::array<pollfd, 3> waits{{{signals_, POLLIN, 0}, {-1, POLLIN, 0}, {-1, POLLIN, 0}}};
    for (const Role role : {Sip, Web}) {
      const auto& link = children_[role].link;
      if (link && link->open()) waits[1 + role].fd = link->descriptor();
    }
    ::poll(waits.data(), waits.size(), wait_milliseconds());
    reap();
    read_links();
    for (const Role role : {Sip, Web}) {
      auto& at = children_[role].restart_at;
      if (stopping_ || !at || clock_.now() < *at) continue;
      at.reset();
      if (auto started = start_again(role); !started) {
        log(Level::Error, "process.not_restarted",
            {{"name", children_[role].name}, {"why", started.error().why}});
        at = clock_.now() + RestartPause::kLongest;
      }
    }
  }
  stop_children();
  return exit_code_;
}

int Supervisor::wait_milliseconds() const {
  int wait = -1;
  for (const auto& child : children_) {
    if (!child.restart_at) continue;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*child.restart_at - clock_.now()).count();
    const int rounded = static_cast<int>(std::max<std::int64_t>(left, 0));
    wait = wait < 0 ? rounded : std::min(wait, rounded);
  }
  return wait;
}

/// @param neighbour  the child's end of the link to the other child; taken over
base::Result<void> Supervisor::start(Role role, int neighbour) {
  auto ends = Link::make_pair();
  if (!ends) return std::unexpected(ends.error());
  Child& child = children_[role];
  child.link = std::make_unique<Link>(ends->first);
  child.ready = false;

  std::vector<int> descriptors{ends->second, neighbour, lock_.descriptor()};
  if (role == Sip) {
    const auto sockets = listeners_.descriptors();
    descriptors.insert(descriptors.end(), sockets.begin(), sockets.end());
  }
  if (one_process_) {
    run_in_thread(child, role, std::move(descriptors));
  } else {
    const auto pid = spawn({"ringfence", std::string{kChildArgument}, std::string{child.name},
                            std::to_string(descriptors.size())},
                           descriptors);
    ::close(ends->second);
    ::close(neighbour);
    if (!pid) return std::unexpected(pid.error());
    child.pid = *pid;
  }
  child.pause.started(clock_.now());
  child.link->send(LinkKind::Start, 0, orders_.encode());
  return {};
}

void Supervisor::run_in_thread(Child& child, Role role, std::vector<int> descriptors) {
  // The lock and the sockets stay ours as well, as they do with a process: the thread gets descriptors of its
  // own.
  for (std::size_t i = Inherited::kDataLock - Inherited::kSupervisor; i < descriptors.size(); ++i)
    descriptors[i] = ::fcntl(descriptors[i], F_DUPFD_CLOEXEC, 0);
  child.thread = std::thread{[role, descriptors = std::move(descriptors)] {
    if (role == Sip)
      static_cast<void>(run_sip(descriptors));
    else
      static_cast<void>(run_web(descriptors));
  }};
}

base::Result<void> Supervisor::start_again(Role role) {
  auto ends = Link::make_pair();
  if (!ends) return std::unexpected(ends.error());
  const Role other = role == Sip ? Web : Sip;
  if (auto& link = children_[other].link; link && link->open()) {
    link->send(LinkKind::NewNeighbour, 0, {}, ends->second);
  }
  ::close(ends->second);
  auto started = start(role, ends->first);
  if (started) log(Level::Notice, "process.restarted", {{"name", children_[role].name}});
  return started;
}

void Supervisor::read_links() {
  for (auto& child : children_) {
    if (!child.link) continue;
    while (const auto frame = child.link->receive()) {
      if (frame->kind == LinkKind::Ready) child.ready = true;
    }
    if (one_process_ && !child.link->open() && !stopping_) {
      stopping_ = true;  // a thread of ours has ended: it said why
      exit_code_ = 1;
    }
  }
  announce_when_ready();
}

void Supervisor::announce_when_ready() {
  if (was_ready_ || !std::ranges::all_of(children_, &Child::ready)) return;
  was_ready_ = true;
  for (const auto& listener : listeners_.listeners()) {
    log(Level::Notice, "listening",
        {{"protocol", net::name_of(listener.protocol)}, {"address", listener.bound}});
  }
  log(Level::Notice, "ready", {{"data", orders_.paths.root.native()}});
  notify_service_manager("READY=1");
}

void Supervisor::reap() {
  signalfd_siginfo info{};
  while (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo != SIGCHLD) {
      stopping_ = true;
      return;
    }
  }
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    for (const Role role : {Sip, Web}) {
      if (children_[role].pid != pid) continue;
      children_[role].pid = -1;
      child_died(role, describe_end(status), WIFEXITED(status) && WEXITSTATUS(status) == kCannotStart);
    }
  }
}

void Supervisor::child_died(Role role, const std::string& how, bool gave_up) {
  Child& child = children_[role];
  child.link.reset();
  child.ready = false;
  if (stopping_) return;
  if (!was_ready_ && (gave_up || ++child.early_deaths == kEarlyDeaths)) {
    if (!gave_up) log(Level::Error, "process.keeps_dying", {{"name", child.name}, {"how", how}});
    stopping_ = true;
    exit_code_ = 1;
    return;
  }
  const auto pause = child.pause.after_death(clock_.now());
  log(Level::Error, "process.died", {{"name", child.name}, {"how", how}, {"restart_in", pause}});
  child.restart_at = clock_.now() + pause;
}

void Supervisor::stop_children() {
  notify_service_manager("STOPPING=1");
  for (auto& child : children_) {
    if (child.link && child.link->open()) child.link->send(LinkKind::Stop, 0, {});
  }
  const auto deadline = clock_.now() + std::chrono::seconds{10};
  for (auto& child : children_) {
    if (child.thread.joinable()) child.thread.join();
    if (child.pid > 0) wait_for_end(child, deadline);
  }
}

/// Ends a child that does not end by itself. One that ended badly makes our own end a bad one: nobody else
/// would tell.
void Supervisor::wait_for_end(Child& child, base::MonoTime deadline) {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child.pid, &status, WNOHANG)) == 0) {
    if (clock_.now() > deadline) ::kill(child.pid, SIGKILL);
    pollfd wait{signals_, POLLIN, 0};
    ::poll(&wait, 1, 100);
    signalfd_siginfo info{};
    while (::read(signals_, &info, sizeof info) > 0) {
    }
  }
  if (ended != child.pid || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return;
  log(Level::Error, "process.ended_badly", {{"name", child.name}, {"how", describe_end(status)}});
  exit_code_ = 1;
}

}  // namespace ringfence::app
