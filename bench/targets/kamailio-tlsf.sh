#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Target: Kamailio with the tlsf memory allocator instead of the package default (q_malloc with debugging)
export MALLOC=tlsf
exec bash "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/kamailio.sh" "$@"
