// SPDX-License-Identifier: Apache-2.0
// Readers beside a writer: whoever asks sees each step whole.
#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "directory/directory.h"
#include "directory/test_values.h"
#include "model/places.h"

using namespace ringfence;
using namespace ringfence::directory;

namespace {

constexpr Id kPairs = 50;

SubscriberValues subscriber(Id id, std::string username, Id number) {
  return {id, 1, 1, State::Active, std::move(username), std::to_string(number), {}};
}

/// What belongs together: two subscribers, their aliases, two children of one parent, and a preference each.
/// All of one step carry its round; whoever sees two rounds at once saw half a step.
std::vector<Change> pair(Id n, Id round) {
  const Id left = 2 * n;
  const Id right = 2 * n + 1;
  const auto priority = static_cast<std::int64_t>(round % 2);  // the two children trade places
  return {subscriber(left, "left" + std::to_string(n), 1000 * round + left),
          subscriber(right, "right" + std::to_string(n), 1000 * round + right),
          test::alias(left, std::to_string(1'000'000'000 + 1000 * round + left), left),
          test::alias(right, std::to_string(1'000'000'000 + 1000 * round + right), right),
          test::rewrite_rule(left, n, priority),
          test::rewrite_rule(right, n, 1 - priority),
          test::preference(left, "cc", std::to_string(round), Kind::Subscriber, left),
          test::preference(right, "cc", std::to_string(round), Kind::Subscriber, right)};
}

bool is_whole(const Snapshot& now, Id n) {
  const Subscriber* left = now.subscriber(Id{2 * n});
  const Subscriber* right = now.subscriber("right" + std::to_string(n), Domain{1, 1, ""});
  if (left == nullptr || right == nullptr) return false;
  const Id round = (std::stoul(std::string{left->number()}) - left->id()) / 1000;
  if (right->number() != std::to_string(1000 * round + right->id())) return false;
  if (now.by_number(left->number()) != left || now.by_number(right->number()) != right) return false;

  const std::string alias = std::to_string(1'000'000'000 + 1000 * round + left->id());
  const auto rules = now.children(Kind::RewriteRule, n);
  return now.longest_number(alias + "77").subscriber == left && rules.size() == 2 &&
         rules.front()->id() == (round % 2 == 0 ? left->id() : right->id()) &&
         now.entry(Kind::RewriteRule, rules.back()->id()) == rules.back() &&
         now.preferences(*left).text(Pref::Cc) == std::to_string(round) &&
         now.preferences(*right).text(Pref::Cc) == std::to_string(round);
}

}  // namespace

TEST_CASE("readers on their threads never see half a change") {
  constexpr unsigned kReaders = 2;
  base::QuiescentDomain readers{kReaders};
  Directory directory{readers, {1, 2}};
  for (Id n = 1; n <= kPairs; ++n) REQUIRE(directory.apply(pair(n, 1)));

  std::atomic<bool> done{false};
  std::atomic<unsigned> torn{0};
  std::atomic<unsigned> turns{0};
  std::vector<std::thread> threads;
  for (unsigned reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      base::SeededRandom random{reader};
      Known<Subscriber> known;  // of an earlier turn
      readers.active(reader);
      while (!done.load(std::memory_order_relaxed)) {
        const Snapshot& now = directory.snapshot();
        const Id n = 1 + random.below(kPairs);
        if (!is_whole(now, n)) torn.fetch_add(1);
        if (now.find(known) != (known ? now.subscriber(known.id()) : nullptr)) torn.fetch_add(1);
        if (random.below(4) == 0) known = now.known(*now.subscriber(Id{2 * n}));
        turns.fetch_add(1, std::memory_order_relaxed);
        readers.quiescent(reader);
      }
      readers.idle(reader);
    });
  }
  base::SeededRandom random{99};
  for (Id round = 2; round < 3000 || turns.load() < 1000; ++round) {
    const Id n = 1 + random.below(kPairs);
    if (!directory.apply(pair(n, round))) torn.fetch_add(1000);
  }
  done = true;
  for (auto& thread : threads) thread.join();
  CHECK(torn.load() == 0);
}
