// SPDX-License-Identifier: Apache-2.0
// The files and the steps of their schemas.
#include "store/database_files.h"

#include <array>

#include "store/model_migration.h"

namespace ringfence::store::sqlite {
namespace {

constexpr auto kProvisioning = std::to_array<Migration>({
    {1, "domains, subscribers, peers and the audit", R"sql(
CREATE TABLE domain (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE subscriber (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  domain INTEGER NOT NULL REFERENCES domain (id),
  username TEXT NOT NULL,
  number TEXT UNIQUE,
  state TEXT NOT NULL,
  ha1_md5 BLOB, ha1_sha256 BLOB, ha1_sha512_256 BLOB,
  UNIQUE (domain, username)
) STRICT;
CREATE TABLE peer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL UNIQUE,
  address TEXT NOT NULL,
  transport TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  UNIQUE (address, transport)
) STRICT;
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, door TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, row INTEGER NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_row ON audit (entity, row);
)sql"},
    {2, "peers that may pass through", R"sql(
ALTER TABLE peer ADD COLUMN transit INTEGER NOT NULL DEFAULT 0;
)sql"},
    // What the audit held becomes what waits for the audit's own file, under the ids it has, with the key
    // that was told when the row was made (no release so far renames rows).
    {3, "the audit in a file of its own", R"sql(
CREATE TABLE audit_outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, door TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, row INTEGER NOT NULL, key TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
) STRICT;
CREATE TEMP TABLE known_key (entity TEXT, row INTEGER, key TEXT, PRIMARY KEY (entity, row)) WITHOUT ROWID;
INSERT OR IGNORE INTO known_key
  SELECT entity, row, json_extract(after, '$.name') FROM audit
  WHERE action = 'insert' AND entity IN ('domain', 'peer');
INSERT OR IGNORE INTO known_key
  SELECT a.entity, a.row, json_extract(a.after, '$.username') || '@' || d.key
  FROM audit a JOIN known_key d ON d.entity = 'domain' AND d.row = json_extract(a.after, '$.domain')
  WHERE a.action = 'insert' AND a.entity = 'subscriber';
INSERT INTO audit_outbox (id, tenant, at, actor, door, action, entity, row, key, before, after)
  SELECT id, tenant, at, actor, door, action, entity, row,
    coalesce((SELECT key FROM known_key k WHERE k.entity = audit.entity AND k.row = audit.row), ''), before, after
  FROM audit ORDER BY id;
DROP TABLE known_key;
DROP TABLE audit;
)sql"},
    {4, "the whole model", kModelMigration},
});

constexpr auto kAudit = std::to_array<Migration>({
    {1, "the audit", R"sql(
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, at INTEGER NOT NULL,
  actor TEXT NOT NULL, door TEXT NOT NULL, action TEXT NOT NULL,
  entity TEXT NOT NULL, row INTEGER NOT NULL, key TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_key ON audit (key, entity);
CREATE INDEX audit_by_time ON audit (at);
)sql"},
});

constexpr auto kFiles = std::to_array<DatabaseFile>({
    {FileId::Provisioning, "ringfence.db", AtStart::ReadWhole, kProvisioning},
    {FileId::Audit, "audit.db", AtStart::Trust, kAudit},
});

constexpr bool rows_follow_enum() {
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    if (kFiles[i].id != static_cast<FileId>(i)) return false;
  }
  return true;
}
static_assert(rows_follow_enum());

}  // namespace

std::span<const DatabaseFile> database_files() {
  return kFiles;
}

}  // namespace ringfence::store::sqlite
