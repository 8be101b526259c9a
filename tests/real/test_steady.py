# SPDX-License-Identifier: Apache-2.0
"""Once its tables have grown to the load, the server takes calls without a single heap allocation on its shards."""

import contextlib
from unittest import mock

from real import server as harness
from real import test_load
from real.load import Sipp
from real.test_load import shard_sums

COUNTED = harness.BINARY.parent / "bin" / "ringfence_counted"
# Transactions end 64*T1 after their last message: with a short T1 a few seconds hold as many as there ever will be.
SHORT_T1 = "100ms"
# First more calls than will be measured, so that every table and pool has its size; then the measured ones.
GROWING = {"users": (300, 9), "carrier": (150, 9)}  # calls a second, seconds
MEASURED = {"users": (150, 6), "carrier": (75, 6)}
ALLOCATIONS = "ringfence_shard_allocations_total"


class Steady(test_load.Load):
    """The same users and peers as under load, on the program that counts."""

    def setUp(self):
        if not COUNTED.exists():
            self.skipTest(f"{COUNTED} is not built")
        counted = mock.patch.object(harness, "BINARY", COUNTED)
        self.addCleanup(counted.stop)
        counted.start()
        started = mock.patch.object(test_load, "Server", self.server_with_short_timers)
        self.addCleanup(started.stop)
        started.start()
        super().setUp()

    @staticmethod
    def server_with_short_timers(name, listen, **settings):
        return harness.Server("steady", listen, transaction__t1=SHORT_T1, **settings)

    def test_calls(self):
        """authenticated calls: zero heap allocations on any shard, once the tables have grown"""
        self.run_calls("growing", GROWING)
        before = self.server.metrics()
        self.run_calls("measured", MEASURED)
        after = self.server.metrics()
        messages = sum(shard_sums(after, "ringfence_net_packets_in_total").values()) - sum(
            shard_sums(before, "ringfence_net_packets_in_total").values())
        risen = {shard: value - shard_sums(before, ALLOCATIONS)[shard]
                 for shard, value in shard_sums(after, ALLOCATIONS).items()}
        self.assertEqual(len(risen), 2, f"no shard told its allocations: {sorted(after)}")
        self.assertEqual(risen, dict.fromkeys(risen, 0), f"allocations on shards during {messages:.0f} messages")

    def run_calls(self, phase, load):
        calls = sum(rate * seconds for rate, seconds in load.values())
        with contextlib.ExitStack() as running:
            running.enter_context(
                self.answering(f"{phase}-answers", test_load.CALLEE_HOST, self.callee_port, calls)).wait_open()
            calling = [running.enter_context(each) for each in self.calling(phase, load)]
            self.assertEqual(sum(each.result()["successful"] for each in calling), calls)

    def calling(self, phase, load):
        rows = [(user, test_load.CALLER_HOST, test_load.CALLEE,
                 f"[authentication username={user} password={test_load.PASSWORD}]") for user in test_load.CALLERS]
        (users, seconds), (carrier, carrier_seconds) = load["users"], load["carrier"]
        return [Sipp(f"{phase}-users", "user_calls", self.address, test_load.CALLER_HOST, calls=users * seconds,
                     rate=users, rows=rows, socket_per_call=True, domain=test_load.DOMAIN,
                     auth_uri=f"{test_load.CALLEE}@{test_load.DOMAIN}"),
                Sipp(f"{phase}-carrier", "peer_calls", self.address, test_load.CARRIER_HOST, self.carrier_port,
                     calls=carrier * carrier_seconds, rate=carrier, rows=[(test_load.CALLEE,)],
                     domain=test_load.DOMAIN)]
