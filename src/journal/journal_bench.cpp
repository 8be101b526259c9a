// SPDX-License-Identifier: Apache-2.0
// What an append costs the shard, and the check in it.
#include <benchmark/benchmark.h>

#include <vector>

#include "journal/crc32c.h"
#include "journal/journal.h"
#include "journal/scratch_directory.h"

namespace {

using namespace ringfence;

void append(benchmark::State& state) {
  const journal::ScratchDirectory scratch;
  journal::Options options{.directory = scratch.path()};
  options.copier_thread = false;
  const auto opened = journal::Journal::open(options, [](const journal::Record&) {});
  const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)));
  journal::Writer& writer = (*opened)->writer(0);
  for (auto _ : state) {
    if (writer.append(journal::Stream::Test, payload)) continue;
    state.PauseTiming();
    (*opened)->copy();
    state.ResumeTiming();
  }
}
BENCHMARK(append)->Arg(64)->Arg(250)->Arg(1000);

void check(benchmark::State& state) {
  const std::vector<std::byte> payload(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(journal::crc32c(payload));
}
BENCHMARK(check)->Arg(64)->Arg(250)->Arg(1000);

}  // namespace
