// SPDX-License-Identifier: Apache-2.0
// Field: a name and a value of a log line.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/address.h"
#include "base/text_writer.h"
#include "base/time.h"
#include "observe/personal.h"

namespace ringfence::observe {

enum class LogFormat : std::uint8_t { Text, Json };

/// Holds views: it lives only as long as the call of log() it is made for.
class Field {
 public:
  using Value = std::variant<bool, std::int64_t, std::uint64_t, base::Nanos, std::string_view,
                             base::IpAddress, base::Endpoint, Personal<std::string_view>,
                             Personal<base::IpAddress>, Personal<base::Endpoint>>;

  /// @param key  a literal of lower-case letters, digits and '_': it is not escaped
  template <std::same_as<bool> T>
  Field(std::string_view key, T value) : key_{key}, value_{value} {}
  template <std::signed_integral T>
  Field(std::string_view key, T value) : key_{key}, value_{std::int64_t{value}} {}
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Field(std::string_view key, T value) : key_{key}, value_{std::uint64_t{value}} {}
  template <class Rep, class Period>
  Field(std::string_view key, std::chrono::duration<Rep, Period> value)
      : key_{key}, value_{std::chrono::duration_cast<base::Nanos>(value)} {}
  Field(std::string_view key, std::string_view value) : key_{key}, value_{value} {}
  Field(std::string_view key, const char* value) : key_{key}, value_{std::string_view{value}} {}
  Field(std::string_view key, const std::string& value) : key_{key}, value_{std::string_view{value}} {}
  Field(std::string_view key, const base::IpAddress& value) : key_{key}, value_{value} {}
  Field(std::string_view key, const base::Endpoint& value) : key_{key}, value_{value} {}
  Field(std::string_view key, const Personal<std::string>& value)
      : key_{key}, value_{Personal<std::string_view>{value.reveal()}} {}
  Field(std::string_view key, const Personal<std::string_view>& value) : key_{key}, value_{value} {}
  Field(std::string_view key, const Personal<base::IpAddress>& value) : key_{key}, value_{value} {}
  Field(std::string_view key, const Personal<base::Endpoint>& value) : key_{key}, value_{value} {}

  /// Text: ` key=value`. JSON: `,"key":value`. Texts are cut after kMaxText bytes; durations are seconds with
  /// six decimals, followed by 's' in text.
  void append_to(base::TextWriter& out, LogFormat format, const PrivacyPolicy& policy) const;

  static constexpr std::size_t kMaxText = 256;

 private:
  std::string_view key_;
  Value value_;
};

}  // namespace ringfence::observe
