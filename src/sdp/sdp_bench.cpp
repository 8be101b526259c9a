// SPDX-License-Identifier: Apache-2.0
// What an INVITE's session description costs: reading it, and changing it as a relay does.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>

#include "base/allocation_counter.h"
#include "sdp/description.h"
#include "sdp/edits.h"

namespace ringfence::sdp {
namespace {

constexpr std::string_view kOffer =
    "v=0\r\no=- 3906743041 3906743041 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 9 0 8 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 "
    "PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\na=rtcp:4001\r\n";

/// Reports allocations of the loop that ran since construction, wherever they are counted.
class Allocations {
 public:
  explicit Allocations(benchmark::State& state) : state_{state} {}
  ~Allocations() {
    if (!base::counting_available()) return;
    const auto count = base::allocations_on_this_thread() - before_;
    state_.counters["allocations"] =
        benchmark::Counter(static_cast<double>(count), benchmark::Counter::kAvgIterations);
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_ = base::allocations_on_this_thread();
};

void parse_an_offer(benchmark::State& state) {
  Description sdp;
  {
    const Allocations allocations{state};
    for (auto _ : state) benchmark::DoNotOptimize(sdp.parse(kOffer).has_value());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kOffer.size()));
}
BENCHMARK(parse_an_offer);

void parse_change_and_build_an_offer(benchmark::State& state) {
  Description sdp;
  std::array<char, 2048> out;
  const Allocations allocations{state};
  for (auto _ : state) {
    benchmark::DoNotOptimize(sdp.parse(kOffer).has_value());
    Edits edits{sdp};
    edits.set_connection(sdp.session(), base::IpAddress::v4(198, 51, 100, 1));
    edits.set_port(sdp.media()[0], 30'000);
    edits.set_attribute(sdp.media()[0].section, "rtcp", "30001");
    benchmark::DoNotOptimize(build(sdp, edits, out).has_value());
  }
}
BENCHMARK(parse_change_and_build_an_offer);

}  // namespace
}  // namespace ringfence::sdp
