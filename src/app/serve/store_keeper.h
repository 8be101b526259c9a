// SPDX-License-Identifier: Apache-2.0
// StoreKeeper: gives the store time for the work that may wait, between what operators ask.
#pragma once

#include <chrono>
#include <optional>

#include "app/control/server.h"
#include "app/control/worker.h"
#include "base/failure.h"
#include "base/time.h"
#include "store/store.h"

namespace ringfence::app {

/// Lives on the server's thread; the store is used on the worker's.
class StoreKeeper {
 public:
  static constexpr base::Nanos kAfterChange = std::chrono::seconds{1};  ///< so that many changes share a step
  static constexpr base::Nanos kAfterFailure = std::chrono::seconds{10};
  static constexpr base::Nanos kAtLeastEvery = std::chrono::hours{1};

  /// All outlive the keeper. The server is closed and the worker ended before it goes.
  StoreKeeper(control::Server& server, control::Worker& worker, store::Store& store,
              std::chrono::milliseconds audit_retention, const base::Clock& clock)
      : server_{server},
        worker_{worker},
        store_{store},
        audit_retention_{audit_retention},
        clock_{clock},
        due_{clock.now()} {}

  /// Something was stored.
  void on_change();
  /// Begins what is due, without waiting for it.
  void turn();
  /// When turn() has something to do; nothing: it is at work.
  [[nodiscard]] std::optional<base::MonoTime> next_turn() const;

 private:
  void step();  // on the worker's thread
  void on_end(const std::optional<base::Failure>& failure);

  control::Server& server_;
  control::Worker& worker_;
  store::Store& store_;
  std::chrono::milliseconds audit_retention_;
  const base::Clock& clock_;
  base::MonoTime due_;
  bool at_work_ = false;
  bool changed_ = false;  // while at work
  bool failing_ = false;
};

}  // namespace ringfence::app
