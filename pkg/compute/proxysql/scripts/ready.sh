#!/bin/sh
# Whether clients may be sent here. There must be a writer, and the port of the clients must let a user of the storefront in.
#
# Before that holds for the first time, the topology must have been read once, because the file names a writer that may
# have become a reader since it was written; and a statement must get through to the database and back. After that no
# statement is sent there: all connections of the pool may be taken, and a pod that only waits is no reason to take it
# from its clients. ProxySQL answers LAST_INSERT_ID() of a new session itself.
set -eu
. "${0%/*}/lib.sh"

writers=$(admin "SELECT COUNT(*) FROM runtime_mysql_servers WHERE hostgroup_id = $WRITER_HOSTGROUP AND status = 'ONLINE'")
[ "$writers" -ge 1 ] || { log "there is no writer"; exit 1; }

if [ ! -e "$RUN/ready" ]; then
	checks=$(admin 'SELECT COALESCE(SUM(checks_ok), 0) FROM monitor.mysql_server_aws_aurora_check_status')
	[ "$checks" -ge 1 ] || { log "the topology has not been read yet"; exit 1; }
	[ "$(shop 'SELECT 1')" = 1 ] || { log "the database does not answer"; exit 1; }
fi
shop 'SELECT LAST_INSERT_ID()' >/dev/null
: >"$RUN/ready"
