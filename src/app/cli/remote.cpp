// SPDX-License-Identifier: Apache-2.0
// Asking, and printing pages as they come.
#include "app/cli/remote.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "app/cli/progress_bar.h"
#include "app/control/client.h"

namespace ringfence::app {
namespace {

namespace json = boost::json;
using control::AnswerSink;
using control::Client;
using control::Problem;
using control::Request;

bool flag_in(const json::object& line, std::string_view name) {
  const json::value* value = line.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

void print_notes(const Context& context, const json::object& line) {
  const json::value* notes = line.if_contains("notes");
  if (notes == nullptr || !notes->is_array()) return;
  for (const auto& note : notes->get_array()) {
    if (note.is_string()) context.err << "note: " << printable(note.get_string()) << '\n';
  }
}

/// The answer as it comes, and its last line, or a problem.
std::expected<json::object, Problem> ask(const Context& context, const Request& request, AnswerSink sink,
                                         std::istream* file) {
  auto client = Client::connect(context.data);
  if (!client) return std::unexpected(std::move(client.error()));
  return client->ask(request, sink, file);
}

int ask_and_print(const Context& context, const Request& request, AnswerSink sink, std::istream* file) {
  RowPrinter printer{context.out, context.chosen_format()};
  bool has_rows = false;
  sink.page = [&](const json::object& page) {
    has_rows = true;
    printer.print(page.at("columns").as_array(), page.at("rows").as_array(), flag_in(page, "record"));
  };
  const auto last = ask(context, request, std::move(sink), file);
  if (!last) return report(context, last.error());
  if (has_rows) printer.finish();
  if (const json::value* value = last->if_contains("value"); value != nullptr && value->is_object()) {
    print_object(context.out, context.chosen_format(), value->get_object());
  }
  print_notes(context, *last);
  return static_cast<int>(Exit::Ok);
}

/// Bytes of a file that has a size; 0 when nobody knows.
std::uint64_t size_of(const std::string& file) {
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  return unknown ? 0 : size;
}

struct VerdictName {
  Finding::Verdict verdict;
  std::string_view name;
};
constexpr std::array kVerdicts{VerdictName{Finding::Verdict::Ok, "ok"},
                               VerdictName{Finding::Verdict::Warning, "warning"},
                               VerdictName{Finding::Verdict::Failed, "failed"}};

json::array row_of(const Finding& finding) {
  return {kVerdicts[static_cast<std::size_t>(finding.verdict)].name, finding.check, finding.detail,
          finding.fix};
}

}  // namespace

int run_remote(const Context& context, const Request& request) {
  return ask_and_print(context, request, {}, nullptr);
}

int run_import(const Context& context, const Request& request, const std::string& file) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) {
      return report(context, {Exit::Failed,
                              {fmt::format("cannot read {}", file),
                               std::error_code{errno, std::generic_category()}.message(),
                               "check the name of the file"}});
    }
  }
  const std::uint64_t size = size_of(file);
  ProgressBar bar{context.err, context.err_is_terminal};
  AnswerSink sink;
  sink.sent = [&](std::uint64_t sent) { bar.show("checking", sent, size); };
  sink.progress = [&](std::size_t done, std::size_t of) { bar.show("storing ", done, of); };
  // The bar goes before anything else is printed.
  const auto answered = [&] {
    auto client_answer = ask(context, request, std::move(sink), file == "-" ? &context.in : &opened);
    bar.clear();
    return client_answer;
  }();
  if (!answered) return report(context, answered.error());
  RowPrinter printer{context.out, context.chosen_format()};
  printer.print(answered->at("columns").as_array(), answered->at("rows").as_array(), true);
  print_notes(context, *answered);
  return static_cast<int>(Exit::Ok);
}

namespace {

/// A file that gets its name when it is whole. Made for its owner alone, as there may be secrets in it.
class NewFile {
 public:
  explicit NewFile(const std::string& name) : name_{name}, part_{name + ".part"} {
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
    const int made = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made < 0) return;
    ::close(made);
    out_.open(part_, std::ios::binary | std::ios::trunc);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(part_, ignored);
  }
  [[nodiscard]] bool is_open() const { return out_.is_open(); }
  std::ostream& out() { return out_; }
  [[nodiscard]] bool keep() {
    out_.close();
    kept_ = !out_.fail() && ::rename(part_.c_str(), name_.c_str()) == 0;
    return kept_;
  }

 private:
  std::string name_;
  std::string part_;
  std::ofstream out_;
  bool kept_ = false;
};

int cannot_write(const Context& context, const std::string& file) {
  return report(context, {Exit::Failed,
                          {fmt::format("cannot write {}", file),
                           std::error_code{errno, std::generic_category()}.message(),
                           "choose a place where there is room and that you may write to"}});
}

}  // namespace

int run_export(const Context& context, const Request& request, const std::string& file, ExportFormat format) {
  std::optional<NewFile> made;
  if (!file.empty()) {
    made.emplace(file);
    if (!made->is_open()) return cannot_write(context, file);
  }
  ExportWriter writer{made ? made->out() : context.out, format};
  ProgressBar bar{context.err, context.err_is_terminal && made};
  AnswerSink sink;
  sink.page = [&](const json::object& page) {
    writer.write(page.at("columns").as_array(), page.at("rows").as_array());
  };
  sink.progress = [&](std::size_t done, std::size_t of) { bar.show("writing ", done, of); };
  const auto answered = ask(context, request, std::move(sink), nullptr);
  bar.clear();
  if (!answered) return report(context, answered.error());
  if (!made) return static_cast<int>(Exit::Ok);
  if (!made->keep()) return cannot_write(context, file);
  json::array rows;
  rows.push_back(json::array{writer.rows()});
  RowPrinter printer{context.out, context.chosen_format()};
  printer.print({"exported"}, rows, true);
  return static_cast<int>(Exit::Ok);
}

int run_status(const Context& context) {
  const auto answered = ask(context, {{"status"}, {}}, {}, nullptr);
  if (!answered) return report(context, answered.error());
  const json::object& status = answered->at("value").as_object();
  print_object(context.out, context.chosen_format(), status);
  return static_cast<int>(flag_in(status, "ready") ? Exit::Ok : Exit::Failed);
}

int run_doctor(const Context& context, std::vector<Finding> findings) {
  json::array rows;
  bool failed = false;
  RowPrinter printer{context.out, context.chosen_format()};
  const auto running = ask(context, {{"doctor"}, {}},
                           {.page =
                                [&rows, &failed](const json::object& page) {
                                  for (const auto& row : page.at("rows").as_array()) {
                                    failed |= row.as_array().at(0) == json::value("failed");
                                    rows.push_back(row);
                                  }
                                },
                            .progress = {},
                            .sent = {}},
                           nullptr);
  if (!running) {
    findings.push_back(
        {Finding::Verdict::Warning, "server", running.error().failure.what, running.error().failure.next});
  }
  json::array all;
  for (const Finding& finding : findings) {
    failed |= finding.verdict == Finding::Verdict::Failed;
    all.push_back(row_of(finding));
  }
  for (auto& row : rows) all.push_back(std::move(row));
  printer.print({"verdict", "check", "detail", "fix"}, all, false);
  printer.finish();
  return static_cast<int>(failed ? Exit::Failed : Exit::Ok);
}

}  // namespace ringfence::app
