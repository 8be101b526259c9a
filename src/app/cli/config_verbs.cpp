// SPDX-License-Identifier: Apache-2.0
// The configuration, as an operator asks for it.
#include "app/cli/config_verbs.h"

#include <fmt/format.h>

#include <array>

#include "config/configuration.h"

namespace ringfence::app {
namespace {

namespace json = boost::json;

// In the order of config::Layer.
constexpr std::array<std::string_view, 4> kLayers{"default", "file", "environment", "set"};

base::Result<config::Configuration> load(const Context& context, const ConfigArguments& arguments) {
  const auto file = arguments.file.value_or(context.data / "ringfence.yml");
  config::Sources sources{{}, {}, config::process_environment(), arguments.sets};
  // A directory that is not there yet has the defaults; a file that was named must be there.
  if (arguments.file || std::filesystem::exists(file)) {
    auto text = config::read_file(file);
    if (!text) return std::unexpected(std::move(text.error()));
    sources.file_name = file.string();
    sources.file_text = std::move(*text);
  }
  return config::Configuration::load(sources);
}

}  // namespace

int run_config_check(const Context& context, const ConfigArguments& arguments) {
  const auto loaded = load(context, arguments);
  if (!loaded) return report(context, {Exit::Failed, loaded.error()});
  RowPrinter printer{context.out, context.chosen_format()};
  const auto file = arguments.file.value_or(context.data / "ringfence.yml");
  json::array rows;
  rows.push_back(json::array{file.string(), "ok"});
  printer.print({"file", "verdict"}, rows, true);
  return static_cast<int>(Exit::Ok);
}

int run_config_get(const Context& context, const ConfigArguments& arguments) {
  const auto loaded = load(context, arguments);
  if (!loaded) return report(context, {Exit::Failed, loaded.error()});
  const auto values = loaded->get(arguments.path);
  if (!values) return report(context, {Exit::NotFound, values.error()});
  json::array rows;
  for (const config::Value* value : *values) {
    rows.push_back(json::array{value->option->path, value->text(),
                               kLayers[static_cast<std::size_t>(value->layer)], value->place});
  }
  RowPrinter printer{context.out, context.chosen_format()};
  printer.print({"option", "value", "from", "place"}, rows, false);
  printer.finish();
  return static_cast<int>(Exit::Ok);
}

}  // namespace ringfence::app
