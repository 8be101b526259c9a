// SPDX-License-Identifier: Apache-2.0
// The life of the web process: database and verbs on one loop, the metrics page beside it.
#include "app/serve/web_process.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <optional>

#include "app/control/audit_verbs.h"
#include "app/control/provisioning_verbs.h"
#include "app/control/server.h"
#include "app/control/worker.h"
#include "app/serve/child.h"
#include "app/serve/notify.h"
#include "app/serve/sip_client.h"
#include "app/serve/sip_verbs.h"
#include "app/serve/store_keeper.h"
#include "app/serve/supervisor.h"
#include "base/random.h"
#include "base/serial.h"
#include "crypto/key_file.h"
#include "http/server.h"
#include "observe/log.h"
#include "observe/snapshot.h"
#include "provisioning/service.h"
#include "store/sqlite_store.h"

namespace ringfence::app {
namespace {

using observe::Level;
using observe::log;

/// The process, built part by part.
class WebProcess {
 public:
  explicit WebProcess(Child& child) : child_{child} {}

  base::Result<void> open();
  void run();

 private:
  base::Result<void> open_database();
  base::Result<void> open_metrics();
  [[nodiscard]] http::Response metrics_response();
  void send_changes(std::span<const directory::Change> changes);
  void send_directory();
  void hear_sip();
  [[nodiscard]] int wait_milliseconds() const;

  Child& child_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  std::unique_ptr<store::SqliteStore> store_;
  std::optional<provisioning::Service> service_;
  SipClient sip_{child_.neighbour, clock_};
  std::unique_ptr<control::Server> control_;
  std::optional<StoreKeeper> keeper_;
  control::Worker worker_;               // its work uses all of the above
  std::optional<http::Server> metrics_;  // so do its handlers
};

base::Result<void> WebProcess::open() {
  if (auto opened = open_database(); !opened) return opened;
  auto control = control::Server::open(child_.orders.paths.control_socket());
  if (!control) return std::unexpected(control.error());
  control_ = std::move(*control);
  serve_sip_verbs(*control_, sip_, clock_.now(), clock_,
                  [this] { return metrics_ ? metrics_->bound().to_string() : std::string{}; });
  control::serve_provisioning_verbs(*control_, worker_, *service_);
  control::serve_audit_verbs(*control_, worker_, *store_);
  keeper_.emplace(*control_, worker_, *store_, child_.configuration.settings().audit.retention, clock_);
  return open_metrics();
}

base::Result<void> WebProcess::open_database() {
  auto key = crypto::read_or_create_key_file(child_.orders.paths.keys() / "ha1.key", random_);
  if (!key) return std::unexpected(key.error());
  auto opened = store::SqliteStore::open(child_.orders.paths.root, clock_);
  if (!opened) return std::unexpected(opened.error().failure);
  store_ = std::move(*opened);
  service_.emplace(*store_, *key, random_,
                   [this](std::span<const directory::Change> changes) { send_changes(changes); });
  return {};
}

base::Result<void> WebProcess::open_metrics() {
  const auto& listen = child_.configuration.settings().metrics.listen;
  if (!listen) return {};
  http::Router router;
  router.get("/metrics", [this](const http::Request&) { return metrics_response(); });
  auto started = http::Server::start({.listen = *listen, .setting = "metrics.listen"}, std::move(router));
  if (!started) return std::unexpected(started.error());
  metrics_.emplace(std::move(*started));
  log(Level::Notice, "listening", {{"protocol", "metrics"}, {"address", metrics_->bound()}});
  return {};
}

/// On the thread of the metrics server: the question is put on our loop, which never waits for us.
http::Response WebProcess::metrics_response() {
  auto promise = std::make_shared<std::promise<http::Response>>();
  auto response = promise->get_future();
  control_->post([this, promise] {
    sip_.ask({{"verb", "metrics"}}, [promise](auto answer) {
      if (!answer) {
        promise->set_value({.status = 503, .body = "the sip process does not answer\n"});
        return;
      }
      promise->set_value({.content_type = std::string{observe::kPrometheusContentType},
                          .body = std::string{answer->at("text").as_string()}});
    });
  });
  if (response.wait_for(SipClient::kPatience * 2) != std::future_status::ready) return {.status = 503};
  return response.get();
}

/// On the worker's thread; they leave in the order in which they were made.
void WebProcess::send_changes(std::span<const directory::Change> changes) {
  std::vector<std::byte> bytes;
  base::ByteWriter out{bytes};
  for (const auto& change : changes) directory::write_change(out, change);
  control_->post([this, text = std::string{base::as_text(bytes)}] {
    child_.neighbour.send(LinkKind::Changes, 0, text);
    keeper_->on_change();
  });
}

void WebProcess::send_directory() {
  worker_.post([this] {
    const auto loaded =
        service_->load([this](std::span<const directory::Change> changes) { send_changes(changes); });
    if (!loaded) log(Level::Error, "directory.not_sent", {{"why", loaded.error().failure.why}});
  });
}

void WebProcess::hear_sip() {
  child_.neighbour.flush();
  while (const auto frame = child_.neighbour.receive()) {
    if (frame->kind == LinkKind::WantDirectory) send_directory();
    if (frame->kind == LinkKind::Answer) sip_.on_answer(*frame);
  }
}

int WebProcess::wait_milliseconds() const {
  const auto sweep = sip_.next_sweep();
  const auto keep = keeper_->next_turn();
  const auto next = sweep && keep ? std::min(*sweep, *keep) : sweep ? sweep : keep;
  if (!next) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - clock_.now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void WebProcess::run() {
  child_.supervisor.send(LinkKind::Ready, 0, {});
  for (;;) {
    const auto& sip = child_.neighbour;
    std::array<pollfd, 3> waits{{
        {child_.supervisor.descriptor(), POLLIN, 0},
        {sip.open() ? sip.descriptor() : -1,
         static_cast<short>(sip.wants_write() ? POLLIN | POLLOUT : POLLIN), 0},
        {control_->descriptor(), POLLIN, 0},
    }};
    ::poll(waits.data(), waits.size(), wait_milliseconds());
    bool new_sip = false;
    if (!child_.obey_supervisor(new_sip)) return;
    if (new_sip) sip_.on_new_link();
    hear_sip();
    control_->turn();
    sip_.sweep();
    keeper_->turn();
  }
}

}  // namespace

int run_web(std::span<const int> descriptors) {
  auto child = Child::begin("web", descriptors);
  if (!child) {
    print_failure(child.error());
    return kCannotStart;
  }
  WebProcess process{*child};
  if (auto opened = process.open(); !opened) {
    print_failure(opened.error());
    return kCannotStart;
  }
  process.run();
  observe::Log::flush();
  return 0;
}

}  // namespace ringfence::app
