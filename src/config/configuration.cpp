// SPDX-License-Identifier: Apache-2.0
// Layers of values become settings; every problem is found in one go.
#include "config/configuration.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/ascii.h"
#include "config/yaml_entries.h"

namespace ringfence::config {
namespace {

constexpr std::string_view kPrefix = "RINGFENCE_";
/// Read by the command line before there is a configuration.
constexpr std::string_view kDataVariable = "RINGFENCE_DATA";
constexpr std::size_t kMaxProblems = 20;

/// Collects values layer by layer, and what is wrong with them.
class Loader {
 public:
  Loader() {
    for (const Option& option : options()) {
      values_.push_back({&option, items_of(option, option.default_value), Layer::Default, {}});
    }
  }

  void read_file_layer(const std::string& name, std::string_view text) {
    const auto entries = read_yaml(text);
    if (!entries) return problem(place_in(name, entries.error().position), entries.error().message);
    for (const Entry& entry : *entries) take(entry, place_in(name, entry.position));
  }

  void read_environment(const std::vector<std::string>& environment) {
    for (const std::string& variable : environment) {
      if (!variable.starts_with(kPrefix)) continue;
      const std::string_view name = std::string_view{variable}.substr(0, variable.find('='));
      if (name == kDataVariable) continue;
      const auto found = std::find_if(options().begin(), options().end(),
                                      [&](const Option& option) { return environment_name(option) == name; });
      if (found == options().end()) {
        unknown(std::string{name}, "variable", [&] { return nearest_variable(name); });
        continue;
      }
      give(*found, std::string{name}, Layer::Environment, value_behind_equals(variable));
    }
  }

  void read_sets(const std::vector<std::string>& sets) {
    for (const std::string& set : sets) {
      const std::string_view path = base::trim(std::string_view{set}.substr(0, set.find('=')));
      if (set.find('=') == set.npos) {
        problem("--set " + set, "expected KEY=VALUE");
      } else if (const Option* option = find_option(path)) {
        give(*option, "--set", Layer::Set, value_behind_equals(set));
      } else {
        unknown("--set " + std::string{path}, "option", [&] { return nearest_path(path); });
      }
    }
  }

  base::Result<std::pair<Settings, std::vector<Value>>> finish() {
    apply_port();
    for (const Value& value : values_) {
      if (const auto assigned = value.option->type->assign(settings_, value.option->range, value.items);
          !assigned) {
        problem(place_of(value), "expected " + assigned.error().expected + ", found \"" + value.text() + '"');
      }
    }
    if (problems_.empty()) check_order();
    if (problems_.empty()) return std::pair{std::move(settings_), std::move(values_)};
    return base::fail("cannot use the configuration", listed(),
                      "correct it, then try: ringfence config check");
  }

 private:
  static std::vector<std::string> items_of(const Option& option, std::string_view text) {
    if (option.type->list) return split_list(text);
    return {std::string{text}};
  }
  static std::string value_behind_equals(std::string_view text) {
    return std::string{text.substr(text.find('=') + 1)};
  }
  static std::string place_in(const std::string& file, Position at) {
    return file + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  }
  static std::string place_of(const Value& value) {
    return value.layer == Layer::File  ? value.place + ": " + std::string{value.option->path}
           : value.layer == Layer::Set ? "--set " + std::string{value.option->path}
                                       : value.place;
  }
  static std::string nearest_variable(std::string_view name) {
    std::string path{name.substr(kPrefix.size())};
    std::transform(path.begin(), path.end(), path.begin(), base::to_lower);
    std::replace(path.begin(), path.end(), '_', '.');
    return environment_name(*find_option(nearest_path(path)));
  }

  void problem(const std::string& place, const std::string& text) {
    problems_.push_back(place + ": " + text);
  }
  /// @param nearest  called only for a problem that will be told: it compares with every known name
  template <class Nearest>
  void unknown(const std::string& place, std::string_view kind, Nearest&& nearest) {
    std::string text = "there is no such " + std::string{kind};
    if (problems_.size() < kMaxProblems) text.append("; the nearest is ").append(nearest());
    problem(place, text);
  }

  Value& value_of(const Option& option) {
    return values_[static_cast<std::size_t>(&option - options().data())];
  }
  Value& value_of(std::string_view path) { return value_of(*find_option(path)); }

  void give(const Option& option, std::string place, Layer layer, std::string_view text) {
    value_of(option) = {&option, items_of(option, base::trim(text)), layer, std::move(place)};
  }

  void take(const Entry& entry, const std::string& place) {
    const Option* option = find_option(entry.path);
    if (option == nullptr) {
      if (!(entry.empty && is_group(entry.path))) {  // a group whose options are all commented out
        unknown(place + ": " + entry.path, "option", [&] { return nearest_path(entry.path); });
      }
      return;
    }
    Value& value = value_of(*option);
    if (value.layer == Layer::File) {
      return problem(place + ": " + entry.path, "given before, at " + value.place);
    }
    const bool split = option->type->list && !entry.list;
    value = {option, split ? split_list(entry.items.front()) : entry.items, Layer::File, place};
  }

  static bool is_group(std::string_view path) {
    return std::any_of(options().begin(), options().end(), [&](const Option& option) {
      return option.path.starts_with(path) && option.path.substr(path.size()).starts_with('.');
    });
  }

  /// `sip.port` moves the default listeners; with `sip.listen` it would be unclear which of them it means.
  void apply_port() {
    const Value& port = value_of("sip.port");
    Value& listen = value_of("sip.listen");
    if (port.layer == Layer::Default) return;
    if (listen.layer != Layer::Default) {
      return problem(place_of(port),
                     "sip.port and sip.listen exclude each other; sip.listen is given at " + listen.place);
    }
    if (!port.option->type->assign(settings_, port.option->range, port.items))
      return;  // told where all are assigned
    const std::string number = std::to_string(settings_.sip.port);
    for (std::string& item : listen.items) item.replace(item.rfind(':') + 1, std::string::npos, number);
    listen.layer = port.layer;
    listen.place = port.place;
  }

  void check_order() {
    const auto ordered = [&](std::string_view low, std::string_view high, bool right) {
      if (right) return;
      const Value& blamed = value_of(low).layer >= value_of(high).layer ? value_of(low) : value_of(high);
      problem(place_of(blamed), std::string{low} + " (" + value_of(low).text() + ") must not be above " +
                                    std::string{high} + " (" + value_of(high).text() + ')');
    };
    const TransactionSettings& transaction = settings_.transaction;
    const RegistrarSettings& registrar = settings_.registrar;
    ordered("transaction.t1", "transaction.t2", transaction.t1 <= transaction.t2);
    ordered("registrar.min_expires", "registrar.default_expires",
            registrar.min_expires <= registrar.default_expires);
    ordered("registrar.default_expires", "registrar.max_expires",
            registrar.default_expires <= registrar.max_expires);
  }

  [[nodiscard]] std::string listed() const {
    std::string text;
    for (std::size_t i = 0; i < std::min(problems_.size(), kMaxProblems); ++i) {
      (text += i == 0 ? "" : "\n") += problems_[i];
    }
    if (problems_.size() > kMaxProblems) {
      text += "\nand " + std::to_string(problems_.size() - kMaxProblems) + " more";
    }
    return text;
  }

  Settings settings_;
  std::vector<Value> values_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string Value::text() const {
  std::string joined;
  for (std::size_t i = 0; i < items.size(); ++i) (joined += i == 0 ? "" : ", ") += items[i];
  return joined;
}

base::Result<std::string> read_file(const std::filesystem::path& path) {
  const std::string what = "cannot read " + path.string();
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  std::string text(kMaxFileBytes + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad() || (file.gcount() == 0 && errno != 0)) {
    return base::fail(what, std::error_code{errno, std::generic_category()}.message(),
                      "check the path and the mode of the file, or make a new one: ringfence init");
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxFileBytes)
    return base::fail(what, "the file is larger than 1 MiB", "is it the right file?");
  return text;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> variables;
  for (char** at = ::environ; *at != nullptr; ++at) variables.emplace_back(*at);
  return variables;
}

base::Result<Configuration> Configuration::load(const Sources& sources) {
  Loader loader;
  if (!sources.file_name.empty()) loader.read_file_layer(sources.file_name, sources.file_text);
  loader.read_environment(sources.environment);
  loader.read_sets(sources.sets);
  auto loaded = loader.finish();
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  Configuration configuration;
  configuration.settings_ = std::move(loaded->first);
  configuration.values_ = std::move(loaded->second);
  return configuration;
}

base::Result<std::vector<const Value*>> Configuration::get(std::string_view path) const {
  std::vector<const Value*> found;
  const Option* option = find_option(path);
  for (const Value& value : values_) {
    const std::string_view own = value.option->path;
    const bool in_group = path.empty() || (own.starts_with(path) && own.substr(path.size()).starts_with('.'));
    if (value.option == option || in_group) found.push_back(&value);
  }
  if (!found.empty()) return found;
  return base::fail("there is no option " + std::string{path}, {},
                    "the nearest is " + std::string{nearest_path(path)} + "; docs/config.md lists them all");
}

}  // namespace ringfence::config
