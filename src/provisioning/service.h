// SPDX-License-Identifier: Apache-2.0
// Service: the verbs of operators on every kind of rows. Each is one transaction, then told to the shards.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "provisioning/preferences.h"
#include "provisioning/resource.h"
#include "provisioning/subscribers.h"

namespace ringfence::provisioning {

/// A row under its key, as it is now.
struct Answer {
  Record record;
  std::vector<std::string> notes;  ///< for people, not for scripts
};

struct Page {
  std::vector<Record> records;
  std::optional<store::Id> next;  ///< give it as `after` for the next page; nothing: that was all
};

/// Whose rows a request may see and change.
struct Scope {
  std::string reseller;  ///< empty: of all
};

/// What an export writes.
enum class Secrets : std::uint8_t { Left, Written };

/// One thread at a time; it waits for the database, so never on a shard.
class Service {
 public:
  static constexpr std::size_t kMaxPage = 1000;
  static constexpr std::size_t kBatch = 1000;  ///< changes told at once

  /// Takes the changes of one commit, to be applied as one, in order; runs on the caller's thread.
  using ChangeSink = std::function<void(std::span<const directory::Change>)>;

  /// @param store, random  outlive the service
  Service(store::Store& store, crypto::Key ha1_key, base::Random& random, ChangeSink sink,
          PasswordPolicy passwords = {});
  ~Service();

  /// @error Usage, NotFound, NotAllowed, Conflict, Failed
  [[nodiscard]] Outcome<Answer> add(Kind kind, std::string_view key, const Arguments& arguments,
                                    const store::Actor& actor, const Scope& scope = {});
  /// A preference that has no value of its own yet gets one.
  [[nodiscard]] Outcome<Answer> set(Kind kind, std::string_view key, const Arguments& arguments,
                                    const store::Actor& actor, const Scope& scope = {});
  /// The answer shows what is gone; what was part of it went with it.
  [[nodiscard]] Outcome<Answer> remove(Kind kind, std::string_view key, const store::Actor& actor,
                                       const Arguments& arguments = {}, const Scope& scope = {});
  [[nodiscard]] Outcome<Answer> show(Kind kind, std::string_view key, const Arguments& arguments = {},
                                     const Scope& scope = {});
  [[nodiscard]] Outcome<Page> list(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit,
                                   const Scope& scope = {});
  /// A page of whole rows, such as an import takes: without ids and times.
  [[nodiscard]] Outcome<Page> export_page(Kind kind, const Arguments& arguments, store::Id after,
                                          std::size_t limit, Secrets secrets, const Scope& scope = {});
  /// How many rows a list with these arguments has.
  [[nodiscard]] Outcome<std::uint64_t> count(Kind kind, const Arguments& arguments, const Scope& scope = {});
  /// What holds for one subscriber, customer, domain or peer, and where it comes from.
  [[nodiscard]] Outcome<std::vector<Record>> effective_preferences(const Arguments& arguments,
                                                                   const Scope& scope = {});

  /// The whole directory between LoadBegin and LoadEnd, in batches. When it fails there is no LoadEnd.
  [[nodiscard]] Outcome<void> load(const ChangeSink& to);

 private:
  friend class Import;
  [[nodiscard]] Resource& resource(Kind kind) { return *resources_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] Preferences& preferences();
  [[nodiscard]] Subscribers& subscribers();
  /// From here on the request sees what the scope has.
  /// @error NotFound  there is no such reseller
  [[nodiscard]] Outcome<void> enter(const Scope& scope);
  [[nodiscard]] Outcome<store::Row> existing(Kind kind, Verb verb, std::string_view key,
                                             Arguments& arguments);
  [[nodiscard]] Outcome<std::optional<store::Row>> find(Kind kind, Verb verb, std::string_view key,
                                                        Arguments& arguments);
  /// Runs `work` in a transaction, commits, tells the shards.
  template <class Work>
  [[nodiscard]] Outcome<Answer> change(const store::Actor& actor, const Scope& scope, Work work);
  template <class ToRecord>
  [[nodiscard]] Outcome<Page> page(Kind kind, const Arguments& arguments, store::Id after, std::size_t limit,
                                   const Scope& scope, ToRecord to_record);
  [[nodiscard]] Outcome<void> load_all(Kind kind, const ChangeSink& to);
  void tell(std::span<const directory::Change> changes) const;

  Workshop workshop_;
  ChangeSink sink_;
  std::vector<std::unique_ptr<Resource>> resources_;  // by kind
};

}  // namespace ringfence::provisioning
