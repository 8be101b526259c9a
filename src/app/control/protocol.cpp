// SPDX-License-Identifier: Apache-2.0
// Lines to values and back.
#include "app/control/protocol.h"

#include <boost/system/error_code.hpp>

#include "base/encoding.h"

namespace ringfence::app::control {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

}  // namespace

std::string Request::name() const {
  std::string name;
  for (const std::string& word : verb) {
    if (!name.empty()) name += ' ';
    name += word;
  }
  return name;
}

std::optional<std::string_view> Request::text(std::string_view argument) const {
  const json::value* value = args.if_contains(argument);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string_view{value->get_string()};
}

std::optional<json::object> parse_object(std::string_view line) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::value value = json::parse(line, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::expected<Request, std::string_view> parse_request(std::string_view line) {
  auto object = parse_object(line);
  if (!object) return std::unexpected("a request is one JSON object on a line");
  const json::value* verb = object->if_contains("verb");
  if (verb == nullptr || !verb->is_array() || verb->get_array().empty() ||
      verb->get_array().size() > kMaxVerbWords) {
    return std::unexpected("\"verb\" is an array of one to four words");
  }
  Request request;
  for (const json::value& word : verb->get_array()) {
    if (!word.is_string()) return std::unexpected("\"verb\" is an array of one to four words");
    request.verb.emplace_back(word.get_string());
  }
  if (json::value* args = object->if_contains("args")) {
    if (!args->is_object()) return std::unexpected("\"args\" is an object");
    request.args = std::move(args->get_object());
  }
  return request;
}

std::expected<Chunk, std::string_view> parse_chunk(std::string_view line) {
  const auto object = parse_object(line);
  if (!object) return std::unexpected("a chunk is one JSON object on a line");
  Chunk chunk;
  const json::value* end = object->if_contains("end");
  chunk.end = end != nullptr && end->is_bool() && end->get_bool();
  const json::value* text = object->if_contains("chunk");
  if (text == nullptr) {
    if (!chunk.end) return std::unexpected("a chunk has \"chunk\" or \"end\"");
    return chunk;
  }
  if (!text->is_string()) return std::unexpected("\"chunk\" is base64 text");
  chunk.bytes.resize(text->get_string().size());
  const auto size = base::decode_base64(text->get_string(), std::as_writable_bytes(std::span{chunk.bytes}));
  if (!size) return std::unexpected("\"chunk\" is base64 text");
  chunk.bytes.resize(*size);
  return chunk;
}

json::object to_json(const Request& request) {
  json::array verb;
  for (const std::string& word : request.verb) verb.emplace_back(word);
  return {{"verb", std::move(verb)}, {"args", request.args}};
}

json::object to_json(const Chunk& chunk) {
  json::object object;
  if (!chunk.bytes.empty()) {
    std::string text(base::base64_size(chunk.bytes.size()), '\0');
    base::encode_base64(base::as_bytes(chunk.bytes), text);
    object.emplace("chunk", text);
  }
  if (chunk.end) object.emplace("end", true);
  return object;
}

json::object to_json(const Problem& problem) {
  return {{"ok", false},
          {"exit", static_cast<int>(problem.exit)},
          {"what", problem.failure.what},
          {"why", problem.failure.why},
          {"next", problem.failure.next}};
}

Problem problem_in(const json::object& response) {
  Problem problem{Exit::Failed,
                  {text_in(response, "what"), text_in(response, "why"), text_in(response, "next")}};
  const json::value* exit = response.if_contains("exit");
  if (exit != nullptr && exit->is_int64() && exit->get_int64() > 0 &&
      exit->get_int64() <= static_cast<int>(Exit::Conflict)) {
    problem.exit = static_cast<Exit>(exit->get_int64());
  }
  if (problem.failure.what.empty()) problem.failure.what = "the server gave an answer without a reason";
  return problem;
}

}  // namespace ringfence::app::control
