// SPDX-License-Identifier: Apache-2.0
// What a call costs between transport and pipeline, in nanoseconds.
#include <benchmark/benchmark.h>

#include "base/allocation_counter.h"
#include "transaction/call_walk.h"

using namespace ringfence;
using namespace ringfence::transaction;
using namespace std::chrono_literals;

namespace {

/// INVITE, 180, 200, ACK, BYE, 200 in and out: four transactions opened, walked and ended by their timers,
/// six messages parsed, three responses built.
void whole_call(benchmark::State& state) {
  CallWalk walk;
  for (int i = 0; i < 4000; ++i) walk.one_call(10ms);
  const std::uint64_t allocations = base::allocations_on_this_thread();
  for (auto _ : state) walk.one_call(10ms);
  const auto calls = static_cast<double>(state.iterations());
  state.counters["calls/s"] = benchmark::Counter(calls, benchmark::Counter::kIsRate);
  if (base::counting_available()) {
    state.counters["allocations/call"] =
        static_cast<double>(base::allocations_on_this_thread() - allocations) / calls;
  }
}
BENCHMARK(whole_call);

/// A retransmitted INVITE that meets its transaction: parse, match, send the kept response again.
void absorbed_retransmission(benchmark::State& state) {
  Scene scene;
  scene.wire.stop_recording();
  scene.receive({});
  scene.respond(180);
  const std::string text = Scene::text_of({});
  const net::Flow from = Scene::udp("192.0.2.1:5060");
  for (auto _ : state) scene.wire.receive(text, from);
}
BENCHMARK(absorbed_retransmission);

/// A response with a branch of ours whose transaction is over.
void stray_response(benchmark::State& state) {
  Scene scene;
  const ClientId id = scene.send("OPTIONS");
  const std::string text = Scene::response_text(scene.wire.sent().front().text, 200);
  scene.layer.release(id);
  for (auto _ : state) scene.wire.receive(text, Scene::udp("198.51.100.1:5060"));
}
BENCHMARK(stray_response);

}  // namespace
