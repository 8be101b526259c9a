// SPDX-License-Identifier: Apache-2.0
// Two tables from configuration words to log words, and the seed of hashed names.
#include "app/serve/log_options.h"

#include <array>
#include <cstring>

#include "crypto/key_ring.h"

namespace ringfence::app {
namespace {

using observe::Level;
using observe::LogFormat;
using observe::Privacy;

// In the order of config's enumerations.
constexpr auto kLevels =
    std::to_array({Level::Debug, Level::Info, Level::Notice, Level::Warning, Level::Error});
constexpr auto kFormats = std::to_array({LogFormat::Text, LogFormat::Json});
constexpr auto kPrivacies = std::to_array({Privacy::Full, Privacy::Masked, Privacy::Hashed});

base::Result<base::HashSeed> names_seed(const DataPaths& paths) {
  base::SystemRandom random;
  const auto ring = crypto::KeyRing::open(paths.keys(), "log-names", random);
  if (!ring) return std::unexpected(ring.error());
  base::HashSeed seed;
  std::memcpy(&seed, ring->newest().key.reveal().data(), sizeof seed);
  return seed;
}

}  // namespace

base::Result<observe::LogOptions> log_options(const config::LogSettings& settings, const DataPaths& paths) {
  observe::LogOptions options;
  options.level = kLevels[static_cast<std::size_t>(settings.level)];
  options.format = kFormats[static_cast<std::size_t>(settings.format)];
  options.privacy.privacy = kPrivacies[static_cast<std::size_t>(settings.privacy)];
  if (options.privacy.privacy == Privacy::Hashed) {
    auto seed = names_seed(paths);
    if (!seed) return std::unexpected(seed.error());
    options.privacy.seed = *seed;
  }
  return options;
}

}  // namespace ringfence::app
