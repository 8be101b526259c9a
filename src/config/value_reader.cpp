// SPDX-License-Identifier: Apache-2.0
// Numbers with units, networks, listeners.
#include "config/value_reader.h"

#include <charconv>

#include "base/ascii.h"

namespace ringfence::config {
namespace {

constexpr auto kPlain = std::to_array<Unit>({{"", 1}});
constexpr auto kTimesRead = std::to_array<Unit>(
    {{"", 1000}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}});
constexpr auto kTimesWritten = std::to_array<Unit>({{"d", 86'400'000}, {"s", 1000}, {"ms", 1}});
constexpr auto kSizesRead =
    std::to_array<Unit>({{"", 1}, {"KiB", 1LL << 10}, {"MiB", 1LL << 20}, {"GiB", 1LL << 30}});
constexpr auto kSizesWritten =
    std::to_array<Unit>({{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"", 1}});
constexpr auto kPercentRead = std::to_array<Unit>({{"", 1}, {"%", 1}});
constexpr auto kPercentWritten = std::to_array<Unit>({{"%", 1}});

constexpr std::size_t kLongestDialled = 32;

struct ProtocolName {
  std::string_view name;
  std::optional<ListenProtocol> protocol;  // nothing: known, but not in this version
};
constexpr auto kProtocols = std::to_array<ProtocolName>({
    {"udp", ListenProtocol::Udp},
    {"tcp", ListenProtocol::Tcp},
    {"tls", std::nullopt},
    {"ws", std::nullopt},
    {"wss", std::nullopt},
});

constexpr std::string_view kListenForm = "PROTOCOL:ADDRESS:PORT, such as udp:192.0.2.1:5060 or tcp:[::]:5060";

}  // namespace

const UnitTable kNoUnit{kPlain, kPlain};
const UnitTable kDurations{kTimesRead, kTimesWritten};
const UnitTable kSizes{kSizesRead, kSizesWritten};
const UnitTable kPercents{kPercentRead, kPercentWritten};

std::optional<std::int64_t> read_number(std::string_view text, std::span<const Unit> units) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  const std::string_view suffix = base::trim({end, text.data() + text.size()});
  for (const Unit& unit : units) {
    std::int64_t scaled = 0;
    if (unit.suffix == suffix && !__builtin_mul_overflow(number, unit.factor, &scaled)) return scaled;
  }
  return std::nullopt;
}

std::string write_number(std::int64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (value % unit.factor != 0 || (value == 0 && unit.factor != units.back().factor)) continue;
    return std::to_string(value / unit.factor) + std::string{unit.suffix};
  }
  return std::to_string(value);
}

std::string range_text(const Range& range, const UnitTable& units) {
  return "from " + write_number(range.min, units.written) + " to " + write_number(range.max, units.written);
}

std::expected<std::int64_t, Mismatch> read_within(std::string_view text, const Range& range,
                                                  const UnitTable& units, std::string_view what) {
  const auto number = read_number(text, units.accepted);
  if (number && *number >= range.min && *number <= range.max) return *number;
  return mismatch(std::string{what} + ' ' + range_text(range, units));
}

std::expected<std::string, Mismatch> ValueReader<std::string>::read(std::string_view text, const Range&) {
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  const bool right = !digits.empty() && digits.size() <= kLongestDialled &&
                     std::all_of(digits.begin(), digits.end(), base::is_digit);
  if (!right) return mismatch("a number to dial (digits, with or without a leading +)");
  return std::string{text};
}

std::expected<base::Cidr, Mismatch> ValueReader<base::Cidr>::read(std::string_view text, const Range&) {
  if (const auto cidr = base::Cidr::parse(text)) return *cidr;
  return mismatch(
      "an address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32 (no bit set behind the "
      "prefix)");
}

std::expected<ListenSpec, Mismatch> ValueReader<ListenSpec>::read(std::string_view text, const Range&) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto* known = std::find_if(kProtocols.begin(), kProtocols.end(),
                                   [&](const ProtocolName& row) { return base::iequals(row.name, name); });
  if (colon == text.npos || known == kProtocols.end()) return mismatch(std::string{kListenForm});
  if (!known->protocol) {
    return mismatch("udp: or tcp: (" + std::string{known->name} + ": is not available in this version)");
  }
  const auto bind = base::Endpoint::parse(text.substr(colon + 1));
  if (!bind) return mismatch(std::string{kListenForm});
  return ListenSpec{*known->protocol, *bind};
}

std::expected<std::optional<base::Endpoint>, Mismatch> ValueReader<std::optional<base::Endpoint>>::read(
    std::string_view text, const Range&) {
  if (text.empty()) return std::nullopt;
  if (const auto endpoint = base::Endpoint::parse(text)) return *endpoint;
  return mismatch("ADDRESS:PORT, such as 127.0.0.1:9464 or [::1]:9464, or nothing");
}

}  // namespace ringfence::config
