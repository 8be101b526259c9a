// SPDX-License-Identifier: Apache-2.0
// Router: which function answers which path. Nothing here knows how bytes travel.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace ringfence::http {

/// What a handler may look at. Views live as long as the call of the handler.
struct Request {
  std::string_view method;  ///< as it was sent; methods have a case (RFC 9110 §9.1)
  std::string_view path;    ///< before the '?', not decoded
  std::string_view query;   ///< after it, not decoded; empty when there is none
};

struct Response {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::string allow = {};  ///< methods of the path, for a 405 (RFC 9110 §10.2.1)
};

/// Runs on the server's thread and holds it up while it runs: answer from memory. What it throws becomes a
/// 500.
using Handler = std::function<Response(const Request&)>;

/// Paths are compared byte by byte; there are no patterns.
class Router {
 public:
  /// Answers GET, and HEAD with the same headers, on `path`. A second handler for a path replaces the first.
  Router& get(std::string path, Handler handler);

  /// The handler's response; 404 for an unknown path, 405 for a method that the path does not have.
  [[nodiscard]] Response route(const Request& request) const;

 private:
  std::map<std::string, Handler, std::less<>> gets_;
};

/// Splits a request target in origin form, "/path?query" (RFC 9112 §3.2.1).
[[nodiscard]] Request request_of(std::string_view method, std::string_view target);

}  // namespace ringfence::http
