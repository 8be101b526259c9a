// SPDX-License-Identifier: Apache-2.0
// Routes, and what has none.
#include "http/router.h"

#include <doctest/doctest.h>

#include <stdexcept>

#include "observe/captured_log.h"

using namespace ringfence::http;

TEST_CASE("a request target is cut at its first question mark") {
  CHECK(request_of("GET", "/a/b").path == "/a/b");
  CHECK(request_of("GET", "/a/b").query.empty());
  CHECK(request_of("GET", "/a?x=1?y").path == "/a");
  CHECK(request_of("GET", "/a?x=1?y").query == "x=1?y");
  CHECK(request_of("GET", "?").path.empty());
}

TEST_CASE("a handler answers GET and HEAD on its path, and sees the query") {
  Router router;
  router.get("/echo", [](const Request& request) { return Response{.body = std::string{request.query}}; });
  CHECK(router.route(request_of("GET", "/echo?hello")).body == "hello");
  CHECK(router.route(request_of("HEAD", "/echo?hello")).status == 200);
}

TEST_CASE("unknown paths are 404, known paths with other methods are 405 and say which they have") {
  Router router;
  router.get("/here", [](const Request&) { return Response{}; });
  for (const char* target : {"/", "", "/her", "/here/", "/HERE", "/here%20", "//here"}) {
    CAPTURE(target);
    CHECK(router.route(request_of("GET", target)).status == 404);
  }
  for (const char* method : {"POST", "DELETE", "get", "", "PROPFIND"}) {
    CAPTURE(method);
    const Response response = router.route(request_of(method, "/here"));
    CHECK(response.status == 405);
    CHECK(response.allow == "GET, HEAD");
  }
}

TEST_CASE("what a handler throws is logged and answered with 500, without its text") {
  ringfence::observe::CapturedLog captured;
  Router router;
  router.get("/bad", [](const Request&) -> Response { throw std::runtime_error{"secret reason"}; });
  const Response response = router.route(request_of("GET", "/bad"));
  CHECK(response.status == 500);
  CHECK(response.body.find("secret") == std::string::npos);
  CHECK(captured.contains("secret reason"));
}
