// SPDX-License-Identifier: Apache-2.0
// Version 4 of ringfence.db: from domains, subscribers and peers to the whole model. As every released step
// it is never edited: what the tables of room model say later, later steps bring.
#pragma once

#include <string_view>

namespace ringfence::store::sqlite {

/// The address of a peer takes its transport in, and every platform has its first reseller.
inline constexpr std::string_view kModelMigration = R"sql(
CREATE TABLE reseller (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  description TEXT
) STRICT;
CREATE UNIQUE INDEX reseller_unique_1 ON reseller (name);
INSERT INTO reseller (id, tenant, created, changed, name, state)
  VALUES (1, 1, unixepoch() * 1000, unixepoch() * 1000, 'main', 'active');
CREATE TABLE contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  firstname TEXT,
  lastname TEXT,
  company TEXT,
  street TEXT,
  postcode TEXT,
  city TEXT,
  country TEXT,
  phone TEXT,
  mobile TEXT,
  fax TEXT,
  vat_number TEXT,
  register_number TEXT,
  iban TEXT,
  bic TEXT,
  bank TEXT,
  zone TEXT
) STRICT;
CREATE UNIQUE INDEX contact_unique_1 ON contact (tenant, name);
CREATE TABLE billing_profile (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  prepaid INTEGER NOT NULL,
  currency TEXT NOT NULL,
  interval_charge INTEGER NOT NULL,
  interval_free_time INTEGER NOT NULL,
  interval_free_cash INTEGER NOT NULL,
  fraud_interval_limit INTEGER,
  fraud_interval_lock INTEGER NOT NULL,
  fraud_daily_limit INTEGER,
  fraud_daily_lock INTEGER NOT NULL,
  ignore_domain INTEGER NOT NULL,
  description TEXT
) STRICT;
CREATE UNIQUE INDEX billing_profile_unique_1 ON billing_profile (tenant, name);
CREATE TABLE zone (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  billing_profile INTEGER NOT NULL REFERENCES billing_profile (id),
  name TEXT NOT NULL,
  detail TEXT
) STRICT;
CREATE UNIQUE INDEX zone_unique_1 ON zone (billing_profile, name);
CREATE TABLE fee (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  billing_profile INTEGER NOT NULL REFERENCES billing_profile (id),
  zone INTEGER NOT NULL REFERENCES zone (id),
  source TEXT,
  destination TEXT NOT NULL,
  direction TEXT NOT NULL,
  match_mode TEXT NOT NULL,
  onpeak_init_rate INTEGER NOT NULL,
  onpeak_init_interval INTEGER NOT NULL,
  onpeak_follow_rate INTEGER NOT NULL,
  onpeak_follow_interval INTEGER NOT NULL,
  offpeak_init_rate INTEGER NOT NULL,
  offpeak_init_interval INTEGER NOT NULL,
  offpeak_follow_rate INTEGER NOT NULL,
  offpeak_follow_interval INTEGER NOT NULL,
  onpeak_use_free_time INTEGER NOT NULL,
  offpeak_use_free_time INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX fee_unique_1 ON fee (billing_profile, coalesce(source, ''), destination, direction, match_mode);
CREATE INDEX fee_by_billing_profile ON fee (billing_profile);
CREATE INDEX fee_by_zone ON fee (zone);
CREATE TABLE off_peak (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  billing_profile INTEGER NOT NULL REFERENCES billing_profile (id),
  week_day INTEGER,
  first_day TEXT,
  last_day TEXT,
  start TEXT,
  stop TEXT
) STRICT;
CREATE INDEX off_peak_by_billing_profile ON off_peak (billing_profile);
CREATE TABLE contract (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  contact INTEGER REFERENCES contact (id),
  billing_profile INTEGER REFERENCES billing_profile (id),
  external_id TEXT
) STRICT;
CREATE UNIQUE INDEX contract_unique_1 ON contract (tenant, name);
CREATE INDEX contract_by_contact ON contract (contact);
CREATE INDEX contract_by_billing_profile ON contract (billing_profile);
CREATE INDEX contract_by_external_id ON contract (external_id);
CREATE TABLE customer (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  type TEXT NOT NULL,
  contact INTEGER REFERENCES contact (id),
  billing_profile INTEGER REFERENCES billing_profile (id),
  max_subscribers INTEGER,
  external_id TEXT,
  vat_rate INTEGER NOT NULL,
  add_vat INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX customer_unique_1 ON customer (tenant, name);
CREATE INDEX customer_by_contact ON customer (contact);
CREATE INDEX customer_by_billing_profile ON customer (billing_profile);
CREATE INDEX customer_by_external_id ON customer (external_id);
ALTER TABLE domain ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE domain ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE subscriber ADD COLUMN customer INTEGER REFERENCES customer (id);
ALTER TABLE subscriber ADD COLUMN email TEXT;
ALTER TABLE subscriber ADD COLUMN zone TEXT;
ALTER TABLE subscriber ADD COLUMN external_id TEXT;
ALTER TABLE subscriber ADD COLUMN administrative INTEGER NOT NULL DEFAULT 0;
CREATE INDEX subscriber_by_customer ON subscriber (customer);
CREATE INDEX subscriber_by_external_id ON subscriber (external_id);
CREATE TABLE number (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  number TEXT NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  device INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX number_unique_1 ON number (number);
CREATE INDEX number_by_subscriber ON number (subscriber);
CREATE TABLE fixed_contact (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  contact TEXT NOT NULL,
  q INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX fixed_contact_unique_1 ON fixed_contact (subscriber, contact);
CREATE TABLE trusted_source (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  network TEXT NOT NULL,
  protocol TEXT NOT NULL,
  from_pattern TEXT
) STRICT;
CREATE INDEX trusted_source_by_subscriber ON trusted_source (subscriber);
CREATE TABLE speed_dial (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  slot TEXT NOT NULL,
  destination TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX speed_dial_unique_1 ON speed_dial (subscriber, slot);
CREATE TABLE reminder (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  time TEXT NOT NULL,
  recur TEXT NOT NULL,
  active INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX reminder_unique_1 ON reminder (subscriber);
CREATE TABLE rewrite_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  description TEXT
) STRICT;
CREATE UNIQUE INDEX rewrite_set_unique_1 ON rewrite_set (tenant, name);
CREATE TABLE rewrite_rule (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  rewrite_set INTEGER NOT NULL REFERENCES rewrite_set (id),
  direction TEXT NOT NULL,
  party TEXT NOT NULL,
  priority INTEGER NOT NULL,
  pattern TEXT NOT NULL,
  replacement TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  description TEXT
) STRICT;
CREATE INDEX rewrite_rule_by_rewrite_set ON rewrite_rule (rewrite_set);
CREATE TABLE time_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER REFERENCES subscriber (id),
  name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX time_set_unique_1 ON time_set (tenant, coalesce(subscriber, 0), name);
CREATE INDEX time_set_by_subscriber ON time_set (subscriber);
CREATE TABLE period (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  time_set INTEGER NOT NULL REFERENCES time_set (id),
  years TEXT,
  months TEXT,
  month_days TEXT,
  week_days TEXT,
  hours TEXT,
  minutes TEXT
) STRICT;
CREATE INDEX period_by_time_set ON period (time_set);
CREATE TABLE ncos_level (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  mode TEXT NOT NULL,
  local_ac INTEGER NOT NULL,
  intra_pbx INTEGER NOT NULL,
  time_set INTEGER REFERENCES time_set (id),
  time_set_inverted INTEGER NOT NULL,
  description TEXT
) STRICT;
CREATE UNIQUE INDEX ncos_level_unique_1 ON ncos_level (tenant, name);
CREATE INDEX ncos_level_by_time_set ON ncos_level (time_set);
CREATE TABLE ncos_pattern (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  ncos_level INTEGER NOT NULL REFERENCES ncos_level (id),
  pattern TEXT NOT NULL,
  description TEXT
) STRICT;
CREATE INDEX ncos_pattern_by_ncos_level ON ncos_pattern (ncos_level);
CREATE TABLE peer_group (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  priority INTEGER NOT NULL,
  contract INTEGER REFERENCES contract (id),
  time_set INTEGER REFERENCES time_set (id),
  description TEXT
) STRICT;
CREATE UNIQUE INDEX peer_group_unique_1 ON peer_group (tenant, name);
CREATE INDEX peer_group_by_contract ON peer_group (contract);
CREATE INDEX peer_group_by_time_set ON peer_group (time_set);
CREATE TABLE peer_of_model (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  "group" INTEGER REFERENCES peer_group (id),
  host TEXT,
  weight INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  probe INTEGER NOT NULL,
  "default" INTEGER NOT NULL,
  transit INTEGER NOT NULL
) STRICT;
INSERT INTO peer_of_model
  (id, tenant, created, changed, name, address, weight, enabled, probe, "default", transit)
  SELECT id, tenant, created, changed, name, address || '/' || transport, 1, 1, 0, is_default, transit FROM peer;
DELETE FROM sqlite_sequence WHERE name = 'peer_of_model';
INSERT INTO sqlite_sequence (name, seq) SELECT 'peer_of_model', seq FROM sqlite_sequence WHERE name = 'peer';
DROP TABLE peer;
ALTER TABLE peer_of_model RENAME TO peer;
CREATE UNIQUE INDEX peer_unique_1 ON peer (name);
CREATE UNIQUE INDEX peer_unique_2 ON peer (address);
CREATE INDEX peer_by_group ON peer ("group");
CREATE TABLE peer_rule (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  peer_group INTEGER NOT NULL REFERENCES peer_group (id),
  callee_prefix TEXT,
  callee_pattern TEXT,
  caller_pattern TEXT,
  stopper INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  description TEXT
) STRICT;
CREATE INDEX peer_rule_by_peer_group ON peer_rule (peer_group);
CREATE TABLE inbound_rule (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  peer_group INTEGER NOT NULL REFERENCES peer_group (id),
  field TEXT NOT NULL,
  pattern TEXT NOT NULL,
  priority INTEGER NOT NULL,
  reject_code INTEGER,
  reject_reason TEXT,
  enabled INTEGER NOT NULL
) STRICT;
CREATE INDEX inbound_rule_by_peer_group ON inbound_rule (peer_group);
CREATE TABLE destination_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX destination_set_unique_1 ON destination_set (subscriber, name);
CREATE TABLE destination (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  destination_set INTEGER NOT NULL REFERENCES destination_set (id),
  destination TEXT NOT NULL,
  priority INTEGER NOT NULL,
  ring_timeout INTEGER NOT NULL
) STRICT;
CREATE INDEX destination_by_destination_set ON destination (destination_set);
CREATE TABLE source_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  name TEXT NOT NULL,
  mode TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX source_set_unique_1 ON source_set (subscriber, name);
CREATE TABLE source (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  source_set INTEGER NOT NULL REFERENCES source_set (id),
  pattern TEXT NOT NULL
) STRICT;
CREATE INDEX source_by_source_set ON source (source_set);
CREATE TABLE number_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  name TEXT NOT NULL,
  mode TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX number_set_unique_1 ON number_set (subscriber, name);
CREATE TABLE number_pattern (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  number_set INTEGER NOT NULL REFERENCES number_set (id),
  pattern TEXT NOT NULL
) STRICT;
CREATE INDEX number_pattern_by_number_set ON number_pattern (number_set);
CREATE TABLE forward (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  subscriber INTEGER NOT NULL REFERENCES subscriber (id),
  type TEXT NOT NULL,
  destination_set INTEGER NOT NULL REFERENCES destination_set (id),
  time_set INTEGER REFERENCES time_set (id),
  source_set INTEGER REFERENCES source_set (id),
  number_set INTEGER REFERENCES number_set (id),
  priority INTEGER NOT NULL,
  ring_timeout INTEGER,
  enabled INTEGER NOT NULL,
  redirect INTEGER NOT NULL
) STRICT;
CREATE INDEX forward_by_subscriber ON forward (subscriber);
CREATE INDEX forward_by_destination_set ON forward (destination_set);
CREATE INDEX forward_by_time_set ON forward (time_set);
CREATE INDEX forward_by_source_set ON forward (source_set);
CREATE INDEX forward_by_number_set ON forward (number_set);
CREATE TABLE preference (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  subscriber INTEGER REFERENCES subscriber (id),
  customer INTEGER REFERENCES customer (id),
  domain INTEGER REFERENCES domain (id),
  peer INTEGER REFERENCES peer (id)
) STRICT;
CREATE UNIQUE INDEX preference_unique_1 ON preference (name, subscriber);
CREATE UNIQUE INDEX preference_unique_2 ON preference (name, customer);
CREATE UNIQUE INDEX preference_unique_3 ON preference (name, domain);
CREATE UNIQUE INDEX preference_unique_4 ON preference (name, peer);
CREATE INDEX preference_by_subscriber ON preference (subscriber);
CREATE INDEX preference_by_customer ON preference (customer);
CREATE INDEX preference_by_domain ON preference (domain);
CREATE INDEX preference_by_peer ON preference (peer);
CREATE TABLE ban (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  target TEXT NOT NULL,
  until INTEGER,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX ban_unique_1 ON ban (target);
CREATE TABLE admin (
  id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  login TEXT NOT NULL,
  role TEXT NOT NULL,
  state TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  email TEXT
) STRICT;
CREATE UNIQUE INDEX admin_unique_1 ON admin (login);
)sql";

}  // namespace ringfence::store::sqlite
