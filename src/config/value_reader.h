// SPDX-License-Identifier: Apache-2.0
// How text becomes a typed value: one specialisation for each type that an option may have.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/option.h"

namespace ringfence::config {

[[nodiscard]] inline std::unexpected<Mismatch> mismatch(std::string expected) {
  return std::unexpected(Mismatch{std::move(expected)});
}

/// A suffix of a number, and how many of the smallest unit it stands for.
struct Unit {
  std::string_view suffix;
  std::int64_t factor;
};

/// A whole number with a unit; nullopt when it is none, or does not fit. Blanks may stand before the unit.
[[nodiscard]] std::optional<std::int64_t> read_number(std::string_view text, std::span<const Unit> units);
/// The number with the first unit that leaves no rest.
[[nodiscard]] std::string write_number(std::int64_t value, std::span<const Unit> units);

/// What is accepted, and what we write (largest unit first).
struct UnitTable {
  std::span<const Unit> accepted;
  std::span<const Unit> written;
};
extern const UnitTable kNoUnit;
extern const UnitTable kDurations;  ///< in milliseconds; a bare number is in seconds, as sip:provider's are
extern const UnitTable kSizes;      ///< in bytes
extern const UnitTable kPercents;

/// "from MIN to MAX".
[[nodiscard]] std::string range_text(const Range& range, const UnitTable& units);
/// A number within the range; else "WHAT from MIN to MAX" was expected.
[[nodiscard]] std::expected<std::int64_t, Mismatch> read_within(std::string_view text, const Range& range,
                                                                const UnitTable& units,
                                                                std::string_view what);

/// A word and what it stands for; Choices<E>::kWords holds those of an enumeration.
template <class E>
struct Choice {
  std::string_view word;
  E value;
};
template <class E>
struct Choices;

/// ValueReader<T> has `kName` (as docs show it), `range_text` and `read`.
template <class T>
struct ValueReader;

struct Unranged {
  static std::string range_text(const Range&) { return {}; }
};

template <std::unsigned_integral T>
struct ValueReader<T> {
  static constexpr std::string_view kName = "number";
  static std::string range_text(const Range& range) { return config::range_text(range, kNoUnit); }
  static std::expected<T, Mismatch> read(std::string_view text, const Range& range) {
    const auto number = read_within(text, range, kNoUnit, "a number");
    if (!number) return std::unexpected(number.error());
    return static_cast<T>(*number);
  }
};

template <class Rep, class Period>
struct ValueReader<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static constexpr std::string_view kName = "duration";
  static std::string range_text(const Range& range) { return config::range_text(range, kDurations); }
  static std::expected<Duration, Mismatch> read(std::string_view text, const Range& range) {
    const auto number = read_within(text, range, kDurations, "a duration (10s, 500ms)");
    if (!number) return std::unexpected(number.error());
    const milliseconds exact{*number};
    const auto value = std::chrono::duration_cast<Duration>(exact);
    if (value != exact) return mismatch("a duration in whole seconds");
    return value;
  }
};

template <>
struct ValueReader<ByteSize> {
  static constexpr std::string_view kName = "size";
  static std::string range_text(const Range& range) { return config::range_text(range, kSizes); }
  static std::expected<ByteSize, Mismatch> read(std::string_view text, const Range& range) {
    const auto number = read_within(text, range, kSizes, "a size (4096, 64KiB, 16MiB)");
    if (!number) return std::unexpected(number.error());
    return ByteSize{static_cast<std::uint64_t>(*number)};
  }
};

template <>
struct ValueReader<Percent> {
  static constexpr std::string_view kName = "percentage";
  static std::string range_text(const Range& range) { return config::range_text(range, kPercents); }
  static std::expected<Percent, Mismatch> read(std::string_view text, const Range& range) {
    const auto number = read_within(text, range, kPercents, "a percentage");
    if (!number) return std::unexpected(number.error());
    return Percent{static_cast<std::uint8_t>(*number)};
  }
};

template <class E>
  requires std::is_enum_v<E>
struct ValueReader<E> : Unranged {
  static constexpr std::string_view kName = "one of";
  static std::string words() {
    std::string text;
    for (const auto& choice : Choices<E>::kWords) (text += text.empty() ? "" : ", ") += choice.word;
    return text;
  }
  static std::string range_text(const Range&) { return words(); }
  static std::expected<E, Mismatch> read(std::string_view text, const Range&) {
    for (const auto& choice : Choices<E>::kWords) {
      if (choice.word == text) return choice.value;
    }
    return mismatch("one of " + words());
  }
};

/// Digits with an optional plus: what is dialled.
template <>
struct ValueReader<std::string> : Unranged {
  static constexpr std::string_view kName = "number to dial";
  static std::expected<std::string, Mismatch> read(std::string_view text, const Range&);
};

template <>
struct ValueReader<base::Cidr> : Unranged {
  static constexpr std::string_view kName = "network";
  static std::expected<base::Cidr, Mismatch> read(std::string_view text, const Range&);
};

template <>
struct ValueReader<ListenSpec> : Unranged {
  static constexpr std::string_view kName = "listener";
  static std::expected<ListenSpec, Mismatch> read(std::string_view text, const Range&);
};

/// An address to listen on; an empty value switches it off.
template <>
struct ValueReader<std::optional<base::Endpoint>> : Unranged {
  static constexpr std::string_view kName = "address and port, or nothing";
  static std::expected<std::optional<base::Endpoint>, Mismatch> read(std::string_view text, const Range&);
};

template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {
  using Item = T;
};

}  // namespace ringfence::config
