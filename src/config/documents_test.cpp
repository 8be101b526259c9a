// SPDX-License-Identifier: Apache-2.0
// The sample file says what the table says, and the committed docs/config.md is current.
#include "config/documents.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "config/configuration.h"

namespace ringfence::config {
namespace {

const std::string kDocs = std::string{RF_SOURCE_DIR} + "/docs/config.md";

std::string first_difference(const std::string& a, const std::string& b) {
  std::istringstream left{a};
  std::istringstream right{b};
  std::string have;
  std::string want;
  for (int line = 1;; ++line) {
    const bool more_left = static_cast<bool>(std::getline(left, have));
    const bool more_right = static_cast<bool>(std::getline(right, want));
    if (!more_left && !more_right) return {};
    if (more_left != more_right || have != want) {
      return "line " + std::to_string(line) + "\n- " + (more_left ? have : "(end)") + "\n+ " +
             (more_right ? want : "(end)");
    }
  }
}

TEST_CASE("docs/config.md is what the table of options says (RF_WRITE_DOCS=1 writes it)") {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
  if (std::getenv("RF_WRITE_DOCS") != nullptr) std::ofstream{kDocs} << docs_markdown();
  std::ifstream file{kDocs};
  const std::string committed{std::istreambuf_iterator<char>{file}, {}};
  CHECK(first_difference(committed, docs_markdown()) == "");
}

TEST_CASE("the sample file changes nothing as it is") {
  const auto sample = Configuration::load({"sample", sample_file(), {}, {}});
  REQUIRE(sample.has_value());
  CHECK(sample->settings() == Configuration::load({})->settings());
}

TEST_CASE("the sample file with every option uncommented gives every default again") {
  std::istringstream sample{sample_file()};
  std::string uncommented;
  for (std::string line; std::getline(sample, line);) {
    const auto mark = line.find_first_not_of(' ');
    const bool option =
        mark != line.npos && line[mark] == '#' && mark + 1 < line.size() && line[mark + 1] != ' ';
    if (option && line.substr(mark).starts_with("#port:")) continue;  // it excludes sip.listen
    if (option) line.erase(mark, 1);
    uncommented += line + '\n';
  }
  const auto loaded = Configuration::load({"sample", uncommented, {}, {}});
  REQUIRE_MESSAGE(loaded.has_value(), loaded.error().why);
  CHECK(loaded->settings() == Configuration::load({})->settings());
  std::size_t from_file = 0;
  for (const Value& value : loaded->values()) from_file += value.layer == Layer::File ? 1 : 0;
  CHECK(from_file == options().size() - 1);
}

TEST_CASE("every option has a variable of its own") {
  std::vector<std::string> names;
  for (const Option& option : options()) names.push_back(environment_name(option));
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
  CHECK(environment_name(*find_option("sip.tcp.write_queue")) == "RINGFENCE_SIP_TCP_WRITE_QUEUE");
}

}  // namespace
}  // namespace ringfence::config
