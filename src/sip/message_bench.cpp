// SPDX-License-Identifier: Apache-2.0
// What it costs to read the two messages of the side-by-side benchmark: the index alone, and every header
// typed.
#include <benchmark/benchmark.h>

#include <array>

#include "base/allocation_counter.h"
#include "sip/builder.h"
#include "sip/check.h"
#include "sip/digest.h"
#include "sip/media_type.h"
#include "sip/numbers.h"
#include "sip/response_builder.h"
#include "sip/sample_message.h"
#include "sip/tokens.h"

namespace {

using namespace ringfence;
using namespace ringfence::sip;

/// Runs `read(text)` as the benchmark and reports allocations per message (zero wherever counting is
/// available).
template <class Read>
void run(benchmark::State& state, std::string_view text, Read read) {
  const std::uint64_t before = base::allocations_on_this_thread();
  for (auto _ : state) {
    // The compiler must not know the text: it would read it while it compiles.
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(read(text));
  }
  const std::uint64_t after = base::allocations_on_this_thread();
  if (base::counting_available()) {
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(after - before), benchmark::Counter::kAvgIterations);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

std::size_t index_only(std::string_view text) {
  MessageIndex index;
  return parse(text, index).has_value() ? index.row_count : 0;
}

/// Each header of the message as a typed value; the sum keeps the compiler from leaving one out.
std::size_t read_addresses(const Message& message, HeaderId id) {
  std::size_t sum = 0;
  for (const std::string_view value : message.values(id)) {
    const auto address = parse_name_addr(value);
    const auto uri = address ? address->address() : std::unexpected(ParseError::Empty);
    sum += uri ? uri->host.size() + address->params.size() : 0;
  }
  return sum;
}

std::size_t read_common(const Message& message) {
  std::size_t sum = 0;
  const auto target = parse_uri(message.request_uri());
  sum += target ? target->host.size() : 0;
  sum += message.top_via().branch.size();
  const auto from = message.from().address();
  const auto to = message.to().address();
  sum += from && to ? from->user.size() + to->host.size() + message.from_tag().size() : 0;
  sum +=
      message.call_id().size() + message.cseq() + message.max_forwards().value_or(0) + message.body().size();
  sum += read_addresses(message, HeaderId::Contact);
  return sum + message.header(HeaderId::UserAgent).size();
}

std::size_t everything_typed(std::string_view text) {
  MessageIndex index;
  if (!parse(text, index)) return 0;
  const Message message{text, index};
  std::size_t sum = read_common(message);
  if (message.method() == Method::Register) {
    const auto credentials = parse_credentials(message.header(HeaderId::Authorization));
    return credentials ? sum + credentials->response.size() : 0;
  }
  sum += read_addresses(message, HeaderId::Route);
  const auto allow = parse_allow(message.header(HeaderId::Allow));
  const auto supported = parse_options(message.header(HeaderId::Supported));
  const auto type = parse_media_type(message.header(HeaderId::ContentType));
  return allow && supported && type ? sum + allow->count() + supported->count() + type->subtype.size() : 0;
}

std::size_t checked(std::string_view text) {
  MessageIndex index;
  if (!parse(text, index)) return 0;
  return check_request(Message{text, index}) ? 0 : 1;
}

void parse_invite(benchmark::State& state) {
  run(state, sample::kInvite, index_only);
}
void parse_register(benchmark::State& state) {
  run(state, sample::kRegister, index_only);
}
void typed_invite(benchmark::State& state) {
  run(state, sample::kInvite, everything_typed);
}
void typed_register(benchmark::State& state) {
  run(state, sample::kRegister, everything_typed);
}
void checked_invite(benchmark::State& state) {
  run(state, sample::kInvite, checked);
}

/// What a proxy does on the way out: a new target, one hop less, a Via, a Record-Route, the top Route gone.
void build_forwarded_invite(benchmark::State& state) {
  const sample::Parsed parsed{sample::kInvite};
  const Message message = parsed.message();
  std::array<char, 4096> out;
  run(state, sample::kInvite, [&](std::string_view) {
    Edits edits;
    edits.set_request_uri("sip:bob@192.0.2.4:5062;transport=udp");
    edits.replace_row(1, "69");
    edits.remove_first_value(HeaderId::Route);
    edits.prepend(HeaderId::RecordRoute, "<sip:192.0.2.1;lr;t=abcdefghijklmnopqrstuvwxyz012345>");
    edits.prepend(HeaderId::Via, "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabcdefghijklmnopqrstuvwxyz012345");
    return build(message, edits, out).value_or(0);
  });
}

void build_trying(benchmark::State& state) {
  const sample::Parsed parsed{sample::kInvite};
  const Message message = parsed.message();
  std::array<char, 4096> out;
  run(state, sample::kInvite, [&](std::string_view) {
    return build_response(message, {.status = 100, .received = "127.0.0.30", .rport = 5061}, out).value_or(0);
  });
}

BENCHMARK(parse_invite);
BENCHMARK(parse_register);
BENCHMARK(typed_invite);
BENCHMARK(typed_register);
BENCHMARK(checked_invite);
BENCHMARK(build_forwarded_invite);
BENCHMARK(build_trying);

}  // namespace
