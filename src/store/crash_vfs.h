// SPDX-License-Identifier: Apache-2.0
// For tests: files as SQLite sees them on a machine that dies at a chosen moment.
#pragma once

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <new>
#include <string>

namespace ringfence::store {

/// While it lives, SQLite's default way to files. Each write, truncation, sync and deletion counts; the one
/// that was chosen ends the process with kCrashed, a write when half of it is done. Syncs do not wait for a
/// disk: they say what a power failure would leave.
class CrashVfs {
 public:
  enum class Death { Kill, PowerCut };  // PowerCut: files go back to what was synced
  static constexpr int kCrashed = 77;

  CrashVfs() {
    vfs_ = *real();
    vfs_.zName = "crash";
    vfs_.szOsFile = kOwnSize + real()->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    ::sqlite3_vfs_register(&vfs_, 1);
  }
  ~CrashVfs() {
    ::sqlite3_vfs_unregister(&vfs_);
    state() = {};
  }
  CrashVfs(const CrashVfs&) = delete;
  CrashVfs& operator=(const CrashVfs&) = delete;

  /// From now on, in this process: the n-th operation is the last.
  static void die_at(unsigned operation, Death death) { state().left = operation, state().death = death; }

 private:
  struct State {
    unsigned left = std::numeric_limits<unsigned>::max();
    Death death = Death::Kill;
    std::map<std::string, std::string> synced;  // what is on the disk, by path
  };
  struct File {
    sqlite3_file base;
    const char* path;
    sqlite3_file* real;  // behind this one
  };
  static constexpr int kOwnSize = (sizeof(File) + 15) / 16 * 16;

  static State& state() {
    static State only;
    return only;
  }
  static sqlite3_vfs* real() {
    static sqlite3_vfs* const only = ::sqlite3_vfs_find("unix");
    return only;
  }
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static std::string content(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  [[noreturn]] static void die() {
    if (state().death == Death::PowerCut) {
      for (const auto& [path, bytes] : state().synced) {
        if (std::filesystem::exists(path)) std::ofstream{path, std::ios::binary} << bytes;
      }
    }
    ::_exit(kCrashed);
  }
  static void count() {
    if (--state().left == 0) die();
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* given) {
    static const sqlite3_io_methods methods = make_methods();
    auto* real_file = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kOwnSize);
    File& own = *new (file) File{{nullptr}, path, real_file};
    const int code = real()->xOpen(real(), path, real_file, flags, given);
    if (code == SQLITE_OK) {
      own.base.pMethods = &methods;
      if (path != nullptr) state().synced.try_emplace(path, content(path));
    }
    return code;
  }
  static int remove(sqlite3_vfs*, const char* path, int sync) {
    count();
    state().synced.erase(path);
    return real()->xDelete(real(), path, sync);
  }
  static int write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
    sqlite3_file* to = of(file).real;
    if (--state().left == 0) {
      to->pMethods->xWrite(to, bytes, size / 2, at);
      die();
    }
    return to->pMethods->xWrite(to, bytes, size, at);
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    count();
    return of(file).real->pMethods->xTruncate(of(file).real, size);
  }
  static int sync(sqlite3_file* file, int) {
    count();
    if (of(file).path != nullptr) state().synced[of(file).path] = content(of(file).path);
    return SQLITE_OK;
  }

  /// What is only passed on.
  template <auto Method, class... Arguments>
  static auto pass(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* to = of(file).real;
    return (to->pMethods->*Method)(to, arguments...);
  }
  static sqlite3_io_methods make_methods() {
    using M = sqlite3_io_methods;
    M methods{};
    methods.iVersion = 2;  // no memory-mapped reading
    methods.xClose = [](sqlite3_file* file) { return pass<&M::xClose>(file); };
    methods.xRead = [](sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
      return pass<&M::xRead>(file, to, size, at);
    };
    methods.xWrite = write;
    methods.xTruncate = truncate;
    methods.xSync = sync;
    methods.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
      return pass<&M::xFileSize>(file, size);
    };
    methods.xLock = [](sqlite3_file* file, int lock) { return pass<&M::xLock>(file, lock); };
    methods.xUnlock = [](sqlite3_file* file, int lock) { return pass<&M::xUnlock>(file, lock); };
    methods.xCheckReservedLock = [](sqlite3_file* file, int* held) {
      return pass<&M::xCheckReservedLock>(file, held);
    };
    methods.xFileControl = [](sqlite3_file* file, int what, void* with) {
      return pass<&M::xFileControl>(file, what, with);
    };
    methods.xSectorSize = [](sqlite3_file* file) { return pass<&M::xSectorSize>(file); };
    methods.xDeviceCharacteristics = [](sqlite3_file* file) {
      return pass<&M::xDeviceCharacteristics>(file);
    };
    methods.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** at) {
      return pass<&M::xShmMap>(file, page, size, extend, at);
    };
    methods.xShmLock = [](sqlite3_file* file, int from, int count_of, int flags) {
      return pass<&M::xShmLock>(file, from, count_of, flags);
    };
    methods.xShmBarrier = [](sqlite3_file* file) { pass<&M::xShmBarrier>(file); };
    methods.xShmUnmap = [](sqlite3_file* file, int erase) { return pass<&M::xShmUnmap>(file, erase); };
    return methods;
  }

  sqlite3_vfs vfs_{};
};

}  // namespace ringfence::store
