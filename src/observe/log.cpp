// SPDX-License-Identifier: Apache-2.0
// Rings of threads, the writer that empties them, and the direct way while it does not run.
#include "observe/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/spsc_ring.h"
#include "base/thread_name.h"
#include "observe/descriptor_sink.h"
#include "observe/escape.h"

namespace ringfence::observe {
namespace {

constexpr std::size_t kBodyBytes = 1000;
constexpr std::size_t kRoomForCut = 16;  // kept free for the note that something was left out
constexpr std::size_t kRingLines = 512;
constexpr auto kPause = std::chrono::milliseconds{20};  // between two looks at the rings
constexpr auto kDropReports = std::chrono::seconds{1};
constexpr auto kSuppressedReports = std::chrono::seconds{10};

/// A formatted line as it lies in a ring.
struct Slot {
  base::MonoTime logged;  // for the order of lines of several threads: finer than `time`, and never stepped
  base::WallTime time;
  Level level;
  LogFormat format;
  std::size_t size;
  std::array<char, kBodyBytes> body;

  [[nodiscard]] LogLine line() const { return {time, level, format, {body.data(), size}}; }
};

/// The log's side of one thread. Outlives the thread until the writer has emptied its ring.
struct ThreadLog {
  RateLimit limit;
  std::unique_ptr<base::SpscRing<Slot>> ring;
  std::atomic<base::SpscRing<Slot>*> published{nullptr};  // for the writer: `ring`, once it is there
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<bool> ended{false};
  std::uint64_t configured = 0;        // the configuration its rate limit was filled for
  std::uint64_t dropped_reported = 0;  // the writer's

  void make_ring() {
    if (ring) return;
    ring = std::make_unique<base::SpscRing<Slot>>(kRingLines);
    published.store(ring.get(), std::memory_order_release);
  }
};

struct Core {
  std::atomic<Level> level{Level::Info};
  std::atomic<bool> running{false};
  std::atomic<std::uint64_t> configured{1};
  LogOptions options;  // constant while threads log
  base::SystemClock system_clock;
  DescriptorSink standard_error{STDERR_FILENO};

  std::mutex mutex;  // guards what follows, and the sink while no writer runs
  std::vector<std::unique_ptr<ThreadLog>> threads;
  LogCounts of_ended_threads;
  std::condition_variable wake;
  std::condition_variable served_more;
  std::uint64_t asked = 0;   // flushes
  std::uint64_t served = 0;  // ... that are done
  bool stopping = false;
  std::thread writer;

  /// Never destroyed: threads may log while the process ends.
  static Core& get() {
    static Core& core = *new Core;
    return core;
  }

  [[nodiscard]] const base::Clock& clock() const {
    return options.clock != nullptr ? *options.clock : static_cast<const base::Clock&>(system_clock);
  }
  /// Under the mutex: forgets threads that ended, once nothing of theirs is left to write.
  void forget_ended_threads() {
    std::erase_if(threads, [this](const std::unique_ptr<ThreadLog>& thread) {
      if (!thread->ended.load(std::memory_order_acquire)) return false;
      if (thread->ring && thread->ring->size() > 0) return false;
      of_ended_threads.dropped += thread->dropped.load(std::memory_order_relaxed);
      of_ended_threads.suppressed += thread->limit.suppressed();
      return true;
    });
  }
  [[nodiscard]] LogSink& sink() { return options.sink != nullptr ? *options.sink : standard_error; }
};

/// Ties a thread to its ThreadLog.
class ThreadHandle {
 public:
  ThreadHandle() {
    Core& core = Core::get();
    const std::lock_guard lock{core.mutex};
    if (!core.running) core.forget_ended_threads();  // else the writer does, which may be looking at them
    log_ = core.threads.emplace_back(std::make_unique<ThreadLog>()).get();
  }
  ~ThreadHandle() { log_->ended.store(true, std::memory_order_release); }
  ThreadHandle(const ThreadHandle&) = delete;
  ThreadHandle& operator=(const ThreadHandle&) = delete;

  static ThreadLog& mine() {
    thread_local ThreadHandle handle;
    return *handle.log_;
  }

 private:
  ThreadLog* log_;
};

struct Message {
  Level level;
  std::string_view event;
  std::initializer_list<Field> fields;
  std::uint32_t suppressed = 0;
};

void append_event(base::TextWriter& out, std::string_view event, LogFormat format) {
  if (format == LogFormat::Json) {
    out.append("\"event\":");
    append_json_string(out, event);
  } else {
    append_text_value(out, event);
  }
}

void format(Slot& slot, const Message& message, const LogOptions& options, base::WallTime time) {
  slot.time = time;
  slot.level = message.level;
  slot.format = options.format;
  base::TextWriter out{slot.body};
  append_event(out, message.event, options.format);
  bool cut = false;
  const auto append = [&](const Field& field) {
    const std::size_t before = out.size();
    field.append_to(out, options.format, options.privacy);
    if (!out.overflowed() && out.room() >= kRoomForCut) return;
    out.rewind(before);
    cut = true;
  };
  for (const Field& field : message.fields) append(field);
  if (message.suppressed > 0) append({"suppressed", message.suppressed});
  if (cut) Field{"cut", true}.append_to(out, options.format, options.privacy);
  slot.size = out.size();
}

void write_directly(Core& core, const Message& message) {
  Slot slot;
  format(slot, message, core.options, core.clock().wall());
  const std::lock_guard lock{core.mutex};
  core.sink().write(slot.line());
  core.sink().flush();
}

/// Empties the rings, oldest line first. Only one thread at a time does this.
class Writer {
 public:
  explicit Writer(Core& core) : core_{core} {}

  void run() {
    std::unique_lock lock{core_.mutex};
    while (!core_.stopping) {
      core_.wake.wait_for(lock, kPause, [this] { return core_.stopping || core_.asked > core_.served; });
      const std::uint64_t asked = core_.asked;
      core_.forget_ended_threads();
      look_up_threads();
      lock.unlock();
      drain();
      report();
      core_.sink().flush();
      lock.lock();
      core_.served = asked;
      core_.served_more.notify_all();
    }
  }

  /// The last look, after the writer thread has ended; from here on lines are written directly.
  void finish() {
    const std::lock_guard lock{core_.mutex};
    core_.running.store(false, std::memory_order_release);
    look_up_threads();
    drain();
    report_drops();
    report_suppressed();
    core_.sink().flush();
    core_.served = core_.asked;
    core_.served_more.notify_all();
  }

 private:
  struct Source {
    ThreadLog* thread;
    base::SpscRing<Slot>* ring;
  };

  void look_up_threads() {
    sources_.clear();
    until_ = core_.clock().now();
    for (const auto& thread : core_.threads) {
      sources_.push_back({thread.get(), thread->published.load(std::memory_order_acquire)});
    }
  }

  /// Writes what was logged before look_up_threads(). Later lines wait for the next round: an older one may
  /// lie in the ring of a thread that was not there yet. (It also bounds the round while a thread logs
  /// without pause.)
  void drain() {
    while (base::SpscRing<Slot>* const ring = oldest()) {
      ring->drain([this](const Slot& slot) { core_.sink().write(slot.line()); }, 1);
    }
  }

  /// The ring whose first line is the oldest of all, or nullptr.
  base::SpscRing<Slot>* oldest() {
    base::SpscRing<Slot>* found = nullptr;
    base::MonoTime first = until_;
    for (const Source& source : sources_) {
      const Slot* const front = source.ring != nullptr ? source.ring->front() : nullptr;
      if (front == nullptr || front->logged > first || (found != nullptr && front->logged == first)) continue;
      found = source.ring;
      first = front->logged;
    }
    return found;
  }

  void report() {
    const auto now = std::chrono::steady_clock::now();
    if (now - drops_reported_ >= kDropReports) {
      drops_reported_ = now;
      report_drops();
    }
    if (now - suppressed_reported_ >= kSuppressedReports) {
      suppressed_reported_ = now;
      report_suppressed();
    }
  }

  void report_drops() {
    std::uint64_t dropped = 0;
    for (const Source& source : sources_) {
      const std::uint64_t total = source.thread->dropped.load(std::memory_order_relaxed);
      dropped += total - source.thread->dropped_reported;
      source.thread->dropped_reported = total;
    }
    if (dropped > 0) write({Level::Warning, "log.dropped", {{"count", dropped}}});
  }

  void report_suppressed() {
    for (const Source& source : sources_) {
      source.thread->limit.collect([this](std::string_view event, std::uint32_t count) {
        write({Level::Notice, "log.suppressed", {{"of", event}, {"count", count}}});
      });
    }
  }

  void write(const Message& message) {
    Slot slot;
    format(slot, message, core_.options, core_.clock().wall());
    core_.sink().write(slot.line());
  }

  Core& core_;
  std::vector<Source> sources_;
  base::MonoTime until_{};
  std::chrono::steady_clock::time_point drops_reported_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point suppressed_reported_ = drops_reported_;
};

void log_to_ring(Core& core, ThreadLog& thread, const Message& message, base::MonoTime now) {
  thread.make_ring();
  Slot* const slot = thread.ring->claim();
  if (slot == nullptr) {
    thread.dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  slot->logged = now;
  format(*slot, message, core.options, core.clock().wall());
  thread.ring->publish();
}

/// Callers hold the mutex or are alone.
void take_options(Core& core, const LogOptions& options) {
  core.options = options;
  core.level.store(options.level, std::memory_order_relaxed);
  core.configured.fetch_add(1, std::memory_order_release);
}

}  // namespace

void log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  Core& core = Core::get();
  if (level < core.level.load(std::memory_order_relaxed)) return;

  ThreadLog& thread = ThreadHandle::mine();
  if (const auto configured = core.configured.load(std::memory_order_acquire);
      thread.configured != configured) {
    thread.configured = configured;
    thread.limit.refill(core.options.rate);
  }
  const base::MonoTime now = core.clock().now();
  const auto verdict = thread.limit.ask(event, now, core.options.rate);
  if (!verdict.allowed) return;

  const Message message{level, event, fields, verdict.suppressed};
  if (core.running.load(std::memory_order_acquire)) {
    log_to_ring(core, thread, message, now);
  } else {
    write_directly(core, message);
  }
}

bool log_enabled(Level level) {
  return level >= Core::get().level.load(std::memory_order_relaxed);
}

void Log::start(const LogOptions& options) {
  Core& core = Core::get();
  const std::lock_guard lock{core.mutex};
  if (core.writer.joinable()) return;
  take_options(core, options);
  core.stopping = false;
  core.writer = std::thread{[&core] {
    base::name_this_thread("log");
    Writer{core}.run();
  }};
  core.running.store(true, std::memory_order_release);
}

void Log::stop() {
  Core& core = Core::get();
  std::thread writer;
  {
    const std::lock_guard lock{core.mutex};
    if (!core.writer.joinable()) return;
    core.stopping = true;
    writer = std::move(core.writer);
  }
  core.wake.notify_one();
  writer.join();
  Writer{core}.finish();
}

void Log::configure(const LogOptions& options) {
  Core& core = Core::get();
  const std::lock_guard lock{core.mutex};
  take_options(core, options);
}

LogOptions Log::options() {
  Core& core = Core::get();
  const std::lock_guard lock{core.mutex};
  LogOptions options = core.options;
  options.level = core.level.load(std::memory_order_relaxed);
  return options;
}

void Log::set_level(Level level) {
  Core::get().level.store(level, std::memory_order_relaxed);
}

void Log::attach_thread() {
  ThreadHandle::mine().make_ring();
}

void Log::flush() {
  Core& core = Core::get();
  std::unique_lock lock{core.mutex};
  const std::uint64_t ticket = ++core.asked;
  core.wake.notify_one();
  core.served_more.wait(lock, [&core, ticket] {
    return core.served >= ticket || !core.running.load(std::memory_order_relaxed);
  });
}

LogCounts Log::counts() {
  Core& core = Core::get();
  const std::lock_guard lock{core.mutex};
  LogCounts sum = core.of_ended_threads;
  for (const auto& thread : core.threads) {
    sum.dropped += thread->dropped.load(std::memory_order_relaxed);
    sum.suppressed += thread->limit.suppressed();
  }
  return sum;
}

}  // namespace ringfence::observe
