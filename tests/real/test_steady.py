# SPDX-License-Identifier: Apache-2.0
"""Once its tables have grown to the load, the server takes calls without a single heap allocation on its shards."""

import contextlib
import time
from unittest import mock

from real import server as harness
from real import test_load
from real.load import Sipp
from real.test_load import shard_sums

COUNTED = harness.BINARY.parent / "bin" / "ringfence_counted"
# Transactions end 64*T1 after their last message: a short T1 brings the steady state within seconds.
SHORT_T1 = "100ms"
GROWING_SECONDS, MEASURED_SECONDS = 10, 5
RATES = {"users-to-user": 200, "carrier-to-user": 100}
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
        """authenticated calls at 300 a second: zero heap allocations on any shard, once the tables have grown"""
        seconds = GROWING_SECONDS + MEASURED_SECONDS + 3
        calls = {name: rate * seconds for name, rate in RATES.items()}
        with contextlib.ExitStack() as running:
            running.enter_context(
                self.answering("steady-answers", test_load.CALLEE_HOST, self.callee_port, sum(calls.values()))).wait_open()
            for each in self.calling(calls):
                running.enter_context(each)
            time.sleep(GROWING_SECONDS)  # the load needs its time; nothing is waited for
            before = self.server.metrics()
            time.sleep(MEASURED_SECONDS)
            after = self.server.metrics()
        messages = sum(shard_sums(after, "ringfence_net_packets_in_total").values()) - sum(
            shard_sums(before, "ringfence_net_packets_in_total").values())
        self.assertGreater(messages, sum(RATES.values()) * MEASURED_SECONDS * 5, "the load did not run")
        risen = {shard: value - shard_sums(before, ALLOCATIONS)[shard]
                 for shard, value in shard_sums(after, ALLOCATIONS).items()}
        self.assertEqual(len(risen), 2, f"no shard told its allocations: {sorted(after)}")
        self.assertEqual(risen, dict.fromkeys(risen, 0), f"allocations on shards during {messages:.0f} messages")

    def calling(self, calls):
        rows = [(user, test_load.CALLER_HOST, test_load.CALLEE,
                 f"[authentication username={user} password={test_load.PASSWORD}]") for user in test_load.CALLERS]
        return [Sipp("steady-users", "user_calls", self.address, test_load.CALLER_HOST, calls=calls["users-to-user"],
                     rate=RATES["users-to-user"], rows=rows, socket_per_call=True, domain=test_load.DOMAIN,
                     auth_uri=f"{test_load.CALLEE}@{test_load.DOMAIN}"),
                Sipp("steady-carrier", "peer_calls", self.address, test_load.CARRIER_HOST, self.carrier_port,
                     calls=calls["carrier-to-user"], rate=RATES["carrier-to-user"], rows=[(test_load.CALLEE,)],
                     domain=test_load.DOMAIN)]
