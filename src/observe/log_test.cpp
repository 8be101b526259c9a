// SPDX-License-Identifier: Apache-2.0
// The log front end: lines, rates, drops, privacy, and what it costs the thread that logs.
#include "observe/log.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/allocation_counter.h"
#include "observe/captured_log.h"

using namespace ringfence::observe;
using namespace ringfence::base;
using namespace std::chrono_literals;

namespace {

/// What a running log's writer thread was given. It can be held up, as a slow journal would.
class SlowSink final : public LogSink {
 public:
  void write(const LogLine& line) override {
    std::unique_lock lock{mutex_};
    writing_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    bodies_.emplace_back(line.body);
  }
  void hold() {
    const std::lock_guard lock{mutex_};
    held_ = true;
    writing_ = false;
  }
  void wait_until_writing() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return writing_; });
  }
  void release() {
    const std::lock_guard lock{mutex_};
    held_ = false;
    changed_.notify_all();
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock{mutex_};
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool writing_ = false;
  std::vector<std::string> bodies_;
};

/// A log that runs for the length of a test.
class RunningLog {
 public:
  explicit RunningLog(LogOptions options) : before_{Log::options()} { Log::start(options); }
  ~RunningLog() {
    Log::stop();
    Log::configure(before_);
  }
  RunningLog(const RunningLog&) = delete;
  RunningLog& operator=(const RunningLog&) = delete;

 private:
  LogOptions before_;
};

constexpr LogRate kNoRate{.per_second = 0, .burst = 0};

}  // namespace

TEST_CASE("a line has a time in UTC, a level, an event and fields") {
  ManualClock clock;
  clock.advance(3'723'045ms);  // 01:02:03.045
  CapturedLog captured{{.level = Level::Debug, .rate = kNoRate, .clock = &clock}};
  log(Level::Info, "reg.saved", {{"aor", "alice@example.test"}, {"expires", 600}, {"again", true}});
  log(Level::Warning, "shard.slow_turn", {{"took", 1234us}, {"step", "proxy"}, {"delta", -5}});
  log(Level::Error, "bare");
  CHECK(captured.lines() ==
        std::vector<std::string>{
            "2026-01-01T01:02:03.045Z INFO    reg.saved aor=alice@example.test expires=600 again=true",
            "2026-01-01T01:02:03.045Z WARNING shard.slow_turn took=0.001234s step=proxy delta=-5",
            "2026-01-01T01:02:03.045Z ERROR   bare",
        });
}

TEST_CASE("addresses, durations and large numbers have one form each") {
  CapturedLog captured;
  log(Level::Info, "e",
      {{"ip", *IpAddress::parse("2001:db8::1")},
       {"from", *Endpoint::parse("[2001:db8::1]:5060")},
       {"span", -90s},
       {"most", ~std::uint64_t{0}},
       {"byte", std::uint8_t{200}}});
  CHECK(captured.bodies().at(0) ==
        "e ip=2001:db8::1 from=[2001:db8::1]:5060 span=-90.000000s most=18446744073709551615 byte=200");
}

TEST_CASE("JSON lines are whole objects, with numbers as numbers") {
  ManualClock clock;
  CapturedLog captured{{.level = Level::Debug, .format = LogFormat::Json, .rate = kNoRate, .clock = &clock}};
  log(Level::Notice, "call.end",
      {{"from", *Endpoint::parse("192.0.2.1:5060")},
       {"took", 1500ms},
       {"why", "a \"quote\"\n"},
       {"ok", false}});
  CHECK(captured.lines().at(0) ==
        R"({"time":"2026-01-01T00:00:00.000Z","level":"notice","event":"call.end","from":"192.0.2.1:5060",)"
        R"("took":1.500000,"why":"a \"quote\"\n","ok":false})");
}

TEST_CASE("lines below the level cost nothing and go nowhere; the level can be changed at any time") {
  CapturedLog captured{{.level = Level::Warning, .rate = kNoRate}};
  log(Level::Info, "quiet");
  CHECK_FALSE(log_enabled(Level::Info));
  Log::set_level(Level::Info);
  CHECK(log_enabled(Level::Info));
  log(Level::Info, "heard");
  CHECK(captured.bodies() == std::vector<std::string>{"heard"});
}

TEST_CASE("personal values obey the privacy policy in every format") {
  const auto line = [](Privacy privacy, LogFormat format) {
    CapturedLog captured{
        {.level = Level::Debug, .format = format, .privacy = {privacy, {1, 2}}, .rate = kNoRate}};
    log(Level::Info, "reg",
        {{"user", Personal{std::string_view{"alice@example.test"}}},
         {"name", Personal{std::string{"4312345678"}}},
         {"ip", Personal{*IpAddress::parse("192.0.2.77")}},
         {"from", Personal{*Endpoint::parse("192.0.2.77:5060")}},
         {"on", *Endpoint::parse("192.0.2.1:5060")}});
    return captured.bodies().at(0);
  };
  CHECK(line(Privacy::Full, LogFormat::Text) ==
        "reg user=alice@example.test name=4312345678 ip=192.0.2.77 from=192.0.2.77:5060 on=192.0.2.1:5060");
  CHECK(line(Privacy::Masked, LogFormat::Text) ==
        "reg user=a***@example.test name=43***78 ip=192.0.2.* from=192.0.2.*:5060 on=192.0.2.1:5060");
  for (const auto format : {LogFormat::Text, LogFormat::Json}) {
    for (const auto privacy : {Privacy::Masked, Privacy::Hashed}) {
      const std::string shown = line(privacy, format);
      for (const char* secret : {"alice", "345678", "192.0.2.77"})
        CHECK(shown.find(secret) == std::string::npos);
      CHECK(shown.find("192.0.2.1:5060") != std::string::npos);  // our own address is no secret
    }
  }
}

TEST_CASE("a line that would be too long says that it was cut, and stays whole") {
  CapturedLog captured;
  const std::string longest(10'000, 'x');
  log(Level::Info, "e", {{"a", longest}, {"b", 1}});
  CHECK(captured.bodies().at(0) == "e a=" + std::string(Field::kMaxText, 'x') + "... b=1");

  const std::string hostile(10'000, '\x01');  // four bytes each when written out
  log(Level::Info, "e", {{"a", hostile}, {"b", 2}});
  CHECK(captured.bodies().at(1) == "e b=2 cut=true");

  CapturedLog json{{.level = Level::Debug, .format = LogFormat::Json, .rate = kNoRate}};
  log(Level::Info, "e", {{"a", hostile}, {"b", longest}, {"c", longest}, {"d", longest}, {"e", longest}});
  CHECK(json.lines().at(0).ends_with("\"cut\":true}"));
}

TEST_CASE("an event over its rate is counted, and the next line tells how many are missing") {
  ManualClock clock;
  clock.advance(1h);
  CapturedLog captured{{.level = Level::Debug, .rate = {.per_second = 10, .burst = 20}, .clock = &clock}};
  const auto before = Log::counts().suppressed;
  for (int i = 0; i < 50; ++i) log(Level::Info, "rate.flood");
  log(Level::Info, "rate.other");  // has its own bucket
  CHECK(captured.lines().size() == 21);
  CHECK(Log::counts().suppressed - before == 30);

  clock.advance(100ms);
  log(Level::Info, "rate.flood");
  log(Level::Info, "rate.flood");
  CHECK(captured.lines().size() == 22);
  CHECK(captured.bodies().back() == "rate.flood suppressed=30");

  clock.advance(1s);
  log(Level::Info, "rate.flood");
  CHECK(captured.bodies().back() == "rate.flood suppressed=1");
}

TEST_CASE("more events than have buckets share one, and still have a rate") {
  ManualClock clock;
  CapturedLog captured{{.level = Level::Debug, .rate = {.per_second = 1, .burst = 2}, .clock = &clock}};
  std::thread{[] {
    for (std::size_t i = 0; i < RateLimit::kEvents + 50; ++i) {
      const std::string event = "event." + std::to_string(i);
      log(Level::Info, event);
    }
  }}.join();
  CHECK(captured.lines().size() == RateLimit::kEvents + 2);
}

TEST_CASE("a running log writes from another thread what was logged, in order of time") {
  SlowSink sink;
  {
    const RunningLog running{{.level = Level::Debug, .rate = kNoRate, .sink = &sink}};
    std::thread{[] {
      for (int i = 0; i < 100; ++i) log(Level::Info, "other.thread", {{"i", i}});
    }}.join();
    for (int i = 0; i < 100; ++i) log(Level::Info, "this.thread", {{"i", i}});
    Log::flush();
    const auto bodies = sink.bodies();
    REQUIRE(bodies.size() == 200);
    for (int i = 0; i < 100; ++i)
      CHECK(bodies[static_cast<std::size_t>(i)] == "other.thread i=" + std::to_string(i));
    log(Level::Info, "last");
  }
  CHECK(sink.bodies().back() == "last");  // stop() writes what is left
}

TEST_CASE(
    "a slow sink costs lines, which are counted and reported, and never the time of the thread that logs") {
  SlowSink sink;
  const auto before = Log::counts().dropped;
  {
    const RunningLog running{{.level = Level::Debug, .rate = kNoRate, .sink = &sink}};
    sink.hold();
    log(Level::Info, "first");
    sink.wait_until_writing();
    for (int i = 0; i < 2000; ++i) log(Level::Info, "flood");
    CHECK(Log::counts().dropped - before > 1000);
    sink.release();
  }
  const auto dropped = Log::counts().dropped - before;
  const auto bodies = sink.bodies();
  CHECK(bodies.size() - 1 == 1 + 2000 - dropped);
  CHECK(bodies.back() == "log.dropped count=" + std::to_string(dropped));
}

TEST_CASE("a thread that ended leaves its lines and its counts behind") {
  SlowSink sink;
  const auto before = Log::counts();
  {
    const RunningLog running{{.level = Level::Debug, .rate = {.per_second = 1, .burst = 5}, .sink = &sink}};
    std::thread{[] {
      for (int i = 0; i < 30; ++i) log(Level::Info, "short.life");
    }}.join();
    Log::flush();
    Log::flush();  // by now the thread is forgotten
    CHECK(Log::counts().suppressed - before.suppressed >= 24);
  }
  CHECK(sink.bodies().size() >= 5);
}

TEST_CASE("suppressed lines of an event that never comes again are reported in the end") {
  SlowSink sink;
  {
    const RunningLog running{{.level = Level::Debug, .rate = {.per_second = 1, .burst = 1}, .sink = &sink}};
    for (int i = 0; i < 4; ++i) log(Level::Info, "never.again");
  }
  CHECK(sink.bodies().back() == "log.suppressed of=never.again count=3");
}

TEST_CASE("an attached thread logs without an allocation, whatever it says") {
  if (!counting_available()) return;
  SlowSink sink;
  const RunningLog running{{.level = Level::Debug, .rate = {.per_second = 10, .burst = 20}, .sink = &sink}};
  Log::attach_thread();
  const std::string hostile(5000, '\x1b');
  const auto before = allocations_on_this_thread();
  for (int i = 0; i < 1000; ++i) {
    log(Level::Info, "alloc.some", {{"i", i}, {"text", hostile}, {"from", Personal{Endpoint{}}}});
    log(Level::Info, i % 2 == 0 ? "alloc.even" : "alloc.odd");
  }
  CHECK(allocations_on_this_thread() == before);
}

TEST_CASE("starting twice and stopping twice do nothing the second time") {
  SlowSink sink;
  const LogOptions before = Log::options();
  Log::start({.rate = kNoRate, .sink = &sink});
  Log::start({.level = Level::Error});
  log(Level::Info, "still.info");
  Log::stop();
  Log::stop();
  Log::flush();
  CHECK(sink.bodies() == std::vector<std::string>{"still.info"});
  Log::configure(before);
}
