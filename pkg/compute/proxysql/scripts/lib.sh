# Read by every script here. The pod sets what is in capitals, but for RUN's files (workload.go).
#
# CONFIG  what is mounted, and follows External Secrets: proxysql.cnf, credentials.sql, and options of clients
# RUN     what this pod keeps in memory: admin.cnf with the credentials that ProxySQL has now, credentials with a sum of them, and ready

# Debian's packages of newer clients no longer know the old name.
client=$(command -v mariadb || command -v mysql) || { echo "no client of MySQL in the image" >&2; exit 1; }

log() { echo "${0##*/}: $*" >&2; }

# now is the time in seconds, to count how long something has taken.
now() { date +%s; }

# ask runs statements with the credentials of an option file, which no list of processes shows, and writes bare values.
ask() { "$client" --defaults-file="$1" --batch --skip-column-names --execute "$2"; }

# tell runs the statements of a file.
tell() { "$client" --defaults-file="$1" --batch --skip-column-names <"$2"; }

# admin asks the administration, which answers to localhost only. While its password changes ProxySQL has the new one a moment before
# RUN has it.
admin() { ask "$RUN/admin.cnf" "$1" || ask "$CONFIG/admin.cnf" "$1"; }

# shop asks as the storefront does, through the port that the Service leads to: as one of the pair, and where that one gets no answer as
# the other one. A rotation changes one at a time, and ProxySQL or the database may be behind: ProxySQL then tries the database for a
# minute, of which a probe waits for two seconds, and as long again for the other one (containers.go: TimeoutSeconds).
shop() {
	timeout 2 "$client" --defaults-file="$CONFIG/client.cnf" --batch --skip-column-names --execute "$1" ||
		"$client" --defaults-file="$CONFIG/client.cnf" --defaults-group-suffix="$ANOTHER_GROUP" --batch --skip-column-names --execute "$1"
}

# taken is what take copies, each script's own.
taken="$RUN/${0##*/}.taken"

# take copies the credentials of monitor and administration as they were at one moment, and says what sum they have: kubelet exchanges
# all files by one link, also between two copies. With the password of one rotation and the statements of another nobody would get into
# the administration again.
take() {
	link=$(readlink "$CONFIG/..data") || link=.
	rm -rf "$taken"
	mkdir "$taken"
	cp "$CONFIG/$link/admin.cnf" "$CONFIG/$link/credentials.sql" "$taken" || return 1
	[ "$(readlink "$CONFIG/..data" || echo .)" = "$link" ] || return 1
	cat "$taken/admin.cnf" "$taken/credentials.sql" | cksum >"$taken/credentials"
}
