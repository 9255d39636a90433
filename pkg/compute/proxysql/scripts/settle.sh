#!/bin/sh
# Runs before ProxySQL starts, and waits for two things.
#
# First for PREDECESSOR_SECONDS, as long as a pod may take to go: in a rolling update the next pod is made as soon as an
# older one is told to stop, and both would hold connections to the database at once.
#
# Then until what External Secrets has filled in is the template that is there now. The two are Secrets of their own
# that are read anew at different times, and a changed template is what replaces the pods. Whatever the passwords, a
# line of the template without an action must stand in the file as it is. When that takes longer than SETTLE_SECONDS, as
# with a password that the template refuses, the last good file is better than no pod.
set -eu
. "${0%/*}/lib.sh"

# filled compares the two line by line. The template's first line is its guard, which leaves nothing behind.
filled() {
	IFS= read -r guard <&3 || return 1
	case $guard in '{{'*) ;; *) return 1 ;; esac
	while IFS= read -r want <&3; do
		IFS= read -r got <&4 || return 1
		case $want in *'{{'*) continue ;; esac
		[ "$want" = "$got" ] || return 1
	done
	! IFS= read -r got <&4
}

sleep "$PREDECESSOR_SECONDS"
deadline=$(($(now) + $SETTLE_SECONDS))
until filled 3<"$TEMPLATE/proxysql.cnf" 4<"$CONFIG/proxysql.cnf"; do
	if [ "$(now)" -ge "$deadline" ]; then
		log "proxysql.cnf is still not what its template says: look at the ExternalSecret proxysql. Starting with the last good one"
		exit 0
	fi
	sleep "$POLL_SECONDS"
done
