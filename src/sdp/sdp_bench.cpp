// SPDX-License-Identifier: Apache-2.0
// What an INVITE's session description costs: reading it, and changing it as a relay does.
#include <benchmark/benchmark.h>

#include <array>
#include <string_view>

#include "sdp/description.h"
#include "sdp/edits.h"

namespace ringfence::sdp {
namespace {

constexpr std::string_view kOffer =
    "v=0\r\no=- 3906743041 3906743041 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 9 0 8 101\r\na=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 "
    "PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\na=rtcp:4001\r\n";

void parse_an_offer(benchmark::State& state) {
  Description sdp;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sdp.parse(kOffer).has_value());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kOffer.size()));
}
BENCHMARK(parse_an_offer);

void parse_change_and_build_an_offer(benchmark::State& state) {
  Description sdp;
  std::array<char, 2048> out;
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
