#!/bin/sh
# Runs before ProxySQL is told to stop. It waits until every node has heard that nobody is to be sent here any more, then
# takes no more clients, and gives those that are there until DRAIN_SECONDS to finish. PHP connects anew for every
# request and is gone at once; a consumer that stays is cut off, and Magento connects it again.
set -eu
. "${0%/*}/lib.sh"

sleep "$ENDPOINT_SECONDS"
admin 'PROXYSQL PAUSE' || log "ProxySQL does not pause"
waited=0
while [ "$waited" -lt "$DRAIN_SECONDS" ]; do
	clients=$(admin "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name = 'Client_Connections_connected'") || exit 0
	[ "$clients" -gt 0 ] || exit 0
	sleep 1
	waited=$((waited + 1))
done
log "$clients clients are still connected, and are cut off"
