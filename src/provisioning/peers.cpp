// SPDX-License-Identifier: Apache-2.0
// Peers, and how the default moves between them.
#include "provisioning/peers.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "provisioning/rules.h"

namespace ringfence::provisioning {
namespace {

using store::Condition;
using store::PeerColumn;
using store::Row;

constexpr std::int64_t kYes = 1;
constexpr std::int64_t kNo = 0;

std::string_view name_in(const Row& row) {
  return store::text_of(row[PeerColumn::Name]);
}
bool is_default(const Row& row) {
  return store::number_of(row[PeerColumn::IsDefault]) != 0;
}
bool is_transit(const Row& row) {
  return store::number_of(row[PeerColumn::Transit]) != 0;
}

std::string address_in(const Row& row) {
  return fmt::format("{}/{}", store::text_of(row[PeerColumn::Address]),
                     store::text_of(row[PeerColumn::Transport]));
}

}  // namespace

Outcome<std::optional<Row>> Peers::find(std::string_view key) {
  auto row = store().find(table(), {Condition::equal(PeerColumn::Name, std::string{key})});
  if (!row) return refuse(std::move(row.error()));
  return std::move(*row);
}

/// Gives the row its address, unless another peer is known by it.
Outcome<void> Peers::place(Row& row, std::string_view address) {
  const auto parsed = parse_peer_address(address);
  RF_ASSERT(parsed);  // the arguments were checked
  row[PeerColumn::Address] = parsed->endpoint.to_string();
  row[PeerColumn::Transport] = transport_name(parsed->protocol);
  const auto rival =
      store().find(table(), {Condition::equal(PeerColumn::Address, row[PeerColumn::Address]),
                             Condition::equal(PeerColumn::Transport, row[PeerColumn::Transport])});
  if (!rival) return refuse(rival.error());
  if (!*rival || (*rival)->id == row.id) return {};
  return refuse(
      Reason::Conflict, fmt::format("cannot give peer {} the address {}", name_in(row), address),
      fmt::format("peer {} has it", name_in(**rival)),
      fmt::format("ringfence peer set {} --address {}, or choose another", name_in(**rival), address));
}

Outcome<void> Peers::demote_default(Effects& effects) {
  auto known = store().find(table(), {Condition::equal(PeerColumn::IsDefault, kYes)});
  if (!known) return refuse(std::move(known.error()));
  if (!*known) return {};
  (**known)[PeerColumn::IsDefault] = kNo;
  return update(**known, effects);
}

Outcome<Row> Peers::add(std::string_view key, const Arguments& arguments, Effects& effects) {
  Row row{table()};
  row[PeerColumn::Name] = std::string{key};
  if (auto placed = place(row, value_in(arguments, "address")); !placed) {
    return std::unexpected(std::move(placed.error()));
  }
  const auto others = store().count(table(), {});
  if (!others) return refuse(others.error());
  const bool becomes_default = *others == 0 || value_in(arguments, "default") == "true";
  if (becomes_default) {
    if (auto demoted = demote_default(effects); !demoted) return std::unexpected(std::move(demoted.error()));
  }
  row[PeerColumn::IsDefault] = becomes_default ? kYes : kNo;
  row[PeerColumn::Transit] = value_in(arguments, "transit") == "yes" ? kYes : kNo;
  if (auto inserted = insert(row, effects); !inserted) return std::unexpected(std::move(inserted.error()));
  return row;
}

Outcome<void> Peers::set(Row& row, const Arguments& arguments, Effects& effects) {
  if (const auto address = value_in(arguments, "address"); !address.empty()) {
    if (auto placed = place(row, address); !placed) return placed;
  }
  if (const auto transit = value_in(arguments, "transit"); !transit.empty()) {
    row[PeerColumn::Transit] = transit == "yes" ? kYes : kNo;
  }
  const auto wanted = value_in(arguments, "default");
  if (wanted == "false" && is_default(row)) {
    return refuse(Reason::Conflict, fmt::format("cannot take the default from peer {}", name_in(row)),
                  "calls that are not for us would have no way", "ringfence peer set ANOTHER --default");
  }
  if (wanted == "true" && !is_default(row)) {
    if (auto demoted = demote_default(effects); !demoted) return demoted;
    row[PeerColumn::IsDefault] = kYes;
  }
  return update(row, effects);
}

Outcome<void> Peers::remove(const Row& row, Effects& effects) {
  const auto others = store().count(table(), {});
  if (!others) return refuse(others.error());
  if (is_default(row) && *others > 1) {
    effects.notes.emplace_back("no peer is the default now; choose one: ringfence peer set NAME --default");
  }
  return Resource::remove(directory::Kind::Peer, row.id, effects);
}

Outcome<store::Query> Peers::query(const Arguments&) {
  return store::Query{};
}

Outcome<Record> Peers::show(const Row& row, bool) {
  return Record{}
      .add("peer", std::string{name_in(row)})
      .add("address", address_in(row))
      .add("default", is_default(row))
      .add("transit", is_transit(row))
      .add("id", static_cast<std::int64_t>(row.id))
      .add("created", utc_text(row.created))
      .add("changed", utc_text(row.changed));
}

Outcome<directory::Change> Peers::change(const Row& row) {
  const auto address = parse_peer_address(address_in(row));
  if (!address) {
    return refuse(Reason::Failed, fmt::format("cannot use peer {}", name_in(row)),
                  fmt::format("the database holds the address {}", address_in(row)),
                  fmt::format("ringfence peer rm {}", name_in(row)));
  }
  return directory::Peer{
      row.id,          row.tenant,     std::string{name_in(row)}, address->endpoint, address->protocol,
      is_default(row), is_transit(row)};
}

}  // namespace ringfence::provisioning
