// SPDX-License-Identifier: Apache-2.0
// Writing the directory: a draft gathers changes over the current version, one store publishes it.
#include "directory/directory.h"

#include <utility>
#include <vector>

#include "directory/index.h"

namespace ringfence::directory {
namespace {

/// What we must know of a record whose type is no longer in sight.
struct RecordKind {
  Kind kind;
  Id (*id)(const void* record);
  void (*destroy)(const void* record);
};
constexpr std::array kRecordKinds{
    RecordKind{Kind::Domain, [](const void* record) { return static_cast<const Domain*>(record)->id; },
               [](const void* record) { delete static_cast<const Domain*>(record); }},
    RecordKind{Kind::Subscriber,
               [](const void* record) { return static_cast<const Subscriber*>(record)->id(); },
               [](const void* record) { Subscriber::Destroy{}(static_cast<const Subscriber*>(record)); }},
    RecordKind{Kind::Peer, [](const void* record) { return static_cast<const Peer*>(record)->id; },
               [](const void* record) { delete static_cast<const Peer*>(record); }},
};

const RecordKind& traits_of(Kind kind) {
  return kRecordKinds[static_cast<std::size_t>(kind)];
}

const Index& index_by_id(Kind kind) {
  for (const Index& index : indexes()) {
    if (index.kind == kind) return index;
  }
  std::unreachable();
}

void destroy_all(Tries& tries) {
  for (const RecordKind& kind : kRecordKinds) (tries.*index_by_id(kind.kind).trie).for_each(kind.destroy);
  for (const Index& index : indexes()) destroy_pages(tries.*index.trie);
}

/// What one publication made unreachable; goes to limbo as one object.
struct Garbage {
  const Snapshot* snapshot = nullptr;
  std::vector<TriePage*> pages;
  std::vector<std::pair<Kind, const void*>> records;
  Tries tries;  // whole versions, after a full load

  Garbage() = default;
  Garbage(const Garbage&) = delete;
  Garbage& operator=(const Garbage&) = delete;
  ~Garbage() {
    delete snapshot;
    for (TriePage* page : pages) free_page(page);
    for (const auto& [kind, record] : records) traits_of(kind).destroy(record);
    destroy_all(tries);
  }
};

}  // namespace

/// The next version while it is written. Pages it made are its own; all others, and every record, readers may
/// hold.
class Directory::Draft {
 public:
  /// A patch over this version.
  Draft(const base::HashSeed& seed, std::uint64_t edit, const Tries& tries, const Peer* default_peer)
      : seed_{seed}, edit_{edit}, tries_{tries}, default_peer_{default_peer} {}
  /// A full load: starts from nothing and replaces everything.
  Draft(const base::HashSeed& seed, std::uint64_t edit) : seed_{seed}, edit_{edit}, is_load_{true} {}
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  /// A load that was broken off leaves nothing behind; a patch is always published.
  ~Draft() {
    if (is_load_ && garbage_ != nullptr) destroy_all(tries_);
  }

  void apply(const Change& change) {
    std::visit([this](const auto& value) { take(value); }, change);
  }

  [[nodiscard]] std::unique_ptr<const Snapshot> snapshot(std::uint64_t version) const {
    return std::make_unique<const Snapshot>(seed_, tries_, default_peer_, version);
  }
  [[nodiscard]] bool is_load() const { return is_load_; }
  /// What the version before has and this one has not. Ends the draft.
  [[nodiscard]] std::unique_ptr<Garbage> take_garbage() {
    garbage_->pages = edit_.take_garbage();
    return std::move(garbage_);
  }

 private:
  void take(const LoadBegin&) {}
  void take(const LoadEnd&) {}
  void take(const Domain& domain) { put(Kind::Domain, domain.id, new Domain{domain}); }
  void take(const SubscriberValues& values) {
    put(Kind::Subscriber, values.id, Subscriber::make(values).release());
  }
  void take(const Peer& values) {
    const auto* peer = new Peer{values};
    const bool was_default = default_peer_ != nullptr && default_peer_->id == peer->id;
    if (peer->is_default || was_default) default_peer_ = peer->is_default ? peer : nullptr;
    put(Kind::Peer, peer->id, peer);
  }
  void take(const Removal& removal) {
    const void* record = find(removal.kind, removal.id);
    if (record == nullptr) return;
    if (record == default_peer_) default_peer_ = nullptr;
    for (const Index& index : indexes()) {
      if (index.kind == removal.kind) edit_.remove(tries_.*index.trie, keys(index), record);
    }
    garbage_->records.emplace_back(removal.kind, record);
  }

  /// A key may pass from one record to another in either order: the newer holder wins, and the older one,
  /// when it moves on, takes away only what is still its own.
  void put(Kind kind, Id id, const void* record) {
    const void* old = find(kind, id);
    for (const Index& index : indexes()) {
      if (index.kind != kind) continue;
      HashTrie& trie = tries_.*index.trie;
      const void* replaced = index.holds(record) ? edit_.put(trie, keys(index), record) : nullptr;
      if (old != nullptr && old != replaced) edit_.remove(trie, keys(index), old);
    }
    if (old != nullptr) garbage_->records.emplace_back(kind, old);
  }

  [[nodiscard]] const void* find(Kind kind, Id id) const {
    const auto id_of = traits_of(kind).id;
    return (tries_.*index_by_id(kind).trie).find(hash_id(seed_, id), [id_of, id](const void* record) {
      return id_of(record) == id;
    });
  }

  [[nodiscard]] TrieKeys keys(const Index& index) const { return {&seed_, index.hash, index.same}; }

  const base::HashSeed& seed_;
  TrieEdit edit_;
  Tries tries_;
  const Peer* default_peer_ = nullptr;
  bool is_load_ = false;
  std::unique_ptr<Garbage> garbage_ = std::make_unique<Garbage>();
};

Directory::Directory(base::QuiescentDomain& readers, const base::HashSeed& seed)
    : seed_{seed}, readers_{readers}, current_{new Snapshot{seed, Tries{}, nullptr, 0}} {}

Directory::~Directory() {
  const std::unique_ptr<const Snapshot> last{current_.load(std::memory_order_relaxed)};
  Tries tries = last->tries_;
  destroy_all(tries);
}

base::Result<void> Directory::apply(std::span<const Change> changes) {
  limbo_.reclaim();
  std::unique_ptr<Draft> patch;
  for (const Change& change : changes) {
    if (std::holds_alternative<LoadBegin>(change)) {
      publish(std::move(patch));
      load_ = std::make_unique<Draft>(seed_,
                                      ++last_edit_);  // an unfinished one is dropped: its sender began anew
    } else if (std::holds_alternative<LoadEnd>(change)) {
      publish(std::move(patch));
      if (load_ == nullptr) {
        return base::fail("cannot take over a directory", "its end came without a beginning",
                          "load it again");
      }
      publish(std::move(load_));
    } else if (load_ != nullptr) {
      load_->apply(change);
    } else {
      if (patch == nullptr) {
        const Snapshot& now = snapshot();
        patch = std::make_unique<Draft>(seed_, ++last_edit_, now.tries_, now.default_peer_);
      }
      patch->apply(change);
    }
  }
  publish(std::move(patch));
  return {};
}

void Directory::publish(std::unique_ptr<Draft> draft) {
  if (draft == nullptr) return;
  const Snapshot* before = current_.load(std::memory_order_relaxed);
  auto garbage = draft->take_garbage();
  if (draft->is_load()) garbage->tries = before->tries_;
  current_.store(draft->snapshot(before->version() + 1).release(), std::memory_order_release);
  garbage->snapshot = before;
  limbo_.retire(readers_, static_cast<const Garbage*>(garbage.release()));
}

}  // namespace ringfence::directory
