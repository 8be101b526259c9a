// SPDX-License-Identifier: Apache-2.0
// Which final response of a fork goes back: the order of RFC 3261 §16.7 step 6.
#include "proxy/best_response.h"

#include <doctest/doctest.h>

#include <array>

namespace ringfence::proxy {
namespace {

constexpr auto kRedirects = std::to_array<std::uint16_t>({300, 301, 302, 305, 380});
constexpr auto kTellHow = std::to_array<std::uint16_t>({401, 407, 415, 420, 484});
constexpr auto kOther4xx =
    std::to_array<std::uint16_t>({400, 402, 403, 404, 405, 406, 408, 410, 413, 414, 416, 421,
                                  423, 480, 481, 482, 483, 485, 486, 487, 488, 491, 493, 499});
constexpr auto kOther5xx = std::to_array<std::uint16_t>({500, 501, 502, 504, 505, 513, 580, 599});
constexpr auto kGlobal = std::to_array<std::uint16_t>({600, 603, 604, 606, 607, 699});

template <class Better, class Worse>
void check_all_beat(const Better& better, const Worse& worse) {
  for (const auto first : better) {
    for (const auto second : worse) {
      CAPTURE(first);
      CAPTURE(second);
      CHECK(preference(first) < preference(second));
    }
  }
}

template <class Statuses>
void check_equal(const Statuses& statuses) {
  for (const auto status : statuses) CHECK(preference(status) == preference(statuses.front()));
}

}  // namespace

TEST_CASE("a 6xx wins over everything: it speaks for all places of the callee") {
  check_all_beat(kGlobal, kRedirects);
  check_all_beat(kGlobal, kTellHow);
  check_all_beat(kGlobal, kOther4xx);
  check_all_beat(kGlobal, kOther5xx);
  CHECK(preference(603) < preference(503));
}

TEST_CASE("without a 6xx the lowest class wins") {
  check_all_beat(kRedirects, kTellHow);
  check_all_beat(kRedirects, kOther4xx);
  check_all_beat(kRedirects, kOther5xx);
  check_all_beat(kTellHow, kOther5xx);
  check_all_beat(kOther4xx, kOther5xx);
}

TEST_CASE("within 4xx what tells the caller how to try again wins") {
  check_all_beat(kTellHow, kOther4xx);
}

TEST_CASE("a 503 loses to every other response") {
  constexpr std::array<std::uint16_t, 1> kUnavailable{503};
  check_all_beat(kRedirects, kUnavailable);
  check_all_beat(kTellHow, kUnavailable);
  check_all_beat(kOther4xx, kUnavailable);
  check_all_beat(kOther5xx, kUnavailable);
}

TEST_CASE("responses of one kind are equal, so that the first one chosen stays") {
  check_equal(kRedirects);
  check_equal(kTellHow);
  check_equal(kOther4xx);
  check_equal(kOther5xx);
  check_equal(kGlobal);
}

}  // namespace ringfence::proxy
