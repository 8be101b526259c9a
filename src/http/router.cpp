// SPDX-License-Identifier: Apache-2.0
// Finding the handler of a request.
#include "http/router.h"

#include <exception>
#include <utility>

#include "observe/log.h"

namespace ringfence::http {
namespace {

Response answer_of(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception& error) {
    observe::log(observe::Level::Error, "http.handler_failed",
                 {{"path", request.path}, {"why", error.what()}});
    return {.status = 500, .body = "the server failed to answer; its log says why\n"};
  }
}

}  // namespace

Router& Router::get(std::string path, Handler handler) {
  gets_.insert_or_assign(std::move(path), std::move(handler));
  return *this;
}

Response Router::route(const Request& request) const {
  const auto found = gets_.find(request.path);
  if (found == gets_.end()) return {.status = 404, .body = "nothing here\n"};
  if (request.method != "GET" && request.method != "HEAD") {
    return {.status = 405, .body = "only GET and HEAD here\n", .allow = "GET, HEAD"};
  }
  return answer_of(found->second, request);
}

Request request_of(std::string_view method, std::string_view target) {
  const auto question = target.find('?');
  if (question == target.npos) return {method, target, {}};
  return {method, target.substr(0, question), target.substr(question + 1)};
}

}  // namespace ringfence::http
