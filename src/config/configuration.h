// SPDX-License-Identifier: Apache-2.0
// Configuration: the settings in force, and for each where its value comes from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "config/option.h"
#include "config/settings.h"

namespace ringfence::config {

/// Weakest first: each layer overrides those before it.
enum class Layer : std::uint8_t { Default, File, Environment, Set };

/// One option's value as it was written.
struct Value {
  const Option* option = nullptr;
  std::vector<std::string> items;  ///< one, unless the option is a list
  Layer layer = Layer::Default;
  std::string place;  ///< "ringfence.yml:12:3", "RINGFENCE_SIP_PORT", "--set"; empty for a default

  /// Items with ", " between.
  [[nodiscard]] std::string text() const;
};

/// Where values come from. Only names that begin with RINGFENCE_ are looked at in `environment`.
struct Sources {
  std::string file_name;  ///< for messages; empty: no file
  std::string file_text;
  std::vector<std::string> environment;  ///< "NAME=value" each
  std::vector<std::string> sets;         ///< "sip.port=5070" each; the last of two wins
};

/// A file of at most 1 MiB as text.
[[nodiscard]] base::Result<std::string> read_file(const std::filesystem::path& path);
/// This process's environment, for Sources.
[[nodiscard]] std::vector<std::string> process_environment();

/// Immutable. A reload builds a new one.
class Configuration {
 public:
  /// Reads and checks everything, or nothing: the Failure lists each problem with its place, what was
  /// expected and, for an unknown name, the nearest known one.
  [[nodiscard]] static base::Result<Configuration> load(const Sources& sources);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  /// One per option, in the order of options().
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }
  /// The value of one option ("sip.port", or its alias), of a group ("sip") or, for an empty path, of all.
  [[nodiscard]] base::Result<std::vector<const Value*>> get(std::string_view path) const;

 private:
  Settings settings_;
  std::vector<Value> values_;
};

}  // namespace ringfence::config
