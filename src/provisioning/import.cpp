// SPDX-License-Identifier: Apache-2.0
// Reading lines into subscribers, then storing them at once.
#include "provisioning/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "provisioning/rules.h"

namespace ringfence::provisioning {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kProgressStep = 5000;

// In the order of Import::Column.
constexpr std::array<std::string_view, 9> kColumnNames{"subscriber", "username",   "domain",
                                                       "password",   "number",     "state",
                                                       "ha1_md5",    "ha1_sha256", "ha1_sha512_256"};

struct Ha1Column {
  std::size_t place;
  crypto::HashKind kind;
};
constexpr std::array kHa1Columns{Ha1Column{6, crypto::HashKind::Md5}, Ha1Column{7, crypto::HashKind::Sha256},
                                 Ha1Column{8, crypto::HashKind::Sha512_256}};
static_assert(kColumnNames[kHa1Columns[0].place] == "ha1_md5");

std::string wrong(std::string_view name, std::string_view value, std::string_view rule) {
  return fmt::format("{} \"{}\" is not allowed: {}", name, value, rule);
}

}  // namespace

std::string import_columns() {
  return fmt::format("{}", fmt::join(kColumnNames, ","));
}

void Import::feed(std::string_view chunk) {
  cutter_.feed(chunk, [this](const LineCutter::Line& line) { take(line); });
}

void Import::report(std::size_t line, std::string why, bool conflict) {
  ++wrong_;
  if (conflict) ++conflicts_;
  if (errors_.size() < kErrorsKept) errors_.push_back(fmt::format("line {}: {}", line, why));
}

void Import::take(const LineCutter::Line& line) {
  lines_ = line.number;
  std::string_view text = line.text;
  if (line.number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (header_is_wrong_ || text.empty() || text.front() == '#') return;
  if (line.too_long)
    return report(line.number, fmt::format("it has more than {} characters", LineCutter::kMaxLine));
  if (const auto split = split_csv(text, values_); !split) {
    return report(line.number, std::string{text_of(split.error())});
  }
  if (layout_.empty() && take_header(line.number)) return;
  if (values_.size() > layout_.size()) {
    return report(line.number,
                  fmt::format("it has {} values for {} columns", values_.size(), layout_.size()));
  }
  LineValues values;
  for (std::size_t i = 0; i < values_.size(); ++i) values[static_cast<std::size_t>(layout_[i])] = values_[i];
  take_row(line.number, values);
}

bool Import::take_header(std::size_t line) {
  const auto is_name = [](const std::string& value) {
    return std::ranges::find(kColumnNames, value) != kColumnNames.end();
  };
  // A row without names begins with an address; "password" alone may well be somebody's password.
  const bool is_row = values_[0].find('@') != std::string::npos;
  if (is_row || !std::ranges::any_of(values_, is_name)) {
    layout_ = {Column::Subscriber, Column::Password, Column::Number};
    return false;
  }
  for (const std::string& name : values_) {
    const auto found = std::ranges::find(kColumnNames, name);
    if (found == kColumnNames.end()) {
      report(line, fmt::format("there is no column \"{}\": use {}", name, import_columns()));
      header_is_wrong_ = true;  // what the other lines mean is not known
      return true;
    }
    layout_.push_back(static_cast<Column>(found - kColumnNames.begin()));
  }
  return true;
}

void Import::take_row(std::size_t line, const LineValues& values) {
  if (pending_.size() == kMaxSubscribers) {
    return report(line, fmt::format("one file holds at most {} subscribers: split it", kMaxSubscribers));
  }
  auto row = read_row(values);
  if (!row) return report(line, std::move(row.error()));
  if (auto rival = rival_of(line, *row); !rival.empty()) return report(line, std::move(rival), true);
  pending_.push_back({line, std::move(row->values)});
}

Import::Read<Import::Named> Import::read_row(const LineValues& values) {
  const auto value = [&values](Column column) { return values[static_cast<std::size_t>(column)]; };
  std::string joined{value(Column::Subscriber)};
  if (joined.empty()) joined = fmt::format("{}@{}", value(Column::Username), value(Column::Domain));
  const auto subscriber = check_subscriber(joined);
  if (!subscriber) return std::unexpected(wrong("subscriber", joined, subscriber.error()));
  const auto parts = split_subscriber(*subscriber);
  auto number = check_number(value(Column::Number));
  if (!number) return std::unexpected(wrong("number", value(Column::Number), number.error()));
  auto state =
      check_state(value(Column::State).empty() ? name_of(directory::State::Active) : value(Column::State));
  if (!state) return std::unexpected(wrong("state", value(Column::State), state.error()));
  const auto domain = read_domain(*subscriber, std::string{parts->domain});
  if (!domain) return std::unexpected(domain.error());
  auto ha1 = read_ha1(values, parts->user, parts->domain);
  if (!ha1) return std::unexpected(std::move(ha1.error()));
  return Named{*subscriber,
               {*domain, std::string{parts->user}, std::move(*number), std::move(*state), std::move(*ha1)}};
}

Import::Read<store::Id> Import::read_domain(const std::string& subscriber, const std::string& domain) {
  const auto known = domains_.find(domain);
  if (known != domains_.end()) return known->second;
  const auto row = service_.subscribers_.domain_of(subscriber, domain);
  if (!row) return std::unexpected(fmt::format("{} ({})", row.error().failure.why, row.error().failure.next));
  return domains_.emplace(domain, row->id).first->second;
}

Import::Read<directory::Ha1Set> Import::read_ha1(const LineValues& values, std::string_view username,
                                                 std::string_view realm) {
  const std::string_view password = values[static_cast<std::size_t>(Column::Password)];
  directory::Ha1Set set;
  if (!password.empty()) {
    if (const auto allowed = check_password(password); !allowed) {
      return std::unexpected(fmt::format("password is not allowed: {}", allowed.error()));
    }
    const PasswordPolicy& policy = service_.workshop_.passwords;
    if (auto weakness = weakness_of(policy, username, password); !weakness.empty()) {
      if (policy.refuse_weak) return std::unexpected(fmt::format("the password is weak: {}", weakness));
      ++weak_;
    }
    set = ha1_of(username, realm, password);
  }
  for (const Ha1Column& column : kHa1Columns) {
    const std::string_view text = values[column.place];
    if (text.empty()) continue;
    std::array<std::byte, crypto::kLongestHash> bytes{};
    const auto size = base::decode_hex(text, bytes);
    if (size != crypto::size_of(column.kind)) {
      return std::unexpected(fmt::format("{} is not allowed: {} hexadecimal digits",
                                         kColumnNames[column.place], 2 * crypto::size_of(column.kind)));
    }
    set.set(column.kind, base::Bytes{bytes}.first(*size));
  }
  if (set.empty()) return std::unexpected("it has neither a password nor an HA1");
  return set;
}

std::string Import::rival_of(std::size_t line, const Named& row) {
  if (const auto [other, is_new] = seen_.emplace(row.subscriber, line); !is_new) {
    return fmt::format("{} stands in line {} already", row.subscriber, other->second);
  }
  const auto known = service_.subscribers_.find(row.subscriber);
  if (known && *known) return fmt::format("{} is there already", row.subscriber);
  const std::string& number = row.values.number;
  if (number.empty()) return {};
  if (const auto [other, is_new] = seen_.emplace("+" + number, line); !is_new) {
    return fmt::format("number {} stands in line {} already", number, other->second);
  }
  const auto is_free = service_.subscribers_.check_number_free(row.subscriber, number, 0);
  return is_free ? std::string{}
                 : fmt::format("number {} is not free: {}", number, is_free.error().failure.why);
}

Outcome<Import::Summary> Import::finish(const Progress& progress) {
  cutter_.finish([this](const LineCutter::Line& line) { take(line); });
  if (wrong_ > 0) return refuse_lines();
  auto transaction = store::Transaction::begin(service_.workshop_.store, actor_);
  if (!transaction) return refuse(std::move(transaction.error()));
  Effects effects;
  if (auto stored = store_all(progress, effects); !stored) return std::unexpected(std::move(stored.error()));
  if (auto committed = transaction->commit(); !committed) return refuse(std::move(committed.error()));

  std::span<const directory::Change> left{effects.changes};
  while (!left.empty()) {
    const auto batch = left.first(std::min(left.size(), Service::kBatch));
    service_.tell(batch);
    left = left.subspan(batch.size());
  }
  Summary summary{pending_.size(), {}};
  if (weak_ > 0)
    summary.notes.push_back(fmt::format("{} passwords are weak: short, or equal to the user name", weak_));
  return summary;
}

Outcome<void> Import::store_all(const Progress& progress, Effects& effects) {
  effects.changes.reserve(pending_.size());
  std::size_t stored = 0;
  for (const Pending& pending : pending_) {
    auto row = service_.subscribers_.insert_values(pending.values, effects);
    if (!row) {  // another request was quicker, or the disk is full
      row.error().failure.what = fmt::format("cannot import line {}", pending.line);
      return std::unexpected(std::move(row.error()));
    }
    if (++stored % kProgressStep == 0) progress(stored, pending_.size());
  }
  return {};
}

std::unexpected<Refusal> Import::refuse_lines() const {
  std::string why = fmt::format("{} of {} lines {} wrong", wrong_, lines_, wrong_ == 1 ? "is" : "are");
  for (const std::string& error : errors_) why += "\n  " + error;
  if (wrong_ > errors_.size()) why += fmt::format("\n  and {} more", wrong_ - errors_.size());
  return refuse(conflicts_ == wrong_ ? Reason::Conflict : Reason::Failed, "nothing was imported",
                std::move(why), "correct these lines and import the file again");
}

}  // namespace ringfence::provisioning
