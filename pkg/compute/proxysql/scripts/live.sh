#!/bin/sh
# Whether ProxySQL itself answers. Never the database: restarting ProxySQL would not mend it, and would drop everybody
# who waits for a failover to end.
set -eu
. "${0%/*}/lib.sh"
[ "$(admin 'SELECT 1')" = 1 ]
