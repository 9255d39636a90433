#!/bin/sh
# Runs beside ProxySQL, and follows a rotation: it loads the users again whenever the file has changed, and the credentials of the
# monitor and the administration whenever they have. Connections of clients stay: ProxySQL exchanges its list of users and looks at it
# when somebody logs in (PXS, Admin_Handler.cpp). Nothing else is loaded: whatever else changes in the file replaces the pods.
set -eu
. "${0%/*}/lib.sh"

# renew has ProxySQL take the credentials that were taken. They are given as a file, which no list of processes shows.
#
# The monitor pings over one connection for as long as it works, and would keep it as the user of before, so that the database shows
# that one in use for ever. Its connections end with the monitor, which is off for a moment (PXS, MySQL_Monitor.cpp: purge_all_connections
# is called when its threads have ended, within a second). Clients are served meanwhile; a failover is seen as much later.
renew() {
	tell "$RUN/admin.cnf" "$taken/credentials.sql" || tell "$CONFIG/admin.cnf" "$taken/credentials.sql" || return 1
	mv -f "$taken/admin.cnf" "$RUN/admin.cnf"
	monitor false || return 1
	sleep "$POLL_SECONDS"
	monitor true || return 1
	mv -f "$taken/credentials" "$RUN/credentials"
}

# monitor turns ProxySQL's monitor on or off.
monitor() {
	admin "UPDATE global_variables SET variable_value = '$1' WHERE variable_name = 'mysql-monitor_enabled'; LOAD MYSQL VARIABLES TO RUNTIME"
}

umask 077
trap 'exit 0' TERM INT
loaded=
while :; do
	# Not the time of the file: kubelet exchanges links. A change that comes in between is seen at the next round.
	seen=$(cksum <"$CONFIG/proxysql.cnf")
	if [ "$seen" != "$loaded" ]; then
		if admin 'LOAD MYSQL USERS FROM CONFIG; LOAD MYSQL USERS TO RUNTIME'; then
			loaded=$seen
			log "the users are loaded"
		else
			log "the users are not loaded; trying again in $POLL_SECONDS s"
		fi
	fi
	# What ProxySQL has started with need not be loaded (start.sh).
	if [ -e "$RUN/credentials" ] && take && [ "$(cat "$taken/credentials")" != "$(cat "$RUN/credentials")" ]; then
		if renew; then
			log "the credentials of monitor and administration are loaded"
		else
			log "the credentials of monitor and administration are not loaded; trying again in $POLL_SECONDS s"
		fi
	fi
	sleep "$POLL_SECONDS" &
	wait $! # unlike sleep itself, ends when the pod is told to stop
done
