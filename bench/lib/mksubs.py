# SPDX-License-Identifier: Apache-2.0
"""mksubs.py FILE COUNT: SQLite subscriber table u0..uN-1 (realm bench.example, password pwN), Kamailio layout"""
import sqlite3, hashlib, sys
f, n = sys.argv[1], int(sys.argv[2])
d = sqlite3.connect(f)
d.executescript("""
create table version(table_name varchar(32) primary key, table_version integer);
insert into version values('subscriber',7);
create table subscriber(id integer primary key, username varchar(64), domain varchar(64), password varchar(64), ha1 varchar(128), ha1b varchar(128));
""")
d.executemany("insert into subscriber(username,domain,password,ha1,ha1b) values(?,?,?,?,'')",
              (("u%d" % i, "bench.example", "", hashlib.md5(("u%d:bench.example:pw%d" % (i, i)).encode()).hexdigest()) for i in range(n)))
d.executescript("create unique index sidx on subscriber(username,domain);")
d.commit()
