// SPDX-License-Identifier: Apache-2.0
// One function per check; each ends in a finding with its fix.
#include "app/serve/doctor.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <optional>

#include "app/serve/clock_check.h"
#include "app/serve/data_dir.h"
#include "app/serve/node.h"
#include "config/configuration.h"
#include "crypto/key_file.h"
#include "net/listener.h"
#include "store/sqlite_store.h"

namespace ringfence::app {
namespace {

using Verdict = Finding::Verdict;

Finding failed(std::string check, const base::Failure& failure) {
  return {Verdict::Failed, std::move(check),
          failure.why.empty() ? failure.what : failure.what + ": " + failure.why, failure.next};
}

Finding check_directory(const DataPaths& paths) {
  struct stat status{};
  if (::stat(paths.root.c_str(), &status) != 0) {
    return {Verdict::Failed, "data directory", paths.root.string() + " is not there",
            "ringfence init --data " + paths.root.string()};
  }
  if (::access(paths.root.c_str(), R_OK | W_OK | X_OK) != 0) {
    return failed("data directory",
                  base::fail_file(paths.root.string() + " cannot be written", errno).error());
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return {Verdict::Warning, "data directory",
            paths.root.string() + " is open to other users of this machine",
            "chmod 700 " + paths.root.string()};
  }
  return {Verdict::Ok, "data directory", paths.root.string(), {}};
}

Finding check_space(const DataPaths& paths) {
  constexpr std::uint64_t kMegabyte = 1 << 20;
  constexpr std::uint64_t kEnough = 1024;  // MiB: a day of journal and records of a small platform
  struct statvfs space{};
  if (::statvfs(paths.root.c_str(), &space) != 0)
    return {Verdict::Warning, "disk space", "cannot be told", {}};
  const std::uint64_t free = space.f_bavail * space.f_frsize / kMegabyte;
  const auto detail = fmt::format("{} MiB free", free);
  if (free >= kEnough) return {Verdict::Ok, "disk space", detail, {}};
  return {Verdict::Warning, "disk space", detail,
          "make room: a full disk stops provisioning, then new registrations' journal"};
}

Finding check_configuration(const DataPaths& paths, std::optional<config::Configuration>& loaded) {
  auto text = config::read_file(paths.config());
  if (!text) return failed("configuration", text.error());
  auto configuration = config::Configuration::load(
      {paths.config().string(), std::move(*text), config::process_environment(), {}});
  if (!configuration) return failed("configuration", configuration.error());
  loaded = std::move(*configuration);
  return {Verdict::Ok, "configuration", paths.config().string(), {}};
}

Finding check_keys(const DataPaths& paths) {
  const auto file = paths.keys() / "ha1.key";
  if (::access(file.c_str(), F_OK) != 0) {
    return {Verdict::Ok, "keys", "not made yet: the first start makes them", {}};
  }
  if (const auto key = crypto::read_key_file(file); !key) return failed("keys", key.error());
  return {Verdict::Ok, "keys", paths.keys().string() + ", closed to others", {}};
}

Finding check_database(const DataPaths& paths) {
  if (::access(paths.database().c_str(), F_OK) != 0) {
    return {Verdict::Ok, "database", "not made yet: the first start makes it", {}};
  }
  // A server may be running: looked at only, and never brought up to date under its feet.
  const auto sound = store::sqlite::examine_files(paths.root);
  if (!sound) return failed("database", sound.error().failure);
  return {Verdict::Ok, "database", paths.database().string() + " is sound", {}};
}

/// A receive buffer that holds a burst: a carrier's second of messages waits there while a shard is busy.
Finding check_receive_buffer() {
  constexpr long kWanted = 4L << 20;
  long limit = 0;
  std::ifstream{"/proc/sys/net/core/rmem_max"} >> limit;
  const auto detail = fmt::format("net.core.rmem_max is {}", limit);
  if (limit >= kWanted || ::geteuid() == 0) return {Verdict::Ok, "receive buffers", detail, {}};
  return {Verdict::Warning, "receive buffers", detail,
          fmt::format("sysctl -w net.core.rmem_max={}", kWanted)};
}

Finding check_time() {
  const auto checked = check_clock(base::SystemClock{}.wall());
  if (!checked) return failed("clock", checked.error());
  return {Verdict::Ok, "clock", "after the build of this program", {}};
}

}  // namespace

std::vector<Finding> examine(const std::filesystem::path& data) {
  const DataPaths paths{data};
  std::vector<Finding> findings{check_directory(paths)};
  if (findings.front().verdict == Verdict::Failed) return findings;
  std::optional<config::Configuration> configuration;
  findings.push_back(check_space(paths));
  findings.push_back(check_configuration(paths, configuration));
  findings.push_back(check_keys(paths));
  findings.push_back(check_database(paths));
  findings.push_back(check_receive_buffer());
  findings.push_back(check_time());
  return findings;
}

base::Result<std::string> init(const std::filesystem::path& data) {
  const DataPaths paths{data};
  const auto fresh = init_data_dir(paths);
  if (!fresh) return std::unexpected(fresh.error());
  base::SystemRandom random;
  if (auto key = crypto::read_or_create_key_file(paths.keys() / "ha1.key", random); !key) {
    return std::unexpected(key.error());
  }
  if (auto rings = NodeRings::open(paths.keys(), random); !rings) return std::unexpected(rings.error());
  const base::SystemClock clock;
  if (auto store = store::SqliteStore::open(paths.root, clock); !store) {
    return std::unexpected(store.error().failure);
  }
  const auto where = paths.root.string();
  return *fresh ? "made " + where + ": configuration, keys and database"
                : where + " was there; what was missing is made";
}

}  // namespace ringfence::app
