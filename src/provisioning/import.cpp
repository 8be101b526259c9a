// SPDX-License-Identifier: Apache-2.0
// Reading lines as arguments of `add`, then adding all of them in one transaction.
#include "provisioning/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

#include "model/rules.h"
#include "provisioning/export.h"

namespace ringfence::provisioning {
namespace {

namespace json = boost::json;
using model::Naming;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::size_t kProgressStep = 5000;

/// What stands for a value of JSON in a line of CSV; nothing for what is no plain value.
std::optional<std::string> text_in(const json::value& value) {
  if (value.is_null()) return std::string{};
  if (const auto* text = value.if_string()) return std::string{*text};
  if (const auto* flag = value.if_bool()) return std::string{*flag ? "yes" : "no"};
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  return std::nullopt;
}

/// Who registers or logs in must have something to do it with; nobody would learn one that is made up here.
bool lacks_credentials(const Definition& of, const Arguments& arguments) {
  const auto given = [&arguments](std::string_view name) { return !value_in(arguments, name).empty(); };
  if (of.kind == Kind::Admin) return !given("password");
  if (of.kind != Kind::Subscriber) return false;
  return !given("password") && !given("ha1_md5") && !given("ha1_sha256") && !given("ha1_sha512_256");
}

std::string words_of(const base::Failure& failure) {
  const bool is_command = failure.next.starts_with("ringfence ");
  return is_command ? fmt::format("{} ({})", failure.why, failure.next) : failure.why;
}

}  // namespace

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
  if (form_ == Form::Unknown) form_ = text.front() == '{' ? Form::Json : Form::Csv;
  if (form_ == Form::Csv && layout_.empty()) {
    if (const auto split = split_csv(text, values_); !split) {
      return report(line.number, std::string{text_of(split.error())});
    }
    if (take_header(line.number)) return;
  }
  take_row(line.number, text);
}

bool Import::take_header(std::size_t line) {
  // A row without names begins with an address; "password" alone may well be somebody's password.
  if (definition_.kind == Kind::Subscriber &&
      (values_[0].find('@') != std::string::npos || model::find_field(definition_, values_[0]) == nullptr)) {
    if (values_[0] != definition_.name) {
      layout_ = {std::string{definition_.name}, "password", "number"};
      return false;
    }
  }
  const auto known = import_columns(definition_);
  const bool splits_key = definition_.key.naming == Naming::Within;
  for (const std::string& name : values_) {
    const bool is_part = splits_key && (name == definition_.fields[definition_.key.name].name ||
                                        name == definition_.fields[definition_.key.within].name);
    const bool is_known = is_part || std::ranges::find(known, name) != known.end();
    if (is_known && std::ranges::count(values_, name) > 1) {
      report(line, fmt::format("the column \"{}\" stands there twice", name));
      header_is_wrong_ = true;
      return true;
    }
    if (is_known) continue;
    report(line, fmt::format("there is no column \"{}\": use {}", name, fmt::join(known, ",")));
    header_is_wrong_ = true;  // what the other lines mean is not known
    return true;
  }
  layout_ = values_;
  return true;
}

void Import::take_row(std::size_t line, std::string_view text) {
  const std::size_t most = definition_.kind == Kind::Admin ? kMaxAdmins : kMaxRows;
  if (pending_.size() == most || text_.size() + text.size() > kMaxBytes) {
    return report(line, fmt::format("one file holds at most {} {}: split it", most, definition_.plural));
  }
  const auto row = read(text);
  if (!row) return report(line, row.error());
  if (definition_.key.naming != Naming::Numbered) {
    if (const auto [other, is_new] = seen_.emplace(row->key, line); !is_new) {
      return report(line, fmt::format("{} stands in line {} already", row->key, other->second), true);
    }
  }
  pending_.push_back({line, text_.size(), text.size()});
  text_ += text;
}

Import::Read<Import::Line> Import::read(std::string_view text) {
  auto line = form_ == Form::Json ? read_json(text) : read_csv(text);
  return line ? checked(std::move(*line)) : line;
}

Import::Read<Import::Line> Import::read_csv(std::string_view text) {
  if (const auto split = split_csv(text, values_); !split) {
    return std::unexpected(std::string{text_of(split.error())});
  }
  if (values_.size() > layout_.size()) {
    return std::unexpected(fmt::format("it has {} values for {} columns", values_.size(), layout_.size()));
  }
  Line line;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (auto done = put(line, layout_[i], values_[i]); !done) return std::unexpected(std::move(done.error()));
  }
  return line;
}

Import::Read<Import::Line> Import::read_json(std::string_view text) const {
  boost::system::error_code failed;
  const json::value parsed = json::parse(text, failed);
  const json::object* object = failed ? nullptr : parsed.if_object();
  if (object == nullptr) return std::unexpected("it is no JSON object");
  Line line;
  for (const auto& [name, value] : *object) {
    auto as_text = text_in(value);
    if (!as_text) return std::unexpected(fmt::format("{} is no plain value", std::string_view{name}));
    if (auto done = put(line, name, std::move(*as_text)); !done)
      return std::unexpected(std::move(done.error()));
  }
  return line;
}

/// A value goes into the key, becomes the id, or is an argument. What is empty was not given.
Import::Read<void> Import::put(Line& line, std::string_view name, std::string value) const {
  const auto& [naming, own, within] = definition_.key;
  const bool splits = naming == Naming::Within;
  if (naming == Naming::Numbered && name == "id") {
    if (value.empty()) return {};
    const auto read = std::from_chars(value.data(), value.data() + value.size(), line.id);
    const bool whole = read.ec == std::errc{} && read.ptr == value.data() + value.size();
    if (!whole || line.id == 0 || line.id > INT64_MAX) {
      return std::unexpected(fmt::format("id \"{}\" is not allowed: a number above 0", value));
    }
    return {};
  }
  const bool is_parent =
      naming == Naming::Numbered && within != model::Key::kNone && name == definition_.fields[within].name;
  if (is_parent || (naming != Naming::Numbered && name == definition_.name)) {
    line.key = std::move(value);
  } else if (splits && name == definition_.fields[own].name) {
    line.key = value + line.key;
  } else if (splits && name == definition_.fields[within].name) {
    line.key += "@" + value;
  } else if (!value.empty()) {
    line.arguments.insert_or_assign(std::string{name}, std::move(value));
  }
  return {};
}

Import::Read<Import::Line> Import::checked(Line line) const {
  auto key = check_key(definition_, Verb::Add, line.key);
  if (!key) return std::unexpected(key.error().failure.why);
  auto arguments = check_arguments(definition_, Verb::Add, *key, line.arguments);
  if (!arguments) return std::unexpected(arguments.error().failure.why);
  if (lacks_credentials(definition_, *arguments)) {
    return std::unexpected(definition_.kind == Kind::Admin ? "it has no password"
                                                           : "it has neither a password nor an HA1");
  }
  return Line{std::move(*key), line.id, std::move(*arguments)};
}

Outcome<Import::Summary> Import::finish(const Progress& progress) {
  cutter_.finish([this](const LineCutter::Line& line) { take(line); });
  if (wrong_ > 0 && pending_.empty()) return refuse_lines();
  if (auto entered = service_.enter(scope_); !entered) return std::unexpected(std::move(entered.error()));
  auto transaction = store::Transaction::begin(service_.workshop_.store, actor_);
  if (!transaction) return refuse(std::move(transaction.error()));
  Effects effects;
  if (auto stored = store_all(progress, effects); !stored) return std::unexpected(std::move(stored.error()));
  if (wrong_ > 0) return refuse_lines();
  if (auto committed = transaction->commit(); !committed) return refuse(std::move(committed.error()));

  std::span<const directory::Change> left{effects.changes};
  while (!left.empty()) {
    const auto batch = left.first(std::min(left.size(), Service::kBatch));
    service_.tell(batch);
    left = left.subspan(batch.size());
  }
  Summary summary{pending_.size(), {}};
  if (const auto weak = effects.notes.size(); weak > 0) {
    summary.notes.push_back(fmt::format("{} passwords are weak: short, or equal to the user name", weak));
  }
  return summary;
}

Outcome<void> Import::store_all(const Progress& progress, Effects& effects) {
  effects.changes.reserve(pending_.size());
  std::size_t stored = 0;
  for (const Pending& pending : pending_) {
    if (auto done = store_line(pending, effects); !done) {
      if (done.error().reason ==
          Reason::Failed) {  // the disk is full, for example: no other line would fare better
        done.error().failure.what = fmt::format("cannot import line {}", pending.line);
        return done;
      }
      report(pending.line, words_of(done.error().failure), done.error().reason == Reason::Conflict);
    }
    if (++stored % kProgressStep == 0) progress(stored, pending_.size());
  }
  return {};
}

Outcome<void> Import::store_line(const Pending& pending, Effects& effects) {
  auto line = read(std::string_view{text_}.substr(pending.begin, pending.size));
  if (!line) return refuse(Reason::Usage, {}, std::move(line.error()));
  const auto row = service_.resource(definition_.kind).add(line->key, line->arguments, effects, line->id);
  if (!row) return std::unexpected(row.error());
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
