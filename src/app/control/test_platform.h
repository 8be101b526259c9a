// SPDX-License-Identifier: Apache-2.0
// A control server with the verbs of provisioning over a store in memory, on a thread of its own: for tests
// of both ends of the socket.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "app/control/audit_verbs.h"
#include "app/control/provisioning_verbs.h"
#include "app/control/server.h"
#include "store/memory_store.h"
#include "store/temporary_directory.h"

namespace ringfence::app::control {

class TestPlatform {
 public:
  TestPlatform() {
    serve_provisioning_verbs(*server_, worker_, service_);
    serve_audit_verbs(*server_, worker_, store_);
  }
  ~TestPlatform() { stop(); }
  TestPlatform(const TestPlatform&) = delete;
  TestPlatform& operator=(const TestPlatform&) = delete;

  /// More verbs; before start().
  Server& server() { return *server_; }
  void start() {
    thread_ = std::thread{[this] { run(); }};
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->post([this] { stopping_ = true; });
    thread_.join();
  }
  [[nodiscard]] const std::filesystem::path& data() const { return directory_.path(); }
  /// After stop().
  [[nodiscard]] store::MemoryStore& store() { return store_; }

 private:
  void run() {
    while (!stopping_) {
      pollfd ready{server_->descriptor(), POLLIN, 0};
      ::poll(&ready, 1, -1);
      server_->turn();
    }
  }

  store::TemporaryDirectory directory_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  store::MemoryStore store_{clock_};
  provisioning::Service service_{store_, crypto::Key{}, random_, [](std::span<const directory::Change>) {}};
  std::unique_ptr<Server> server_ = std::move(Server::open(directory_.path() / "ctl.sock").value());
  Worker worker_;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace ringfence::app::control
