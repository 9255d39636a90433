#!/bin/sh
# Runs beside ProxySQL, and loads the users again whenever the file has changed, as after a rotation. Connections stay:
# ProxySQL exchanges its list of users and looks at it when somebody logs in (PXS, Admin_Handler.cpp). Nothing else is
# loaded: whatever else changes in the file replaces the pods.
set -eu
. "${0%/*}/lib.sh"

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
	sleep "$POLL_SECONDS" &
	wait $! # unlike sleep itself, ends when the pod is told to stop
done
