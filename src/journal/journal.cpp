// SPDX-License-Identifier: Apache-2.0
// Opening a journal, and the copier's thread.
#include "journal/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/thread_name.h"
#include "journal/copier.h"
#include "journal/file.h"
#include "journal/inheritance.h"
#include "observe/log.h"

namespace ringfence::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kRetryAfterError{1};

base::Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) return base::fail_file("cannot make journal directory " + directory.string(), error.value());
  return {};
}

/// Held until the process ends, however it ends.
base::Result<File> lock(const fs::path& directory) {
  const fs::path path = directory / "lock";
  File file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file) return base::fail_file("cannot write to journal directory " + directory.string(), errno);
  if (::flock(file.fd(), LOCK_EX | LOCK_NB) != 0) {
    return base::fail("cannot use journal directory " + directory.string(),
                      "another ringfence process uses it",
                      "stop that process, or give this one its own --data directory");
  }
  return file;
}

}  // namespace

class Journal::Impl {
 public:
  explicit Impl(const Options& options) : options_{options} {
    if (options_.ring_directory.empty()) options_.ring_directory = options_.directory;
    options_.ring_bytes = std::max(options_.ring_bytes, Options::kMinRing);
  }
  ~Impl() { stop(); }

  base::Result<void> open(const RecordHandler& on_record);
  base::Result<void> flush();
  void copy() {
    RF_ASSERT(!thread_.joinable());
    copier_->round();
  }
  void request_snapshot() { copier_->request_snapshot(); }
  [[nodiscard]] Writer& writer(unsigned ring) {
    RF_ASSERT(ring < writers_.size());
    return *writers_[ring];
  }
  [[nodiscard]] const Recovery& recovery() const { return recovery_; }
  [[nodiscard]] Statistics statistics() const;

 private:
  void run();
  void stop();
  void remove_empty_rings();

  Options options_;
  File lock_;
  Recovery recovery_;
  StreamSet recovered_streams_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::unique_ptr<Copier> copier_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable served_changed_;
  std::uint64_t asked_ = 0;   // flushes asked for
  std::uint64_t served_ = 0;  // of those, flushes whose round has ended
  bool stopping_ = false;
  std::thread thread_;
};

base::Result<void> Journal::Impl::open(const RecordHandler& on_record) {
  if (auto made = make_directory(options_.directory); !made) return made;
  auto locked = lock(options_.directory);
  if (!locked) return std::unexpected(std::move(locked.error()));
  lock_ = std::move(*locked);
  if (auto made = make_directory(options_.ring_directory); !made) return made;

  Inheritance inherited{options_, recovery_, recovered_streams_};
  if (auto done = inherited.read(on_record); !done) return done;
  auto segment = inherited.rescue();
  if (!segment) return std::unexpected(std::move(segment.error()));
  auto rings = inherited.replace_rings();
  if (!rings) return std::unexpected(std::move(rings.error()));

  // All rings begin above everything that was ever written, so sequences never run into older ones.
  const std::uint64_t first = inherited.highest_sequence() + 1;
  for (std::size_t i = 0; i < rings->size(); ++i) {
    writers_.push_back(
        std::make_unique<Writer>(std::move((*rings)[i]), static_cast<std::uint16_t>(i), first));
  }
  copier_ = std::make_unique<Copier>(Copier::Setup{.directory = options_.directory,
                                                   .segment_bytes = options_.segment_bytes,
                                                   .compact_bytes = options_.compact_bytes,
                                                   .journal = inherited.journal(),
                                                   .highest_sequence = inherited.highest_sequence(),
                                                   .segments = inherited.segments(),
                                                   .bytes_on_disk = inherited.bytes_on_disk()},
                                     std::move(*segment), recovered_streams_, writers_);
  if (options_.copier_thread) thread_ = std::thread{[this] { run(); }};
  return {};
}

void Journal::Impl::run() {
  base::name_this_thread("journal");
  observe::Log::attach_thread();
  std::unique_lock lock{mutex_};
  for (;;) {
    const bool last = stopping_;
    const std::uint64_t serving = asked_;
    lock.unlock();
    copier_->round();
    lock.lock();
    served_ = serving;
    served_changed_.notify_all();
    if (last) return;
    const bool failing = copier_->figures().last_error.load(std::memory_order_relaxed) != 0;
    const std::chrono::milliseconds pause = failing ? kRetryAfterError : options_.interval;
    wake_.wait_for(lock, pause, [this] { return stopping_ || asked_ != served_; });
  }
}

void Journal::Impl::stop() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  } else if (copier_) {
    copier_->round();
  }
  if (copier_) remove_empty_rings();
}

/// After an orderly end there is nothing in the rings, and no reason to leave them in memory.
void Journal::Impl::remove_empty_rings() {
  for (std::size_t i = 0; i < writers_.size(); ++i) {
    if (writers_[i]->waiting() == 0) ::unlink(ring_path(options_.ring_directory, i).c_str());
  }
  if (options_.ring_directory != options_.directory)
    ::rmdir(options_.ring_directory.c_str());  // unless it holds more
}

base::Result<void> Journal::Impl::flush() {
  if (thread_.joinable()) {
    std::unique_lock lock{mutex_};
    const std::uint64_t mine = ++asked_;
    wake_.notify_one();
    served_changed_.wait(lock, [&] { return served_ >= mine; });
  } else {
    copier_->round();
  }
  const int error = copier_->figures().last_error.load(std::memory_order_relaxed);
  if (error != 0) return base::fail_file("cannot write the journal in " + options_.directory.string(), error);
  return {};
}

Statistics Journal::Impl::statistics() const {
  const Copier::Figures& figures = copier_->figures();
  Statistics out{.bytes_copied = figures.bytes_copied,
                 .syncs = figures.syncs,
                 .write_errors = figures.write_errors,
                 .compactions = figures.compactions,
                 .bytes_on_disk = figures.bytes_on_disk,
                 .failing = figures.last_error != 0};
  for (const auto& writer : writers_) {
    out.records += writer->records();
    out.refused += writer->refused();
    out.waiting_bytes += writer->waiting();
  }
  return out;
}

Journal::Journal(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
Journal::~Journal() = default;

base::Result<std::unique_ptr<Journal>> Journal::open(const Options& options, const RecordHandler& on_record) {
  auto impl = std::make_unique<Impl>(options);
  if (auto opened = impl->open(on_record); !opened) return std::unexpected(std::move(opened.error()));
  return std::unique_ptr<Journal>{new Journal{std::move(impl)}};
}

Writer& Journal::writer(unsigned ring) {
  return impl_->writer(ring);
}
const Recovery& Journal::recovery() const {
  return impl_->recovery();
}
base::Result<void> Journal::flush() {
  return impl_->flush();
}
void Journal::request_snapshot() {
  impl_->request_snapshot();
}
void Journal::copy() {
  impl_->copy();
}
Statistics Journal::statistics() const {
  return impl_->statistics();
}

}  // namespace ringfence::journal
