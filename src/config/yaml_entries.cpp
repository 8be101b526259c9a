// SPDX-License-Identifier: Apache-2.0
// yaml-cpp's events become entries. The events keep memory and depth in our hands; its node tree would not.
#include "config/yaml_entries.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <istream>
#include <optional>
#include <spanstream>
#include <utility>

namespace ringfence::config {
namespace {

Position position_of(const YAML::Mark& mark) {
  return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

/// How a handler leaves yaml-cpp; ends in read_yaml().
struct Refusal {
  YamlError error;
};
[[noreturn]] void refuse(const YAML::Mark& mark, std::string message) {
  throw Refusal{{position_of(mark), std::move(message)}};
}

class Collector final : public YAML::EventHandler {
 public:
  std::vector<Entry> take() { return std::move(entries_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    refuse(mark, "anchors (&) are not used here");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases (*) are not used here");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (maps_.empty()) return;  // a file of comments
    value(mark, {}, true);
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& text) override {
    if (maps_.empty()) refuse(mark, "expected options in the form \"name: value\"");
    value(mark, text, false);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    if (maps_.empty() || in_list_ || !maps_.back().key) refuse(mark, "a list is not expected here");
    in_list_ = true;
    add({.path = path(), .items = {}, .list = true, .empty = false, .position = maps_.back().position});
  }
  void OnSequenceEnd() override {
    in_list_ = false;
    maps_.back().key.reset();
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    if (in_list_) refuse(mark, "a list may hold plain values only");
    if (!maps_.empty() && !maps_.back().key) refuse(mark, "a name is expected here");
    if (maps_.size() == kMaxDepth) refuse(mark, "nested too deeply");
    maps_.push_back({});
  }
  void OnMapEnd() override {
    maps_.pop_back();
    if (!maps_.empty()) maps_.back().key.reset();
  }

 private:
  struct Map {
    std::optional<std::string> key;  // set between a name and its value
    Position position;
  };

  void value(const YAML::Mark& mark, std::string text, bool null) {
    Map& map = maps_.back();
    if (in_list_) {
      count(mark);
      entries_.back().items.push_back(std::move(text));
    } else if (!map.key) {
      if (null) refuse(mark, "a name is expected here");
      map = {std::move(text), position_of(mark)};
    } else {
      count(mark);
      add({.path = path(),
           .items = {std::move(text)},
           .list = false,
           .empty = null,
           .position = map.position});
      map.key.reset();
    }
  }
  void count(const YAML::Mark& mark) {
    if (++values_ > kMaxEntries) refuse(mark, "too many values");
  }
  void add(Entry entry) { entries_.push_back(std::move(entry)); }
  [[nodiscard]] std::string path() const {
    std::string joined;
    for (const Map& map : maps_) (joined += joined.empty() ? "" : ".") += *map.key;
    return joined;
  }

  std::vector<Map> maps_;
  std::vector<Entry> entries_;
  std::size_t values_ = 0;
  bool in_list_ = false;
};

}  // namespace

std::expected<std::vector<Entry>, YamlError> read_yaml(std::string_view text) {
  if (text.size() > kMaxFileBytes) return std::unexpected(YamlError{{}, "the file is larger than 1 MiB"});
  try {
    std::ispanstream stream{std::span<const char>{text}};
    YAML::Parser parser{stream};
    Collector collector;
    parser.HandleNextDocument(collector);
    Collector second;
    if (parser.HandleNextDocument(second))
      return std::unexpected(YamlError{{}, "expected one document, found a second"});
    return collector.take();
  } catch (const Refusal& refusal) {
    return std::unexpected(refusal.error);
  } catch (const YAML::Exception& error) {
    return std::unexpected(YamlError{position_of(error.mark), error.msg});
  } catch (const std::exception& error) {
    return std::unexpected(YamlError{{}, error.what()});
  }
}

}  // namespace ringfence::config
