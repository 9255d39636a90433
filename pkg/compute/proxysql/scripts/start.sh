#!/bin/sh
# Starts ProxySQL. It takes its configuration from the file at every start (--initial), also when only the container is
# restarted and its data directory is still there. The credentials of its administration are kept as they are now: who
# changes them replaces the pods, and until then probes and reload still get in.
#
# The files of an earlier start are removed and not written over: the copy of a Secret's file may be read alone, also by
# whoever made it, and RUN outlives the container.
set -eu
umask 077
rm -f "$RUN/ready" "$RUN/admin.cnf"
cp "$CONFIG/admin.cnf" "$RUN/admin.cnf"
exec proxysql -f --idle-threads --initial -c "$CONFIG/proxysql.cnf" -D "$DATA"
