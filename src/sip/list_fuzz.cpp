// SPDX-License-Identifier: Apache-2.0
// Any text as a list and as the values of the smaller headers.
#include <array>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "sip/cseq.h"
#include "sip/date.h"
#include "sip/event.h"
#include "sip/media_type.h"
#include "sip/numbers.h"
#include "sip/params.h"
#include "sip/reason.h"
#include "sip/replaces.h"
#include "sip/session_timer.h"
#include "sip/text.h"
#include "sip/tokens.h"
#include "sip/values.h"

using namespace ringfence::sip;

namespace {

void read_as_everything(std::string_view text) {
  (void)parse_cseq(text);
  (void)parse_rack(text);
  (void)parse_rseq(text);
  (void)parse_event(text);
  (void)parse_subscription_state(text);
  (void)parse_content_disposition(text);
  (void)parse_reason(text);
  (void)parse_warning(text);
  (void)parse_replaces(text);
  (void)parse_target_dialog(text);
  (void)parse_session_expires(text);
  (void)parse_min_se(text);
  (void)parse_retry_after(text);
  (void)parse_options(text);
  (void)parse_allow(text);
  (void)parse_privacy(text);
  (void)lenient_seconds(text);
}

/// The pieces and their commas are the whole, apart from white space.
void take_list_apart(std::string_view text) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const std::string_view value : ListValues{text}) {
    bytes += value.size();
    ++count;
  }
  RF_ASSERT(count == 0 ? text.empty() : bytes + count - 1 <= text.size());
}

void write_text(std::string_view text) {
  std::array<char, 4096> out;
  if (const auto line = unfold(text, out)) RF_ASSERT(is_safe(*line) && line->size() <= text.size());
  std::array<char, 4096> plain;
  if (const auto quoted = quote(text, out)) {
    const auto inside = unquote(quoted->substr(1, quoted->size() - 2), plain);
    RF_ASSERT(inside.has_value() && *inside == text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  read_as_everything(text);
  take_list_apart(text);
  write_text(text);
  if (const auto date = parse_date(text)) {
    std::array<char, kDateSize> out;
    RF_ASSERT(parse_date(write_date(*date, out)) == *date);
  }
  if (const auto type = parse_media_type(text)) RF_ASSERT(!type->type.empty() && !type->subtype.empty());
  if (const auto params = parse_params(text)) {
    std::size_t bytes = 0;
    for (const Param& param : *params) bytes += 1 + param.name.size();
    RF_ASSERT(bytes <= text.size());
  }
  return 0;
}
