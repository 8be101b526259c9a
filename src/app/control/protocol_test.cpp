// SPDX-License-Identifier: Apache-2.0
#include "app/control/protocol.h"

#include <doctest/doctest.h>

using namespace ringfence;
using namespace ringfence::app;
using namespace ringfence::app::control;

TEST_CASE("a request survives its way through a line") {
  const Request request{{"subscriber", "add"}, {{"key", "1001@example.test"}, {"default", true}}};
  const auto read = parse_request(boost::json::serialize(to_json(request)));
  REQUIRE(read);
  CHECK(read->name() == "subscriber add");
  CHECK(read->args == request.args);
  CHECK(read->text("key") == "1001@example.test");
  CHECK_FALSE(read->text("default"));
  CHECK_FALSE(read->text("number"));
}

TEST_CASE("a chunk carries any bytes") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const auto read = parse_chunk(boost::json::serialize(to_json(Chunk{bytes, true})));
  REQUIRE(read);
  CHECK(read->bytes == bytes);
  CHECK(read->end);
}

TEST_CASE("lines that are no requests are refused with a reason") {
  for (const auto* line :
       {"", "{", "[]", "null", "{}", "{\"verb\":\"add\"}", "{\"verb\":[]}", "{\"verb\":[1]}",
        "{\"verb\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}", "{\"verb\":[\"a\"],\"args\":[]}",
        "{\"verb\":[\"a\"]} x", "{\"verb\":[\"\xff\"]}"}) {
    CAPTURE(line);
    const auto read = parse_request(line);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().empty());
  }
  std::string deep = R"({"verb":["a"],"args":{"x":)" + std::string(1000, '[') + std::string(1000, ']') + "}}";
  CHECK_FALSE(parse_request(deep));
  for (const auto* line : {"{}", "{\"end\":false}", "{\"chunk\":7}", "{\"chunk\":\"***\"}", "x"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_chunk(line));
  }
}

TEST_CASE("a problem survives its way through a line, and one without sense is a failure") {
  const Problem problem{Exit::Conflict, {"what", "why", "next"}};
  CHECK(problem_in(to_json(problem)) == problem);
  const auto senseless = problem_in({{"ok", false}, {"exit", 99}});
  CHECK(senseless.exit == Exit::Failed);
  CHECK_FALSE(senseless.failure.what.empty());
}
