// SPDX-License-Identifier: Apache-2.0
// Any bytes as a message: no crash, linear time, views inside the text, what is built reads the same, edits
// show what they build.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/assert.h"
#include "sip/builder.h"
#include "sip/chars.h"
#include "sip/check.h"
#include "sip/edited_message.h"
#include "sip/request_builder.h"
#include "sip/response_builder.h"
#include "sip/window_counter.h"

namespace {

using namespace ringfence::sip;

constexpr std::size_t kRoom = 3 * 65536;

struct Field {
  HeaderId id;
  std::string name;
  std::string value;
  friend bool operator==(const Field&, const Field&) = default;
};

std::vector<Field> fields_of(const auto& message) {
  std::vector<Field> fields;
  for (const HeaderView& row : message.rows())
    fields.push_back({row.id, std::string{row.name}, std::string{row.value}});
  return fields;
}

void expect_inside(std::string_view text, std::string_view part) {
  if (part.data() == nullptr) return;
  RF_ASSERT(part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size());
}

/// Every value of every header, through every range.
void read_everything(std::string_view text, const Message& message) {
  std::size_t values = 0;
  for (const HeaderView& row : message.rows()) {
    expect_inside(text, row.name);
    expect_inside(text, row.value);
    RF_ASSERT(row.value == trim_lws(row.value));
  }
  for (const HeaderInfo& info : kHeaders) {
    for (const std::string_view value : message.values(info.id)) {
      expect_inside(text, value);
      ++values;
    }
  }
  // Linear work: a value costs at least one byte, its comma.
  RF_ASSERT(values <= text.size());
  expect_inside(text, message.from_tag());
  expect_inside(text, message.top_via().host);
  expect_inside(text, message.body());
}

/// parse(build(parse(x))) == parse(x), but for a Content-Length that was missing.
void build_and_compare(const Message& message, std::vector<char>& out) {
  const auto size = build(message, Edits{}, out);
  RF_ASSERT(size.has_value());
  const std::string_view built{out.data(), *size};
  MessageIndex index;
  RF_ASSERT(parse(built, index).has_value());
  const Message again{built, index};
  std::vector<Field> fields = fields_of(message);
  if (!message.has(HeaderId::ContentLength)) {
    fields.push_back({HeaderId::ContentLength, "Content-Length", std::to_string(message.body().size())});
  } else {
    RF_ASSERT(built == message.text());
  }
  RF_ASSERT(fields_of(again) == fields);
  RF_ASSERT(again.body() == message.body() && again.request_uri() == message.request_uri());
  RF_ASSERT(again.method() == message.method() && again.status() == message.status());
  RF_ASSERT(check_request(again).has_value() == check_request(message).has_value());
}

/// Reads small decisions from the end of the input.
class Script {
 public:
  explicit Script(std::string_view bytes) : bytes_{bytes} {}
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.back());
    bytes_.remove_suffix(1);
    return byte;
  }

 private:
  std::string_view bytes_;
};

void edit_once(Script& script, const Message& message, Edits& edits) {
  const auto id = static_cast<HeaderId>(script.next() % kHeaderIds);
  const std::size_t row = script.next() % (message.row_count() + 1);
  const std::string_view value =
      message.row_count() == 0 ? "x" : message.row(row % message.row_count()).value;
  switch (script.next() % 9) {
    case 0:
      edits.prepend(id == HeaderId::Other ? HeaderId::Via : id, value);
      break;
    case 1:
      edits.append(id == HeaderId::Other ? HeaderId::Via : id, value);
      break;
    case 2:
      edits.remove(id);
      break;
    case 3:
      edits.remove_row(row);
      break;
    case 4:
      edits.remove_first_value(id);
      break;
    case 5:
      edits.replace_row(row, value);
      break;
    case 6:
      edits.append("X-Fuzz", value);
      break;
    case 7:
      edits.set_body("text/plain", message.body());
      break;
    default:
      edits.remove("X-Fuzz");
      break;
  }
}

/// What EditedMessage shows is what the built bytes say.
void edit_and_compare(std::string_view text, const Message& message, std::vector<char>& out) {
  Script script{text};
  Edits edits;
  for (int i = script.next() % 6; i >= 0; --i) edit_once(script, message, edits);
  if (edits.overflowed()) return;
  const auto size = build(message, edits, out);
  RF_ASSERT(size.has_value());
  if (*size > Limits::kMaxMessage) return;
  const std::string_view built{out.data(), *size};
  MessageIndex index;
  // The edits may have taken what a message must have; its rows are read all the same.
  (void)parse(built, index);
  if (index.error == ParseError::TooManyHeaders) return;
  const EditedMessage edited{message, edits};
  std::vector<Field> wanted = fields_of(edited);
  if (!edited.has(HeaderId::ContentLength)) {
    wanted.push_back({HeaderId::ContentLength, "Content-Length", std::to_string(edited.body().size())});
  }
  RF_ASSERT(fields_of(Message{built, index}) == wanted);
}

/// An answer to whatever can be answered has no more defects than the request gave it.
void answer(const Message& message, std::vector<char>& out) {
  const auto size =
      build_response(message, {.status = 400, .to_tag = "t", .received = "192.0.2.1", .rport = 5060}, out);
  RF_ASSERT(size.has_value() == can_answer(message) || message.method() == Method::Ack || !size.has_value());
  if (!size) return;
  MessageIndex index;
  (void)parse({out.data(), *size}, index);
  if (message.error() == ParseError::None && *size <= Limits::kMaxMessage)
    RF_ASSERT(index.error == ParseError::None);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static std::vector<char> out(kRoom);
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  MessageIndex index;
  // One pass over the lines, and the top Via, From and To once more.
  const bool sane = read_in_linear_time(size, 5, [&] { return parse(text, index).has_value(); });
  if (size > Limits::kMaxMessage) return 0;
  const Message message{text, index};
  read_everything(text, message);
  const bool usable = message.is_request() ? !check_request(message) : !check_response(message);
  RF_ASSERT(sane || !usable);
  if (message.is_request()) answer(message, out);
  if (!sane) return 0;
  build_and_compare(message, out);
  edit_and_compare(text, message, out);
  if (message.is_request()) {
    (void)build_cancel(message, out);
    (void)build_ack_for_failure(message, message, out);
  }
  return 0;
}
