// SPDX-License-Identifier: Apache-2.0
// The committed pages are current, and leave nothing out.
#include "model/pages.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "model/field.h"
#include "model/preferences.h"

using namespace ringfence::model;

namespace {

/// The first line of `wanted` that `have` lacks there; empty when they are one. "(end)": `have` goes on.
std::string first_difference(const std::string& have, const std::string& wanted) {
  if (have == wanted) return {};
  const auto at = std::ranges::mismatch(have, wanted).in2;
  const auto begin = std::find(std::make_reverse_iterator(at), wanted.rend(), '\n').base();
  return at == wanted.end() ? "(end)" : std::string{begin, std::find(at, wanted.end(), '\n')};
}

/// What differs between the committed page and the tables; with RF_WRITE_DOCS it is written first.
std::string difference(const char* name, const std::string& wanted) {
  const std::string path = fmt::format("{}/docs/{}", RF_SOURCE_DIR, name);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): this program has one thread
  if (std::getenv("RF_WRITE_DOCS") != nullptr) std::ofstream{path} << wanted;
  std::ifstream file{path};
  return first_difference({std::istreambuf_iterator<char>{file}, {}}, wanted);
}

bool has(const std::string& page, std::string_view text) {
  return page.find(text) != page.npos;
}

}  // namespace

TEST_CASE("docs/model.md is what the tables of kinds say (RF_WRITE_DOCS=1 writes it)") {
  CHECK(difference("model.md", model_page()) == "");
}

TEST_CASE("docs/preferences.md is what the table of preferences says (RF_WRITE_DOCS=1 writes it)") {
  CHECK(difference("preferences.md", preferences_page()) == "");
}

TEST_CASE("the pages have a line for each field and each preference") {
  const std::string model = model_page();
  for (const Definition& of : definitions()) {
    CHECK(has(model, fmt::format("\n`{}`: ", of.name)));
    for (const auto fields : {of.fields, of.inputs}) {
      for (const Field& field : fields) CHECK(has(model, fmt::format("\n| `{}` | ", field.name)));
    }
  }
  const std::string page = preferences_page();
  for (const PreferenceInfo& info : preferences()) {
    CHECK(has(page, fmt::format("\n| `{}` | ", info.name)));
  }
}

TEST_CASE("a page gives a rule in the words that its breaker reads, and a reference as a link") {
  const std::string model = model_page();
  CHECK(has(model, "| `weight` | a whole number, 1 to 1000 | yes | `1` | `add`, `set` | alone |"));
  CHECK(has(model, "| `pattern` | a regular expression as RE2 reads it, 1 to 255 bytes"));
  CHECK(has(
      model,
      "| `time_set` | one of the [time sets](#time-sets), which cannot go while this row uses it | no |"));
  CHECK(has(model, "\n## Time sets\n"));
  CHECK(has(preferences_page(), "| `ncos` | the name of one of the [NCOS levels](model.md#ncos-levels) |"));
  CHECK(has(model, "\n## NCOS levels\n"));
}

TEST_CASE("a kind that calls do not read has no effect on them") {
  for (const Definition& of : definitions()) {
    CAPTURE(of.name);
    if (of.reach == Reach::Office) CHECK(of.effect.empty());
  }
  CHECK(has(model_page(), "| [forward](#forwards) | `ID` | calls | kept |"));
  CHECK(has(model_page(), "| [fee](#fees) | `ID` | office | kept |"));
}

TEST_CASE("text in a table shows as it is") {
  CHECK(markdown_text("plain, text_with_names; 0-9") == "plain, text_with_names; 0-9");
  CHECK(markdown_text("*, ? and [x-y]") == "\\*, ? and \\[x-y\\]");
  CHECK(markdown_text("a|b <c> ${d} \\1 `e`") == "a\\|b \\<c\\> \\${d} \\\\1 \\`e\\`");
  CHECK(markdown_text("_ and -_.") == "\\_ and -\\_.");
}
