// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace ringfence::app;

namespace {

namespace json = boost::json;

const json::array kColumns{"name", "count", "flag"};
const json::array kRows{json::array{"a", 7, true}, json::array{"longer name", 12345, nullptr}};

std::string printed(Format format, const json::array& rows, bool is_record = false) {
  std::ostringstream out;
  RowPrinter printer{out, format};
  printer.print(kColumns, rows, is_record);
  printer.finish();
  return out.str();
}

}  // namespace

TEST_CASE("a table is aligned, numbers to the right") {
  CHECK(printed(Format::Table, kRows) ==
        "NAME         COUNT  FLAG\n"
        "a                7  true\n"
        "longer name  12345  \n");
  CHECK(printed(Format::Table, {}) == "NAME  COUNT  FLAG\n");
}

TEST_CASE("tab-separated values have a first line of names") {
  CHECK(printed(Format::Tsv, kRows) == "name\tcount\tflag\na\t7\ttrue\nlonger name\t12345\t\n");
}

TEST_CASE("JSON is an array of objects, also when it is empty or comes in pages") {
  CHECK(json::parse(printed(Format::Json, kRows)) ==
        json::value{{{"name", "a"}, {"count", 7}, {"flag", true}},
                    {{"name", "longer name"}, {"count", 12345}, {"flag", nullptr}}});
  CHECK(printed(Format::Json, {}) == "[]\n");
  std::ostringstream out;
  RowPrinter printer{out, Format::Json};
  for (int page = 0; page < 3; ++page) printer.print(kColumns, kRows, false);
  printer.finish();
  CHECK(json::parse(out.str()).as_array().size() == 6);
  std::ostringstream none;
  RowPrinter{none, Format::Json}.finish();
  CHECK(none.str() == "[]\n");
}

TEST_CASE("a record is shown by itself") {
  json::array one;
  one.push_back(kRows[1]);
  CHECK(printed(Format::Table, one, true) == "name   longer name\ncount  12345\nflag   \n");
  CHECK(json::parse(printed(Format::Json, one, true)) ==
        json::value{{"name", "longer name"}, {"count", 12345}, {"flag", nullptr}});
}

TEST_CASE("an object of any shape is flattened for people") {
  const json::object status{{"ready", true}, {"listeners", {{{"port", 5060}}, {{"port", 5061}}}}};
  std::ostringstream out;
  print_object(out, Format::Tsv, status);
  CHECK(out.str() == "ready\ttrue\nlisteners.0.port\t5060\nlisteners.1.port\t5061\n");
  std::ostringstream as_json;
  print_object(as_json, Format::Json, status);
  CHECK(json::parse(as_json.str()) == json::value(status));
}

TEST_CASE("what strangers named themselves cannot write to the terminal or forge a line") {
  CHECK(printable("\x1b[2Jboo\r\n\tx\x7f") == "\\x1b[2Jboo\\x0d\\n\\tx\\x7f");
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\xc2\\x9b31m");
  CHECK(printable("Zürich €") == "Zürich €");
  json::array forged;
  forged.push_back(json::array{"a\tb\nc", 1, true});
  CHECK(printed(Format::Tsv, forged) == "name\tcount\tflag\na\\tb\\nc\t1\ttrue\n");
}
