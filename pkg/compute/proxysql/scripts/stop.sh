#!/bin/sh
# Runs before ProxySQL is told to stop. It waits until every node has heard that nobody is to be sent here any more, then
# takes no more clients, and gives those that are there until DRAIN_SECONDS to finish. PHP connects anew for every
# request and is gone at once; a consumer that stays is cut off, and Magento connects it again.
#
# The end is a time and not a number of rounds: asking takes as long as it takes on a busy node, and ProxySQL must be told
# to stop, and stop, before kubelet kills it.
set -eu
. "${0%/*}/lib.sh"

deadline=$(($(now) + $ENDPOINT_SECONDS + $DRAIN_SECONDS))
sleep "$ENDPOINT_SECONDS"
admin 'PROXYSQL PAUSE' || log "ProxySQL does not pause"
clients=some
while [ "$(now)" -lt "$deadline" ]; do
	clients=$(admin "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name = 'Client_Connections_connected'") || exit 0
	[ "$clients" -gt 0 ] || exit 0
	sleep 1
done
log "$clients clients are still connected, and are cut off"
