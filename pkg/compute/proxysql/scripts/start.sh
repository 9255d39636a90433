#!/bin/sh
# Starts ProxySQL. It takes its configuration from the file at every start (--initial), also when only the container is
# restarted and its data directory is still there. The credentials of its administration are kept as they are now: they change while
# it runs (reload.sh), and until then probes and reload still get in.
#
# The files of an earlier start are removed and not written over: the copy of a Secret's file may be read alone, also by
# whoever made it, and RUN outlives the container.
set -eu
. "${0%/*}/lib.sh"
umask 077
rm -rf "$RUN/ready" "$RUN/credentials" "$RUN/admin.cnf"
until take; do
	log "the credentials change; trying again in $POLL_SECONDS s"
	sleep "$POLL_SECONDS"
done
mv "$taken/admin.cnf" "$RUN/admin.cnf"
mv "$taken/credentials" "$RUN/credentials"
exec proxysql -f --idle-threads --initial -c "$CONFIG/proxysql.cnf" -D "$DATA"
